"""Row 6: posts of 20 kB from Markdown to the languages of the platforms, the CPU of whole processes, start included."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from measuring import Command, Line, in_turn
from places import CLEAN, PYTHON, Missing, folder, peer
from stage import long_post

from newsletter_bot.model import Format

POSTS = 1000
ROUNDS = 5
OURS = """
import gc
import sys
gc.set_threshold(50_000, 20, 100)  # as the program does at its start
from pathlib import Path
from newsletter_bot import markup
from newsletter_bot.model import Format
formats = [Format(name) for name in sys.argv[1:]]
for path in sorted(Path("posts").glob("*.md")):
    document = markup.read(path.read_text("utf-8"))
    for form in formats:
        markup.write(document, form, title="Tide")
"""
PYTHON_SUBSTACK = """
from pathlib import Path
from substack.post import Post
for path in sorted(Path("posts").glob("*.md")):
    Post("t", "s", 1).from_markdown(path.read_text("utf-8"))
"""
PYROMARK = """
from pathlib import Path
import pyromark
options = pyromark.Options.ENABLE_TABLES | pyromark.Options.ENABLE_FOOTNOTES
for path in sorted(Path("posts").glob("*.md")):
    pyromark.html(path.read_text("utf-8"), options=options)
"""
"""The least that any way through this parser costs."""


def measure() -> list[Line]:
    """Each post has words of its own, so that nothing is written twice."""
    with folder() as place:
        _write_posts(place)
        work: dict[str, Sequence[str | Path]] = {
            "substack": (PYTHON, "-c", OURS, Format.SUBSTACK),
            "all": (PYTHON, "-c", OURS, *Format),
            "pyromark": (PYTHON, "-c", PYROMARK),
        }
        missing = _add_peers(work)
        found = in_turn({name: _cpu(words, place) for name, words in work.items()}, ROUNDS)
    one, every = (
        f"{POSTS:,} posts of 20 kB -> Substack document, CPU",
        f"{POSTS:,} posts of 20 kB -> {len(Format)} formats, CPU",
    )
    return [
        _limit(one, found["substack"], found["pyromark"]),
        _beside(one, found["substack"], "python-substack", found, missing),
        _limit(every, found["all"], found["pyromark"]),
        _beside(every, found["all"], "Pelican, HTML only", found, missing),
    ]


def _write_posts(place: Path) -> None:
    for name, head in (("posts", ""), ("content", "Title: Tide {number}\nDate: 2026-11-{day:02}\n\n")):
        (place / name).mkdir()
        for number in range(POSTS):
            text = head.format(number=number, day=number % 28 + 1) + long_post(100 * number)
            (place / name / f"{number:04}.md").write_text(text, encoding="utf-8")


def _add_peers(work: dict[str, Sequence[str | Path]]) -> Mapping[str, str]:
    """Those that are there; why the others are not."""
    missing: dict[str, str] = {}
    for name, told, words in (
        ("python-substack", "python-substack", ("python", "-c", PYTHON_SUBSTACK)),
        ("pelican", "Pelican, HTML only", ("pelican", "content", "-o", "out", "-q")),
    ):
        try:
            work[told] = (peer(name) / words[0], *words[1:])
        except Missing as reason:
            missing[told] = str(reason)
    return missing


def _cpu(words: Sequence[str | Path], place: Path) -> Callable[[], float]:
    return Command(words=words, folder=place, environ=CLEAN | {"HOME": str(place)}).cpu


def _limit(work: str, ours: float, pyromark: float) -> Line:
    return Line(row="6", work=work, unit="s", ours=ours, against="pyromark HTML", theirs=pyromark, limit=True)


def _beside(work: str, ours: float, name: str, found: Mapping[str, float], missing: Mapping[str, str]) -> Line:
    if name in missing:
        return Line(row="6", work=work, unit="s", ours=ours, against=name, skipped=missing[name])
    return Line(row="6", work=work, unit="s", ours=ours, against=name, theirs=found[name], threshold=0.25)
