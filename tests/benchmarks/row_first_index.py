"""Row 5: the first look at 10,000 drafts, each read whole."""

from __future__ import annotations

from pathlib import Path

from measuring import Command, Line, cpu_of, in_ms, in_turn
from places import CLEAN, Missing, folder, peer
from stage import write_drafts

from newsletter_bot.ledger import open_ledger
from newsletter_bot.sources.shelf import read_drafts

MANY = 10_000
WORK = "first index of 10,000 drafts, CPU"


def measure() -> list[Line]:
    """Read, checked, digested and written to the ledger, beside a loop that reads the front matter."""
    with folder() as place:
        write_drafts(place, MANY)
        paths = sorted((place / "drafts").rglob("*.md"))
        work = {"ours": cpu_of(lambda: _index(place)), "loop": cpu_of(lambda: _loop(paths))}
        found = {name: in_ms(value) for name, value in in_turn(work, 5).items()}
    against = "frontmatter.load with libyaml"
    first = Line(
        row="5",
        work=WORK,
        unit="ms",
        ours=found["ours"],
        against=against,
        theirs=found["loop"],
        threshold=1.3,
        limit=True,
    )
    return [first, _crier(found["ours"])]


def _index(place: Path) -> None:
    ledger = open_ledger("memory:", folder=place, newsletter="tidewater")
    (place / "fresh.db").unlink(missing_ok=True)
    ledger = open_ledger(str(place / "fresh.db"), folder=place, newsletter="tidewater")
    shelf = read_drafts(place, zone="Europe/Lisbon", publications=("substack",), known={})
    assert MANY == len(shelf.cards)
    ledger.record_drafts(shelf.changed, shelf.gone)
    ledger.close()


def _loop(paths: list[Path]) -> None:
    import frontmatter

    for path in paths:
        frontmatter.load(str(path))


def _crier(ours: float) -> Line:
    work = "first index, a draft"
    each = ours / MANY
    try:
        program = peer("crier") / "crier"
    except Missing as missing:
        return Line(row="5", work=work, unit="ms", ours=each, against="crier search", skipped=str(missing))
    costs: list[float] = []
    for many in (10, 310):
        with folder() as place:
            write_drafts(place, many)
            environ = CLEAN | {
                "HOME": str(place),
                "CRIER_CONFIG": str(place / "c.yaml"),
                "CRIER_DB": str(place / "c.db"),
            }
            command = Command(words=(program, "search", "drafts"), folder=place, environ=environ)
            costs.append(in_ms(in_turn({"crier": command.cpu}, 5)["crier"]))
    return Line(row="5", work=work, unit="ms", ours=each, against="crier search", theirs=(costs[1] - costs[0]) / 300)
