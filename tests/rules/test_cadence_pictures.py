"""The heat map and the badge: a year at a glance, in light and dark, with and without colour."""

import re
from datetime import date, datetime, timedelta
from xml.etree import ElementTree as ET

import pytest

from newsletter_bot.cadence import Cadence, Landing, Streak, slots, streak
from newsletter_bot.cadence.badge import badge_svg
from newsletter_bot.cadence.heatmap import heatmap_svg, heatmap_text

SVG = "{http://www.w3.org/2000/svg}"
TODAY = date(2026, 11, 22)
NOW = datetime.fromisoformat("2026-11-22T12:00:00+00:00")
BREAK = ((date(2025, 12, 20), date(2026, 1, 3)),)


def a_year(cadence: Cadence) -> Streak:
    """Every seventh slot missed, every fifth late, since two years."""
    planned = slots(cadence, TODAY - timedelta(days=730), TODAY - timedelta(days=1))
    landings = [
        Landing(f"<issue & {number}>\x00", slot.name, slot.due + timedelta(hours=5 if number % 5 == 0 else -1))
        for number, slot in enumerate(planned)
        if number % 7 and not slot.in_break
    ]
    return streak(cadence, [landing for landing in landings if landing.at < NOW], NOW)


WEEKLY = Cadence(weeks=1, day=2, breaks=BREAK)
DAILY = Cadence(weekdays=tuple(range(7)), breaks=BREAK)
MONTHLY = Cadence(monthly=True, day=31)


@pytest.mark.parametrize("cadence", [WEEKLY, DAILY, MONTHLY])
def test_svg_has_a_cell_for_each_slot_with_its_own_shape(cadence: Cadence) -> None:
    """Each slot of the 52 weeks is drawn once, by a shape that its state alone has, with its reason as tooltip."""
    found = a_year(cadence)

    root = ET.fromstring(heatmap_svg(found, today=TODAY))
    cells = [cell for cell in root.findall(f"{SVG}g") if cell.find(f"{SVG}use") is not None]

    last = found.next_slot.due.date() if found.next_slot else TODAY
    expected = [s for s in found.slots if TODAY - timedelta(weeks=52) < s.slot.due.date() <= last]
    assert [f"#nb-{state.state}" for state in expected] == [cell.find(f"{SVG}use").attrib["href"] for cell in cells]  # type: ignore[union-attr]
    assert all(
        state.slot.name in (cell.findtext(f"{SVG}title") or "") for state, cell in zip(expected, cells, strict=True)
    )
    shapes = {shape.attrib["id"]: ET.tostring(shape) for shape in root.iter(f"{SVG}g") if "id" in shape.attrib}
    assert {"nb-kept", "nb-late", "nb-missed", "nb-break", "nb-open"} == set(shapes)


@pytest.mark.parametrize("cadence", [WEEKLY, DAILY, MONTHLY])
def test_svg_cells_stay_inside_and_apart(cadence: Cadence) -> None:
    """No two cells overlap and none leaves the image."""
    root = ET.fromstring(heatmap_svg(a_year(cadence), today=TODAY))
    width, height = int(root.attrib["width"]), int(root.attrib["height"])

    places = [tuple(map(int, re.findall(r"\d+", cell.attrib["transform"]))) for cell in root.findall(f"{SVG}g")]

    assert len(places) == len(set(places))
    assert all(0 < x <= width - 18 and 0 < y <= height - 18 for x, y in places)


def test_svg_follows_light_and_dark_and_is_told_to_those_who_do_not_see_it() -> None:
    """The image has a role, a title and a description with the counts, and colours for both grounds."""
    text = heatmap_svg(a_year(WEEKLY), today=TODAY)
    root = ET.fromstring(text)

    assert "prefers-color-scheme:dark" in text
    assert "img" == root.attrib["role"]
    assert "Streak: 6 weeks, longest 6 weeks" == root.findtext(f"{SVG}title")
    assert "2025-11 to 2026-11: 34 kept, 9 late, 7 missed, 2 break, 1 open." == root.findtext(f"{SVG}desc")


def test_svg_of_one_year() -> None:
    """A calendar year shows the slots that were due in it."""
    root = ET.fromstring(heatmap_svg(a_year(WEEKLY), today=TODAY, year=2025))

    labels = [text.text for text in root.findall(f"{SVG}text")]
    assert ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"] == labels[1:13]


def test_nothing_to_show() -> None:
    """A year without slots is said to be one, not a broken image."""
    found = a_year(WEEKLY)

    assert "No slots yet." == ET.fromstring(heatmap_svg(found, today=TODAY, year=1999)).findtext(f"{SVG}desc")
    assert "No slots yet.\n" == heatmap_text(found, today=TODAY, year=1999)


def test_text_has_a_sign_for_each_slot() -> None:
    """Without colour the signs alone tell the states apart."""
    text = heatmap_text(a_year(WEEKLY), today=TODAY, year=2026)

    assert "Jan 2026 ■ ◪ ■ ■" == text.splitlines()[0]
    assert "■ kept  ◪ late, counts  ✗ missed  ─ break  □ open" == text.splitlines()[-1]
    assert "\x1b" not in text


@pytest.mark.parametrize("width", [20, 40, 60, 80, 200])
def test_text_fits_the_terminal(width: int) -> None:
    """No line of slots is wider than the terminal, and none is lost when they are wrapped."""
    found = a_year(DAILY)

    lines = heatmap_text(found, today=TODAY, width=width).splitlines()[:-2]

    assert all(len(line) <= width for line in lines)
    assert 364 == sum(len(line[9:].replace(" ", "")) for line in lines)


def test_colour_changes_no_sign() -> None:
    """Colour comes on top of the same signs."""
    found = a_year(WEEKLY)

    coloured = heatmap_text(found, today=TODAY, colour=True)

    assert heatmap_text(found, today=TODAY) == re.sub("\x1b\\[[0-9]+m", "", coloured)
    assert coloured != heatmap_text(found, today=TODAY)


def test_badge() -> None:
    """The badge says the current streak, escapes its label and changes with the state."""
    kept = badge_svg(a_year(WEEKLY), label='streak <of> "us" & them')
    none = badge_svg(streak(WEEKLY, [], NOW))

    assert "6 weeks" == ET.fromstring(kept).findall(f".//{SVG}text")[1].text
    assert 'streak <of> "us" & them: 6 weeks, longest 6 weeks' == ET.fromstring(kept).attrib["aria-label"]
    assert "0 weeks" == ET.fromstring(none).findall(f".//{SVG}text")[1].text
