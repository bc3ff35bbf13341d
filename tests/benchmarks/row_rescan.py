"""Row 4: a look at 10,000 drafts of which none changed."""

from __future__ import annotations

import os
from pathlib import Path

from measuring import Command, Line, cpu_of, in_ms, in_turn
from places import CLEAN, PROGRAM, Missing, folder, peer
from stage import SECRETS, settings, write_drafts

from newsletter_bot.ledger import open_ledger
from newsletter_bot.sources.shelf import read_drafts

MANY = 10_000
NAMES = ("substack", "medium")


def bare_loop(top: str) -> int:
    """The least that tells whether a file was touched."""
    total = 0
    with os.scandir(top) as entries:
        for entry in entries:
            total += bare_loop(entry.path) if entry.is_dir() else entry.stat().st_mtime_ns & 1
    return total


def measure() -> list[Line]:
    """The whole command less its start, and the daemon's look within its process."""
    with folder() as place, folder() as small:
        for each, many in ((place, MANY), (small, 20)):
            write_drafts(each, many)
            (each / "schedule.yaml").write_text(settings())
            Command(words=(PROGRAM, "publish", "--due"), folder=each, environ=CLEAN | SECRETS).run()
        words = (PROGRAM, "publish", "--due")
        top = str(place / "drafts")
        ledger = open_ledger(str(place / "second.db"), folder=place, newsletter="tidewater")
        _look(place, ledger)
        _age(place)
        _look(place, ledger)
        work = {
            "loop": cpu_of(lambda: bare_loop(top)),
            "whole": Command(words=words, folder=place, environ=CLEAN | SECRETS).cpu,
            "start": Command(words=words, folder=small, environ=CLEAN | SECRETS).cpu,
            "inside": cpu_of(lambda: _look(place, ledger)),
        }
        Command(words=words, folder=place, environ=CLEAN | SECRETS).run()
        found = {name: in_ms(value) for name, value in in_turn(work).items()}
        ledger.close()
    loop = found["loop"]
    spent = max(0.0, found["whole"] - found["start"])
    lines = [
        Line(
            row="4",
            work="rescan of 10,000 unchanged drafts: publish --due less start-up, CPU",
            unit="ms",
            ours=spent,
            against="scandir + stat",
            theirs=loop,
            threshold=2.0,
            limit=True,
        ),
        Line(
            row="4",
            work="rescan of 10,000 unchanged drafts: the daemon's look, CPU",
            unit="ms",
            ours=found["inside"],
            against="scandir + stat",
            theirs=loop,
            limit=True,
        ),
    ]
    return [*lines, _crier(spent)]


def _look(place: Path, ledger: object) -> None:
    from newsletter_bot.ports import Ledger

    store: Ledger = ledger  # type: ignore[assignment]
    shelf = read_drafts(place, zone="Europe/Lisbon", publications=NAMES, known=store.draft_index())
    store.record_drafts(shelf.changed, shelf.gone)


def _age(place: Path) -> None:
    """As if the drafts had been written a while ago: what was just touched is read again."""
    for path in (place / "drafts").rglob("*.md"):
        then = path.stat().st_mtime_ns - 60_000_000_000
        os.utime(path, ns=(then, then))


def _crier(ours: float) -> Line:
    work = "rescan of 1,000 drafts (ours: a tenth of the above)"
    try:
        program = peer("crier") / "crier"
    except Missing as missing:
        return Line(row="4", work=work, unit="ms", ours=ours / 10, against="crier search", skipped=str(missing))
    with folder() as place:
        write_drafts(place, 1000)
        environ = CLEAN | {"HOME": str(place), "CRIER_CONFIG": str(place / "c.yaml"), "CRIER_DB": str(place / "c.db")}
        command = Command(words=(program, "search", "drafts"), folder=place, environ=environ)
        found = in_turn({"crier": command.cpu}, 3)
    return Line(row="4", work=work, unit="ms", ours=ours / 10, against="crier search", theirs=in_ms(found["crier"]))
