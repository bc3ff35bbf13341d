"""Progress of a run: one living line a publication on a terminal, nothing in a pipe."""

from __future__ import annotations

import threading
from types import TracebackType
from typing import Self

import click

from newsletter_bot.cli.output import Voice

WIDTH = 78


class Progress:
    """Draws what happens for each publication on standard error while a person watches."""

    def __init__(self, voice: Voice) -> None:
        self._voice = voice
        self._lines: dict[str, str] = {}
        self._drawn = 0
        self._guard = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def report(self, publication: str, what: str) -> None:
        """Something happened for one publication."""
        if not self._voice.lively:
            return
        with self._guard:
            self._lines[publication] = what
            self._draw()

    def _draw(self) -> None:
        self._erase()
        for publication, what in self._lines.items():
            click.echo(f"  {publication}: {what}"[:WIDTH], err=True)
        self._drawn = len(self._lines)

    def _erase(self) -> None:
        if self._drawn:
            click.echo(f"\x1b[{self._drawn}F\x1b[J", err=True, nl=False)
            self._drawn = 0

    def close(self) -> None:
        """Clear what was drawn: the result follows."""
        with self._guard:
            self._erase()
            self._lines.clear()
