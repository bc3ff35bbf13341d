"""What a rendition cannot carry as written, collected while it is made."""

from __future__ import annotations

from newsletter_bot.model import Loss


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
