"""From Markdown to the tree, in one parse; a second one only where bare addresses or prices look like markup."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from newsletter_bot.document import Document, Problem
from newsletter_bot.markup import autolinks, footnotes
from newsletter_bot.markup._builder import Builder
from newsletter_bot.markup._runs import WIDE, token
from newsletter_bot.markup._state import Amendment, Findings, Manner, State
from newsletter_bot.markup.quotes import marks_of

if TYPE_CHECKING:
    import pyromark

_CONTROLS = tuple(bytes([code]) for code in sorted({*range(32), 127} - {9, 10, 12}))
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
"""Characters that no page and no feed may hold."""
_ROUNDS = 3
"""Amended readings at most: each settles what the one before brought to light."""


@functools.cache
def _parser(*, smart: bool, strict: bool) -> pyromark.Markdown:
    import pyromark

    option = pyromark.Options
    options = option(0)
    if not strict:
        options = (
            option.ENABLE_TABLES
            | option.ENABLE_FOOTNOTES
            | option.ENABLE_STRIKETHROUGH
            | option.ENABLE_TASKLISTS
            | option.ENABLE_MATH
            | option.ENABLE_GFM
            | option.ENABLE_DEFINITION_LIST
        )
    if smart:
        options |= option.ENABLE_SMART_PUNCTUATION
    return pyromark.Markdown(options=options)


def read(text: str, *, first_line: int = 1, language: str = "en", smart: bool = True) -> Document:
    """The tree of a Markdown text; ``first_line`` is the line of the file on which the text begins.

    Quotation marks are those of the language, unless ``smart`` is off. What is wrong in the text is told in the
    document's problems, never raised.
    """
    text = _clean(text)
    manner = Manner(first_line=first_line, marks=marks_of(language), careful=autolinks.may_link(text))
    wide = not text.isascii() and WIDE.search(text) is not None
    state = _read(text, manner, smart=smart, wide=wide)
    if not manner.careful and text.count("[^") > _footnote_marks(state.findings):  # some are no footnotes: which?
        manner = replace(manner, careful=True)
        state = _read(text, manner, smart=smart, wide=wide)
    for left in reversed(range(_ROUNDS)):
        if not state.findings.amendments:
            break
        text, tokens = _amend(state.source, state.findings.amendments, manner.tokens)
        manner = replace(manner, tokens=tokens, final=left == 0)
        state = _read(text, manner, smart=smart, wide=wide)
    return _document(state)


def _footnote_marks(findings: Findings) -> int:
    """How many references and footnotes were found."""
    within = sum(len(defined.references) for defined in findings.definitions)
    return len(findings.references) + len(findings.definitions) + within


def _read(text: str, manner: Manner, *, smart: bool, wide: bool) -> State:
    state = State(text, manner, wide=wide)
    Builder(state).build(_parser(smart=smart, strict=manner.strict).events_with_range(text))
    return state


def read_commonmark(text: str) -> Document:
    """The tree of a text that is nothing but CommonMark: no extensions, HTML as written, no typography."""
    text = _clean(text)
    return _document(_read(text, Manner(strict=True), smart=False, wide=False))


def _clean(text: str) -> str:
    """Line ends of one kind, no byte order mark, nothing that is no character."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\0" in text:
        text = text.replace("\0", "\ufffd")
    try:
        source = text.encode()
    except UnicodeEncodeError:
        text = text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
        source = text.encode()
    if any(control in source for control in _CONTROLS):
        text = _CONTROL.sub("", text)
    return text.removeprefix("\ufeff")


def _amend(source: bytes, amendments: Sequence[Amendment], tokens: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """The source with each place replaced, and the addresses that tokens stand for."""
    parts: list[bytes] = []
    addresses = list(tokens)
    position = 0
    for start, end, put, address in sorted(amendments):
        if start < position:
            continue
        if address:
            addresses.append(address)
        replacement = token(len(addresses) - 1) if address else put
        parts += [source[position:start], replacement.encode()]
        position = end
    parts.append(source[position:])
    return b"".join(parts).decode(), tuple(addresses)


def _document(state: State) -> Document:
    findings = state.findings
    numbering = footnotes.number(findings.references, findings.definitions)
    return Document(tuple(state.stack[0].children), tuple(numbering.footnotes), _problems(findings, numbering.problems))


def _problems(findings: Findings, more: Sequence[Problem]) -> tuple[Problem, ...]:
    return tuple(sorted([*findings.problems, *more], key=lambda problem: problem.line))
