"""Runs of characters: pieces of text are joined, bare addresses become links, unknown footnotes are noticed."""

from __future__ import annotations

import html
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Any

from newsletter_bot.document import Inline, LineBreak, Link, Math, RawInline, SoftBreak, Text
from newsletter_bot.markup import autolinks, links, raw
from newsletter_bot.markup._characters import INTERNAL
from newsletter_bot.markup._state import Amendment, Frame, Piece, State

_UNKNOWN = re.compile(r"\[\^([^\]\[\s]+)\]")
_TOKEN = re.compile(rf"{INTERNAL}(\d{{1,9}}){INTERNAL}")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_SOLID = re.compile(rb"[^\s<>|]+")
_LONGEST = 2048
_WIDE = "\u1100-\u115f\u2e80-\u303e\u3041-\u3130\u3190-\ua4cf\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6"
WIDE = re.compile(f"[{_WIDE}]")
"""A character of a script that writes no spaces."""


def token(number: int) -> str:
    """What stands in an amended source for a bare address."""
    return f"{INTERNAL}{number}{INTERNAL}"


def finish(state: State, frame: Frame) -> tuple[Inline, ...]:
    """The inline nodes of a container, adjacent characters joined."""
    children = _looked_through(state, frame.children) if state.careful else frame.children
    if len(children) == 1 and children[0].__class__ is str and not frame.commented:
        return (Text(children[0]),)
    nodes = _joined(children)
    if frame.raw and not state.manner.strict:
        nodes = _without_hidden(nodes)
    if frame.loose and not (len(nodes) == 1 and frame.tag in ("Paragraph", "Implicit")):
        nodes = [Math(node.tex.replace("\n", " ")) if isinstance(node, Math) else node for node in nodes]
    if frame.commented or (nodes and nodes[0].__class__ is LineBreak):
        _trim(nodes)
    return tuple(_without_wide_breaks(nodes) if state.wide else nodes)


def _joined(children: Sequence[Any]) -> list[Inline]:
    nodes: list[Inline] = []
    words = ""
    for child in children:
        if child.__class__ is str:
            words += child
            continue
        if words:
            nodes.append(Text(words))
            words = ""
        nodes.append(child)
    if words:
        nodes.append(Text(words))
    return nodes


def _without_hidden(nodes: Sequence[Inline]) -> list[Inline]:
    """Without what stands between the tags of a script and its like, as in a block of HTML; the tags are told of later."""
    tags = {at: match for at, node in enumerate(nodes) if isinstance(node, RawInline) if (match := _hidden(node))}
    ends: dict[str, list[int]] = {}
    for at, match in tags.items():
        if match[1]:
            ends.setdefault(match[2].lower(), []).append(at)
    kept: list[Inline] = []
    visible = 0
    for at, node in enumerate(nodes):
        if at < visible:
            continue
        kept.append(node)
        if at in tags and not tags[at][1]:  # a tag that nothing ends hides nothing
            later = ends.get(tags[at][2].lower(), [])
            end = bisect_right(later, at)
            visible = later[end] if end < len(later) else 0
    return kept


def _hidden(node: RawInline) -> re.Match[str] | None:
    match = None if node.html.endswith("/>") else raw.TAG.match(node.html)  # closed at once: it holds nothing
    return match if match and match[2].lower() in raw.HIDDEN else None


def _trim(nodes: list[Inline]) -> None:
    """Takes away the white space that a dropped comment left at either end."""
    for at in (-1, 0):
        while nodes and _blank(nodes[at]):
            del nodes[at]
        if nodes and isinstance(node := nodes[at], Text):
            nodes[at] = Text(node.text.rstrip(" \t") if at else node.text.lstrip(" \t"))
    breaks = [isinstance(node, SoftBreak) for node in nodes]
    nodes[:] = [node for at, node in enumerate(nodes) if not (at and breaks[at] and breaks[at - 1])]


def _blank(node: Inline) -> bool:
    return isinstance(node, SoftBreak | LineBreak) or (isinstance(node, Text) and not node.text.strip(" \t"))


