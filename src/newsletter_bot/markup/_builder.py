"""Parser events become the tree: a stack of open containers, each closed into what it says."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from newsletter_bot.document import FootnoteReference
from newsletter_bot.markup._closers import CLOSERS, close_implicit
from newsletter_bot.markup._leaves import LEAVES
from newsletter_bot.markup._paragraphs import paragraph
from newsletter_bot.markup._state import Frame, State

DEPTH = 64
"""Containers within containers beyond this are flattened: nobody reads them, and every writer recurses."""
_INLINE = frozenset({"Emphasis", "Strong", "Strikethrough", "Link", "Image"})
_NESTING = frozenset({"BlockQuote", "List", "DefinitionList"}) | _INLINE


class Builder:
    """Takes the events of one text and keeps what they make in its state."""

    __slots__ = ("_deep", "_nesting", "state")

    def __init__(self, state: State) -> None:
        self.state = state
        self._nesting = 0
        self._deep = False

    def build(self, events: Iterable[tuple[Any, Any]]) -> None:
        """Consumes all events."""
        state, start, end, leaves = self.state, self._start, self._end, LEAVES
        text, stack, plain = leaves["Text"], state.stack, not state.careful
        for event, span in events:
            if event.__class__ is str:
                leaves[event](state, None, span)
                continue
            for kind, value in event.items():  # there is one
                if kind == "Text":
                    if plain and len(value) > 1 and not (top := stack[-1]).blocks:  # as mostly: no quotation mark
                        top.children.append(value)
                    else:
                        text(state, value, span)
                elif kind == "Start":
                    start(value, span["start"])
                elif kind == "End":
                    end(span["end"])
                else:
                    leaves[kind](state, value, span)
        close_implicit(state, len(state.source))

    def _start(self, tag: Any, start: int) -> None:
        value = None
        if tag.__class__ is not str:
            ((tag, value),) = tag.items()
        state = self.state
        if tag in _INLINE:
            top = state.stack[-1]
            if top.blocks:
                top = state.inline_frame(start)
            if tag == "Link":
                state.links += 1
        else:
            top = self._container(tag, start)
        deep = tag in _NESTING and self._deeper()
        if deep or (top.tag == "Skipped" and tag not in _HOLDERS):
            state.stack.append(self._skipped(tag, start, top))
            return
        frame = Frame(tag, value, start)
        if tag == "FootnoteDefinition":
            frame.references = list[FootnoteReference]()
        state.stack.append(frame)

    def _container(self, tag: str, start: int) -> Frame:
        """Where a block begins."""
        state = self.state
        state.open_single = False
        top = state.stack[-1]
        if top.tag == "Implicit":
            top = close_implicit(state, start)
        if tag == "Paragraph":
            top.loose = True
        return top

    def _deeper(self) -> bool:
        """One level further in: whether that is too deep."""
        self._nesting += 1
        return self._nesting > DEPTH

    def _skipped(self, tag: str, start: int, top: Frame) -> Frame:
        """A frame beyond the sensible depth: it hands its children to its parent."""
        if not self._deep:
            self._deep = True
            self.state.report(f"nested more than {DEPTH} levels deep: deeper levels are flattened", start)
        skipped = Frame("Skipped", tag, start)
        skipped.children = top.children
        skipped.blocks = tag not in _INLINE
        return skipped

    def _end(self, end: int) -> None:
        state = self.state
        frame = state.stack.pop()
        if frame.tag == "Implicit":
            paragraph(state, frame, end)
            frame = state.stack.pop()
        tag = frame.tag
        if tag != "Skipped":
            CLOSERS[tag](state, frame, end)
        else:
            tag = frame.value
        if tag in _NESTING:
            self._nesting -= 1
            if tag == "Link":
                state.links -= 1


_HOLDERS = frozenset({"Paragraph", "Heading", "CodeBlock", "HtmlBlock", "Table", "FootnoteDefinition"})
"""What stays itself within a flattened container."""
