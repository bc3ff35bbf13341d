"""What a rendition cannot carry as written, collected while it is made."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter_bot.model import Loss

LINES = 5
"""So many lines of one kind of loss are named to a person, the others are counted."""


def gathered(losses: Iterable[Loss]) -> list[tuple[str, Loss]]:
    """Each kind of loss once, with where it is met in words (empty for the whole post): for people."""
    lines: dict[tuple[str, str], list[int]] = {}
    for loss in losses:
        lines.setdefault((loss.what, loss.instead), []).append(loss.line or 0)
    return [
        (_where([line for line in found if line]), Loss(what=what, instead=instead, line=found[0] or None))
        for (what, instead), found in lines.items()
    ]


def _where(lines: list[int]) -> str:
    if len(lines) < 2:
        return f"line {lines[0]}" if lines else ""
    named, last, more = [str(line) for line in lines[:LINES]], "", len(lines) - LINES
    if more <= 0:
        last = f" and {named.pop()}"
    return f"lines {', '.join(named)}{f' and {more} more' if more > 0 else last}"


class Losses:
    """Each loss once for each line; the line of text within a block is that of the block, known only at its end."""

    def __init__(self) -> None:
        self._kept: dict[Loss, None] = {}
        self._pending: list[tuple[str, str]] = []

    def add(self, what: str, instead: str, line: int | None = None) -> None:
        """Something stands in place of something else."""
        self._kept.setdefault(Loss(what=what, instead=instead, line=line or None))

    def within(self, what: str, instead: str) -> None:
        """The same, in the block that is being rewritten."""
        self._pending.append((what, instead))

    def settle(self, line: int) -> None:
        """The block that was being rewritten ends; it began on this line."""
        if self._pending:
            for what, instead in self._pending:
                self.add(what, instead, line)
            self._pending.clear()

    def told(self) -> tuple[Loss, ...]:
        """All losses: first those of the whole post, then by line."""
        self.settle(0)
        return tuple(sorted(self._kept, key=lambda loss: loss.line or 0))