def _without_wide_breaks(nodes: list[Inline]) -> list[Inline]:
    """Line ends within Chinese or Japanese text are no spaces."""
    kept: list[Any] = []
    for at, node in enumerate(nodes):
        if isinstance(node, Text):
            kept.append(node.text)
        elif not (isinstance(node, SoftBreak) and 0 < at < len(nodes) - 1 and _wide(nodes[at - 1], nodes[at + 1])):
            kept.append(node)
    return _joined(kept)


def _wide(before: Inline, after: Inline) -> bool:
    if not (isinstance(before, Text) and isinstance(after, Text)):
        return False
    return WIDE.match(before.text[-1:]) is not None and WIDE.match(after.text) is not None


# --- texts that hold bare addresses or footnotes ---------------------------------------------------------------


def _looked_through(state: State, children: Sequence[Any]) -> Sequence[Any]:
    """The same with bare addresses as links, and unknown footnotes told."""
    words = "".join([child.text for child in children if child.__class__ is Piece])
    if "[^" in words or INTERNAL in words or autolinks.may_hold(words):
        return list(_careful(state, children))
    return [child.text if child.__class__ is Piece else child for child in children]


def _careful(state: State, children: Sequence[Any]) -> Iterator[Any]:
    run: list[Piece] = []
    for child in children:
        if child.__class__ is Piece:
            if run and run[-1].end != child.start:  # a backslash stands between: what it breaks is no address
                yield from _run(state, run)
                run = []
            run.append(child)
            continue
        if run:
            yield from _run(state, run)
            run = []
        yield child
    if run:
        yield from _run(state, run)


def _run(state: State, pieces: list[Piece]) -> Iterator[Any]:
    text = "".join(piece.text for piece in pieces) if len(pieces) > 1 else pieces[0].text
    if "[^" in text:
        _notice_unknown(state, text, pieces[0].start)
    if state.links:
        yield text
        return
    position = 0
    for start, end, node in _addresses(state, text, pieces):
        if start > position:
            yield text[position:start]
        yield node
        position = end
    if position < len(text):
        yield text[position:]


def _notice_unknown(state: State, text: str, start: int) -> None:
    for match in _UNKNOWN.finditer(text):
        if not match.start() and state.source[start - 1 : start] == b"\\":
            continue
        label = match[1]
        state.report(
            f"the footnote [^{label}] is not defined", start, error=True, fix=f"add a line [^{label}]: with its text"
        )


def _addresses(state: State, text: str, pieces: list[Piece]) -> Iterator[tuple[int, int, Link]]:
    tokens = state.manner.tokens
    for found in _found(text, tokens):
        offset = _offset(pieces, found.start)
        shown = text[found.start : found.end]
        if match := _TOKEN.fullmatch(shown):
            shown = tokens[int(match[1])]
        elif _amended(state, shown, offset):
            continue
        yield found.start, found.end, Link((Text(shown),), links.encoded(found.href), line=state.line(offset))


def _found(text: str, tokens: tuple[str, ...]) -> Iterator[autolinks.Found]:
    """The addresses of a run, typed or set apart by a token, in order."""
    position = 0
    for match in _TOKEN.finditer(text) if tokens else ():
        if (number := int(match[1])) < len(tokens):
            yield from autolinks.find(text, position, match.start())
            address = tokens[number]
            yield autolinks.Found(match.start(), match.end(), autolinks.href_of(address) or address)
            position = match.end()
    yield from autolinks.find(text, position, len(text))


def _offset(pieces: list[Piece], index: int) -> int:
    """Where a character of the run stands in the source."""
    ends = list(accumulate(len(piece.text) for piece in pieces))
    at = bisect_right(ends, index)
    within = index - (ends[at] - len(pieces[at].text))
    return pieces[at].start + len(pieces[at].text[:within].encode())


def _amended(state: State, shown: str, offset: int) -> bool:
    """Whether the source holds a longer address than the text shows, so that it must be read again with it set apart."""
    room = max(_LONGEST, 4 * len(shown))
    solid = _SOLID.match(state.source, offset, offset + room)
    match = solid and autolinks.ADDRESS.match(solid[0].decode("utf-8", "ignore"))
    raw = autolinks.trimmed(match[0]) if match else shown
    address = html.unescape(_ESCAPE.sub(r"\1", raw))
    if raw == shown or autolinks.href_of(address) is None:
        return False
    state.findings.amendments.append(Amendment(offset, offset + len(raw.encode()), "", address))
    return not state.manner.final
