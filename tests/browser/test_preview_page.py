"""The preview page in Chromium: it renders without a complaint, shows its images and fits a telephone."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from chromium import CHROMIUM, Seen, look
from writer_stage import Writer

SAMPLE = Path(__file__).parents[2] / "drafts"
PHONE = 390
DESK = 1200
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"Chromium is not at {CHROMIUM}"),
]
WIDE = "| " + " | ".join(f"column {number} of many" for number in range(12)) + " |\n|" + "---|" * 12 + "\n"
STRESS = "\n\n".join(
    [
        "An endless word: " + "tide" * 200 + " and https://example.org/" + "path/" * 80,
        "`" + "code_without_a_break" * 20 + "`",
        "```\n" + "one long line of code " * 30 + "\n```",
        WIDE + "| " + " | ".join("a cell" for _ in range(12)) + " |",
        "$$ " + "x + " * 200 + "x $$",
        "> " * 12 + "deep words",
        "- " * 12 + "deep point",
        "| a |\n|---|\n| " + "unbreakable" * 40 + " |",
        "# " + "Heading" * 40,
    ]
)


@pytest.fixture
def page(writer: Writer) -> Path:
    """The preview of the sample's first draft."""
    shutil.copytree(SAMPLE, writer.folder / "drafts", dirs_exist_ok=True)
    answer = writer.run("preview", "drafts/2026-11-18-lanterns-on-the-quay.md", "--out", "seen")
    assert 0 == answer.code, answer.err
    return writer.folder / "seen" / "index.html"


def fits(seen: Seen) -> tuple[bool, list[str]]:
    """Whether a page needs no scrolling sideways, and what sticks out."""
    return seen.scroll <= seen.width, seen.beyond


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_the_sample_fits(page: Path, tmp_path: Path, width: int) -> None:
    """The sample shows its image, fits a telephone and a desk, and the console stays empty."""
    seen = look(page, width=width, profile=tmp_path / "profile")

    assert (True, []) == fits(seen)
    assert (1, []) == (seen.images, seen.broken)
    assert [] == seen.console


def test_the_page_follows_the_dark(page: Path, tmp_path: Path) -> None:
    """In the dark the paper is dark."""
    dark = look(page, width=PHONE, profile=tmp_path / "profile", flags=("--blink-settings=preferredColorScheme=0",))

    assert "rgb(20, 24, 31)" == dark.paper


def test_anything_fits_a_telephone(writer: Writer, tmp_path: Path) -> None:
    """Words, code, tables and formulas that are too wide scroll by themselves or break, never the page."""
    writer.write("wide", STRESS, title="Wide" * 40)
    writer.run("preview", "--out", "seen")

    seen = look(writer.folder / "seen" / "index.html", width=PHONE, profile=tmp_path / "profile")

    assert (True, []) == fits(seen)
    assert [] == seen.console


def test_odd_names_of_images_lead_to_them(writer: Writer, tmp_path: Path) -> None:
    """An image whose name has spaces, signs and foreign letters is shown."""
    for name in ("a lamp #1?.png", "été & <b>.png", "x" * 200 + ".png"):
        shutil.copy(SAMPLE / "images" / "lantern.png", writer.folder / "drafts" / name)
    names = ["a%20lamp%20%231%3F.png", "<été & \\<b\\>.png>", "x" * 200 + ".png"]
    writer.write("lamps", "\n\n".join(f"![a lamp]({name})" for name in names))
    answer = writer.run("preview", "--out", "seen")

    seen = look(writer.folder / "seen" / "index.html", width=PHONE, profile=tmp_path / "profile")

    assert 0 == answer.code, answer.err
    assert (3, []) == (seen.images, seen.broken)
