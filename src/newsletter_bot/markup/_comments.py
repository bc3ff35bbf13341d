"""HTML blocks: comments that mean something, comments that do not, and everything else as written."""

from __future__ import annotations

import re

from newsletter_bot.document import Button, Paywall, RawBlock
from newsletter_bot.markup._state import Frame, State

_COMMENT = re.compile(r"<!--(?:-?>|(.*?)(?:--!?>|\Z))", re.DOTALL)
_SUBSCRIBE = re.compile(r"subscribe(?:\s*:\s*(.*))?", re.IGNORECASE | re.DOTALL)
_VERBATIM = re.compile(r"<(script|style|pre|textarea)\b", re.IGNORECASE)


def html_block(state: State, frame: Frame, _: int) -> None:
    """Appends what an HTML block holds, in order."""
    html = "".join(frame.children)
    blocks = state.stack[-1].children
    if state.manner.strict:
        blocks.append(RawBlock(html, state.line(frame.start)))
        return
    if html.lstrip().startswith("<!--") and "-->" not in html:
        state.report(
            "a comment that begins here is never closed and hides what follows",
            frame.start,
            error=True,
            fix="close it with -->",
        )
    kept: list[str] = []
    position = 0
    for match in _COMMENT.finditer(html):
        kept.append(html[position : match.start()])
        position = match.end()
        if node := _meaning(state, match, frame):
            _flush(state, kept, frame)
            blocks.append(node)
    kept.append(html[position:])
    _flush(state, kept, frame)


def _flush(state: State, kept: list[str], frame: Frame) -> None:
    html = "".join(kept).strip("\n")
    kept.clear()
    if html.strip():
        state.stack[-1].children.append(RawBlock(html, state.line(frame.start)))


def _meaning(state: State, match: re.Match[str], frame: Frame) -> Paywall | Button | None:
    word = (match[1] or "").strip()
    offset = frame.start + len(match.string[: match.start()].encode())
    line = state.line(frame.start) + match.string.count("\n", 0, match.start())
    if word.lower() == "paywall":
        return _paywall(state, offset, line)
    if subscribe := _SUBSCRIBE.fullmatch(word):
        return Button((subscribe[1] or "").strip() or "Subscribe", "", line)
    return None


def _paywall(state: State, offset: int, line: int) -> Paywall | None:
    """The first one at the top level counts: platforms know only one, between blocks."""
    if len(state.stack) > 1:
        state.report("<!-- paywall --> has no effect within a list, quote or footnote", offset, fix="move it out")
        return None
    if state.paywall:
        state.report("only the first <!-- paywall --> counts", offset, fix="remove this one")
        return None
    state.paywall = True
    return Paywall(line)
