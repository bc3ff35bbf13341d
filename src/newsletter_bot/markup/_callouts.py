"""Quotations that begin with the mark of a callout and say more in that line than the parser takes."""

from __future__ import annotations

import re
from collections.abc import Sequence

from newsletter_bot.document import CALLOUTS, Block, Callout, Inline, LineBreak, Paragraph, SoftBreak, Strong, Text
from newsletter_bot.markup._state import Frame, State

_WRITTEN = re.compile(rb"[\s>]*+\[![^\s\]\\]{1,160}\]")
"""The mark as it stands in the source: behind a backslash it would mean nothing."""
_MARK = re.compile(r"\[!(\w{1,40})\][+-]?[ \t]*")


def titled_callout(state: State, children: tuple[Block, ...], frame: Frame) -> Callout | None:
    """A callout with a title of its own, which becomes its first line; an unknown kind is told and stays as it is written."""
    first = children[0] if children else None
    if not isinstance(first, Paragraph) or not isinstance(words := first.children[0], Text):
        return None
    mark = _MARK.match(words.text)
    if mark is None or not _WRITTEN.match(state.source, frame.start):
        return None
    kind = mark[1].lower()
    if kind not in CALLOUTS:
        message = f"[!{mark[1]}] is no kind of callout: it stands there as it is written"
        state.report(message, frame.start, fix=f"the kinds are {', '.join(sorted(CALLOUTS))}")
        return None
    title, below = _divided([Text(words.text[mark.end() :]), *first.children[1:]])
    blocks = [Paragraph((Strong(title),), first.line)] if title else []
    blocks += [Paragraph(below, first.line + 1)] if below else []
    return Callout(kind, (*blocks, *children[1:]), first.line)


def _divided(nodes: Sequence[Inline]) -> tuple[tuple[Inline, ...], tuple[Inline, ...]]:
    """The first line, and those below it."""
    breaks = [isinstance(node, SoftBreak | LineBreak) for node in nodes]
    end = breaks.index(True) if True in breaks else len(nodes)
    line = [node for node in nodes[:end] if not isinstance(node, Text) or node.text]
    return tuple(line), tuple(nodes[end + 1 :])
