# ruff: noqa: RUF001 - these marks are what the module is about
"""Parser events without an end: text, code, breaks, formulas, marks."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from newsletter_bot.document import Code, FootnoteReference, LineBreak, Math, RawInline, Rule, SoftBreak
from newsletter_bot.markup._closers import close_implicit
from newsletter_bot.markup._state import Amendment, Frame, Piece, State
from newsletter_bot.markup.quotes import APOSTROPHE, Marks

_VERBATIM = frozenset({"CodeBlock", "HtmlBlock"})
_QUOTES = frozenset("“”‘’")
_SHORT_AND = re.compile(rb"'n'(?![A-Za-z])", re.IGNORECASE)
_ANCHOR = re.compile(r"</?a\b", re.IGNORECASE)


def text(state: State, words: str, span: Any) -> None:
    """Literal characters; the quotation marks that the parser chose become the language's own."""
    top = state.stack[-1]
    if top.blocks:
        top = state.inline_frame(span["start"])
    verbatim = top.tag in _VERBATIM
    if len(words) == 1 and words in _QUOTES and not verbatim and span["end"] - span["start"] == 1:
        words = _quote(state, words, span["start"])
    if state.careful and not verbatim:
        top.children.append(Piece(words, span["start"], span["end"]))
    else:
        top.children.append(words)


def _quote(state: State, mark: str, start: int) -> str:
    around = state.source[max(0, start - 4) : start].decode("utf-8", "ignore")[-1:]
    after = state.source[start + 1 : start + 5].decode("utf-8", "ignore")[:1]
    if mark == "“" and around.isalnum() and not after.isalnum():
        mark = "”"  # a closing mark that nothing opened, as in 5'10"
    if mark == "‘" and _SHORT_AND.match(state.source, start):
        return APOSTROPHE  # letters left out on both sides, as in rock 'n' roll
    if state.marks is None:
        return mark
    return _of_language(state, mark, state.marks, within_word=around.isalnum() and after.isalnum())


def _of_language(state: State, mark: str, marks: Marks, *, within_word: bool) -> str:
    if mark == "“":
        return marks.double_open
    if mark == "”":
        return marks.double_close
    if mark == "‘":
        state.open_single = True
        return marks.single_open
    if within_word or not state.open_single:
        return APOSTROPHE
    state.open_single = False
    return marks.single_close


def _soft_break(state: State, _: object, span: Any) -> None:
    state.inline_frame(span["start"]).children.append(SoftBreak())


def _hard_break(state: State, _: object, span: Any) -> None:
    state.inline_frame(span["start"]).children.append(LineBreak())


def _rule(state: State, _: object, span: Any) -> None:
    close_implicit(state, span["start"]).children.append(Rule(state.line(span["start"])))


def _code(state: State, code: str, span: Any) -> None:
    state.inline_frame(span["start"]).children.append(Code(code))


def _html(state: State, html: str, _: object) -> None:
    state.stack[-1].children.append(html)


def _inline_html(state: State, html: str, span: Any) -> None:
    top = state.inline_frame(span["start"])
    if state.manner.strict or not html.startswith("<!--"):
        if state.links and not state.manner.strict and _ANCHOR.match(html):
            return  # a link within a link is none in any page
        top.raw = True
        top.children.append(RawInline(html, state.line(span["start"])))
        return
    top.commented = True
    word = html[4:-3].strip().partition(":")[0].strip().lower()
    if word in ("paywall", "subscribe"):
        state.report(f"<!-- {word} --> has no effect within a line", span["start"], fix="give it a line of its own")


def _inline_math(state: State, tex: str, span: Any) -> None:
    start, end = span["start"], span["end"]
    if state.source[end : end + 1].isdigit():  # $5-$10 are two prices, no formula
        state.findings.amendments.append(Amendment(start, start + 1, "\\$"))
        text(state, f"${tex}$", span)
    else:
        _formula(state, tex.replace("\n", " "), span)


def _display_math(state: State, tex: str, span: Any) -> None:
    _formula(state, tex.strip(), span).loose = True


def _formula(state: State, tex: str, span: Any) -> Frame:
    top = state.inline_frame(span["start"])
    if tex:
        top.children.append(Math(tex))
    else:
        text(state, state.source[span["start"] : span["end"]].decode(), span)
    return top


def _reference(state: State, label: str, span: Any) -> None:
    reference = FootnoteReference(label, 0)
    state.inline_frame(span["start"]).children.append(reference)
    _list_of_references(state).append(reference)


def _list_of_references(state: State) -> list[FootnoteReference]:
    """Where references are kept: those in a footnote apart from those in the text."""
    kept = (frame.references for frame in reversed(state.stack) if frame.references is not None)
    return next(kept, state.findings.references)


def _task(state: State, checked: bool, _: object) -> None:
    item = next((frame for frame in reversed(state.stack) if frame.tag == "Item"), Frame("Item", None, 0))
    item.checked = checked


LEAVES: dict[str, Callable[[State, Any, Any], None]] = {
    "Text": text,
    "Code": _code,
    "SoftBreak": _soft_break,
    "HardBreak": _hard_break,
    "Rule": _rule,
    "Html": _html,
    "InlineHtml": _inline_html,
    "InlineMath": _inline_math,
    "DisplayMath": _display_math,
    "FootnoteReference": _reference,
    "TaskListMarker": _task,
}
