"""The table of performance: ours beside the limit and the peers, each row in a process of the installed wheel.

    python tests/benchmarks/run.py [ROW...]

Prints one table and writes it to bench.json. The exit code is 1 when a promise is not held.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import places
from measuring import Line

ROWS: dict[str, tuple[str, tuple[str, ...]]] = {
    "1": ("row_nothing_due", ("rss2email", "crier")),
    "2": ("row_publish", ("crier", "crosspost")),
    "3": ("row_fan_out", ()),
    "4": ("row_rescan", ("crier",)),
    "5": ("row_first_index", ("crier",)),
    "6": ("row_formats", ("python-substack", "pelican")),
    "7": ("row_ledger", ("sqlalchemy",)),
    "8": ("row_daemon", ("watchfiles",)),
}
"""By number: the module, and the peers that it measures."""
HEAD = ("row", "work", "ours", "peer", "limit", "ratio", "threshold", "verdict")


def main(arguments: Sequence[str]) -> int:
    """Measure the rows named, by default all."""
    if arguments[:1] == ["--inside"]:
        return _inside(arguments[1], Path(arguments[2]))
    wrong = [name for name in arguments if name not in ROWS]
    if wrong:
        print(f"there is no row {wrong[0]}; there are {', '.join(ROWS)}", file=sys.stderr)
        return 2
    rows = list(arguments) or list(ROWS)
    places.prepare(list(dict.fromkeys(peer for row in rows for peer in ROWS[row][1])))
    lines = [line for row in rows for line in _measured(row)]
    print(_table(lines))
    _write(lines)
    return int(any(line.verdict == "MISSED" or line.verdict.startswith("failed") for line in lines))


def _measured(row: str) -> list[Line]:
    """One row, in a process of its own under the interpreter of the installed wheel."""
    print(f"row {row} …", file=sys.stderr)
    out = places.BENCH / f"row-{row}.json"
    out.unlink(missing_ok=True)
    program = [str(places.PYTHON), "-W", "ignore", str(Path(__file__).resolve()), "--inside", row, str(out)]
    done = subprocess.run(program, check=False, env=places.CLEAN | {"HOME": os.environ.get("HOME", "/")})
    if done.returncode or not out.is_file():
        reason = f"the measurement ended with {done.returncode}"
        return [Line(row=row, work=ROWS[row][0], unit="", ours=None, against="", skipped=reason)]
    return [Line(**entry) for entry in json.loads(out.read_text())]


def _inside(row: str, out: Path) -> int:
    module: Any = import_module(ROWS[row][0])
    lines: Sequence[Line] = module.measure()
    out.write_text(json.dumps([asdict(line) for line in lines]))
    return 0


def _table(lines: Sequence[Line]) -> str:
    rows = [HEAD, *(_cells(line) for line in lines)]
    widths = [max(len(row[at]) for row in rows) for at in range(len(HEAD))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def _cells(line: Line) -> tuple[str, ...]:
    other = f"{line.against} {_figure(line.theirs, line.unit)}".strip()
    return (
        line.row,
        line.work,
        _figure(line.ours, line.unit),
        "" if line.limit else other,
        other if line.limit else "",
        "" if line.theirs is None or line.ratio is None else f"{line.ratio:.2f}x",
        "" if line.threshold is None else f"<= {line.threshold:g}{'x' if line.theirs is not None else ' ' + line.unit}",
        line.verdict,
    )


def _figure(value: float | None, unit: str) -> str:
    if value is None:
        return ""
    digits = 0 if value >= 100 else 1 if value >= 10 else 2
    return f"{value:.{digits}f} {unit}"


def _write(lines: Sequence[Line]) -> None:
    shapes = [{**asdict(line), "ratio": line.ratio, "verdict": line.verdict} for line in lines]
    machine = {"cores": os.cpu_count(), "python": platform.python_version(), "system": platform.platform()}
    found = {"measured_at": datetime.now(UTC).isoformat(timespec="seconds"), "machine": machine, "lines": shapes}
    (places.ROOT / "bench.json").write_text(json.dumps(found, indent=2) + "\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
