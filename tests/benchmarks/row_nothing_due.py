"""Row 1: cron's `publish --due` when nothing is due."""

from __future__ import annotations

from pathlib import Path

from measuring import Command, Line, in_ms, in_turn
from places import CLEAN, PROGRAM, PYTHON, Missing, folder, peer
from stage import SECRETS, settings, write_drafts

WORK = "publish --due, 20 drafts, nothing due, CPU"


def measure() -> list[Line]:
    """CPU of whole processes."""
    with folder() as place:
        write_drafts(place, 20)
        (place / "schedule.yaml").write_text(settings())
        ours = Command(words=(PROGRAM, "publish", "--due"), folder=place, environ=CLEAN | SECRETS)
        ours.run()
        bare = Command(words=(PYTHON, "-I", "-c", "pass"), folder=place, environ=CLEAN)
        peers, reasons = _peers(place)
        work = {"ours": ours.cpu, "bare Python": bare.cpu, **{name: each.cpu for name, each in peers.items()}}
        found = {name: in_ms(value) for name, value in in_turn(work, 15).items()}
    lines = [
        Line(
            row="1",
            work=WORK,
            unit="ms",
            ours=found["ours"],
            against="bare Python",
            theirs=found["bare Python"],
            threshold=2.0,
            limit=True,
        )
    ]
    for name, threshold in (("r2e run", 0.25), ("crier status", 0.12)):
        lines.append(
            Line(
                row="1",
                work=WORK,
                unit="ms",
                ours=found["ours"],
                against=name,
                theirs=found.get(name),
                threshold=threshold,
                skipped=reasons.get(name),
            )
        )
    return lines


def _peers(place: Path) -> tuple[dict[str, Command], dict[str, str]]:
    peers: dict[str, Command] = {}
    reasons: dict[str, str] = {}
    environ = CLEAN | {"HOME": str(place), "XDG_CONFIG_HOME": str(place), "XDG_DATA_HOME": str(place)}
    try:
        program = peer("rss2email") / "r2e"
        Command(words=(program, "new", "reader@tides.example"), folder=place, environ=environ).run()
        peers["r2e run"] = Command(words=(program, "run"), folder=place, environ=environ)
    except Missing as missing:
        reasons["r2e run"] = str(missing)
    try:
        program = peer("crier") / "crier"
        environ |= {"CRIER_CONFIG": str(place / "crier.yaml"), "CRIER_DB": str(place / "crier.db")}
        peers["crier status"] = Command(words=(program, "status"), folder=place, environ=environ)
    except Missing as missing:
        reasons["crier status"] = str(missing)
    return peers, reasons
