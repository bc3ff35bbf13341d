"""A year of slots at a glance, as SVG and for the terminal; every state has its own shape as well as its colour."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from newsletter_bot.cadence.streak import SlotState, Standing, Streak
from newsletter_bot.cadence.xml_text import escaped
from newsletter_bot.cadence.year import WORDS, Month, months, told

CELL = 18
STEP = 22
MARGIN = 16
TOP = 56
LABEL = 16
ROWS = 5
WIDTH = 720
LEGEND_STEPS = {Standing.KEPT: 64, Standing.LATE: 106, Standing.MISSED: 78, Standing.BREAK: 68, Standing.OPEN: 60}

_LIGHT = {
    "paper": "#fff",
    "ink": "#1f2328",
    "soft": "#59636e",
    "kept": "#1a7f37",
    "late": "#9a6700",
    "missed": "#cf222e",
}
_DARK = {
    "paper": "#0d1117",
    "ink": "#f0f6fc",
    "soft": "#9198a1",
    "kept": "#3fb950",
    "late": "#d29922",
    "missed": "#f85149",
}


def _colours(palette: dict[str, str]) -> str:
    # no selector names an ancestor: within what <use> shows, browsers look no further than the shape itself
    fills = [f".nb-{name}{{fill:{colour}}}" for name, colour in palette.items()]
    strokes = [f".nb-{name}-line{{stroke:{colour}}}" for name, colour in palette.items()]
    return "".join(fills + strokes)


_STYLE = (
    ".nb-heat text{font:12px system-ui,sans-serif}.nb-heat .nb-head{font-size:16px;font-weight:600}"
    "[class^=nb-][class$=-line]{fill:none;stroke-width:2;stroke-linecap:round;stroke-linejoin:round}"
    f"{_colours(_LIGHT)}@media (prefers-color-scheme:dark){{{_colours(_DARK)}}}"
)

_SHAPES = {
    Standing.KEPT: (
        '<rect width="18" height="18" rx="3" class="nb-kept"/><path class="nb-paper-line" d="M4.5 9.5l3 3 6-7"/>'
    ),
    Standing.LATE: (
        '<rect class="nb-late-line" x="1" y="1" width="16" height="16" rx="2"/>'
        '<path d="M2 16.5L16.5 2v14.5z" class="nb-late"/>'
    ),
    Standing.MISSED: (
        '<rect class="nb-missed-line" x="1" y="1" width="16" height="16" rx="2"/>'
        '<path class="nb-missed-line" d="M5.5 5.5l7 7m0-7l-7 7"/>'
    ),
    Standing.BREAK: '<path class="nb-soft-line" d="M4 9h10"/>',
    Standing.OPEN: '<rect class="nb-soft-line" x="1" y="1" width="16" height="16" rx="2" stroke-dasharray="2 3.3"/>',
}
_DEFINITIONS = "".join(f'<g id="nb-{standing}">{shape}</g>' for standing, shape in _SHAPES.items())


class Grid(NamedTuple):
    """Where the months stand: so many blocks across, each so many slots wide, with its size in pixels."""

    across: int
    columns: int
    wide: int
    deep: int

    @classmethod
    def of(cls, shown: Sequence[Month]) -> Grid:
        """The grid in which these months fit the usual width of a page."""
        most = max((len(month.states) for month in shown), default=1)
        columns = max(1, -(-most // ROWS))
        wide = columns * STEP + (12 if columns > 1 else 10)
        across = max(1, min(len(shown), (WIDTH - 2 * MARGIN) // wide))
        return cls(across, columns, wide, LABEL + -(-most // columns) * STEP + 8)


def heatmap_svg(streak: Streak, *, today: date, year: int | None = None) -> str:
    """A year as an SVG image: that one, or the 52 weeks up to today. It stands alone and follows light and dark."""
    shown = months(streak, today=today, year=year)
    grid = Grid.of(shown)
    height = TOP + -(-len(shown) // grid.across) * grid.deep + 36
    width = 2 * MARGIN + max(grid.across * grid.wide, sum(LEGEND_STEPS.values()))
    head = _headline(streak)
    return "".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" class="nb-heat" role="img" width="{width}" height="{height}" ',
            f'viewBox="0 0 {width} {height}" aria-labelledby="nb-heat-title nb-heat-desc">',
            f'<title id="nb-heat-title">{escaped(head)}</title>',
            f'<desc id="nb-heat-desc">{escaped(_described(shown))}</desc>',
            f"<style>{_STYLE}</style><defs>{_DEFINITIONS}</defs>",
            f'<rect width="{width}" height="{height}" rx="8" class="nb-paper"/>',
            f'<text class="nb-head nb-ink" x="{MARGIN}" y="32">{escaped(head)}</text>',
            *(_block(month, number, grid) for number, month in enumerate(shown)),
            *_legend(height - 28),
            "</svg>\n",
        ]
    )


def _headline(streak: Streak) -> str:
    return f"Streak: {streak.counted(streak.current)}, longest {streak.counted(streak.longest)}"


def _described(shown: tuple[Month, ...]) -> str:
    if not shown:
        return "No slots yet."
    first, last = shown[0], shown[-1]
    return f"{first.year}-{first.month:02} to {last.year}-{last.month:02}: {told(shown)}."


def _block(month: Month, number: int, grid: Grid) -> str:
    line, column = divmod(number, grid.across)
    x, y = MARGIN + column * grid.wide, TOP + line * grid.deep
    places = (divmod(place, grid.columns) for place in range(len(month.states)))
    cells = [
        _cell(state, x + across * STEP, y + 6 + down * STEP)
        for state, (down, across) in zip(month.states, places, strict=True)
    ]
    return f'<text class="nb-soft" x="{x}" y="{y}">{month.label.split()[0]}</text>{"".join(cells)}'


def _cell(state: SlotState, x: int, y: int) -> str:
    tip = f"{state.slot.name}: {WORDS[state.state]}. {state.reason}"
    return f'<g transform="translate({x} {y})"><title>{escaped(tip)}</title>{_use(state.state)}</g>'


def _use(standing: Standing) -> str:
    # the clear square makes the whole cell answer to the pointer
    return f'<rect width="{CELL}" height="{CELL}" fill-opacity="0"/><use href="#nb-{standing}"/>'


def _legend(y: int) -> Iterator[str]:
    x = MARGIN
    for standing, word in WORDS.items():
        yield f'<use href="#nb-{standing}" x="{x}" y="{y}"/><text class="nb-soft" x="{x + STEP}" y="{y + 13}">{word}</text>'
        x += LEGEND_STEPS[standing]


GLYPHS = {
    Standing.KEPT: "■",
    Standing.LATE: "◪",
    Standing.MISSED: "✗",
    Standing.BREAK: "─",
    Standing.OPEN: "□",
}
_COLOURS = {Standing.KEPT: 32, Standing.LATE: 33, Standing.MISSED: 31, Standing.BREAK: 90, Standing.OPEN: 36}
MARGIN_TEXT = 9


def heatmap_text(streak: Streak, *, today: date, width: int = 80, colour: bool = False, year: int | None = None) -> str:
    """A year for the terminal: a line for each month, a sign for each slot, and what the signs mean."""
    shown = months(streak, today=today, year=year)
    room = max(1, width - MARGIN_TEXT)
    gap = " " if all(2 * len(month.states) - 1 <= room for month in shown) else ""
    lines: list[str] = []
    for number, month in enumerate(shown):
        signs = [_sign(state.state, colour) for state in month.states]
        rows = [gap.join(signs[start : start + room]) for start in range(0, len(signs), room)] or [""]
        label = month.label if number else f"{month.label.split()[0]} {month.year}"
        lines += [f"{label:<{MARGIN_TEXT}}{rows[0]}".rstrip(), *(" " * MARGIN_TEXT + row for row in rows[1:])]
    legend = "  ".join(f"{_sign(standing, colour)} {word}" for standing, word in WORDS.items())
    return "\n".join([*lines, "", legend]) + "\n" if lines else "No slots yet.\n"


def _sign(standing: Standing, colour: bool) -> str:
    return f"\x1b[{_COLOURS[standing]}m{GLYPHS[standing]}\x1b[0m" if colour else GLYPHS[standing]
