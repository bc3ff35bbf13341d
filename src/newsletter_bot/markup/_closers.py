"""What each kind of container becomes when its end is reached."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from newsletter_bot.document import (
    Block,
    Callout,
    CodeBlock,
    Definition,
    DefinitionList,
    Emphasis,
    Footnote,
    Heading,
    Image,
    Inline,
    Item,
    Link,
    List,
    Quote,
    Strikethrough,
    Strong,
    Table,
    Text,
)
from newsletter_bot.markup import links
from newsletter_bot.markup._callouts import titled_callout
from newsletter_bot.markup._comments import html_block
from newsletter_bot.markup._paragraphs import paragraph
from newsletter_bot.markup._runs import finish
from newsletter_bot.markup._state import Frame, State
from newsletter_bot.markup.footnotes import Defined
from newsletter_bot.markup.words import text_of

_ALIGNMENTS = {"None": "", "Left": "left", "Center": "center", "Right": "right"}
_FENCE = re.compile(rb"`{3,}|~{3,}")


def close_implicit(state: State, end: int) -> Frame:
    """Ends the paragraph that stands in a tight item if one is open; returns the container that is open then."""
    top = state.stack[-1]
    if top.tag == "Implicit":
        state.stack.pop()
        paragraph(state, top, end)
        top = state.stack[-1]
    return top


def _add(state: State, node: object) -> None:
    state.stack[-1].children.append(node)


def _emphasis(state: State, frame: Frame, _: int) -> None:
    if children := finish(state, frame):
        _add(state, Emphasis(children))


def _strong(state: State, frame: Frame, _: int) -> None:
    if children := finish(state, frame):
        _add(state, Strong(children))


def _strikethrough(state: State, frame: Frame, _: int) -> None:
    if children := finish(state, frame):
        _add(state, Strikethrough(children))


def _link(state: State, frame: Frame, _: int) -> None:
    value = frame.value
    children = finish(state, frame)
    address = f"mailto:{value['dest_url']}" if value["link_type"] == "Email" else value["dest_url"]
    if not state.manner.strict and (scheme := links.active_scheme(address)):
        _dropped(state, frame.start, scheme, "link")
        state.stack[-1].children.extend(child.text if isinstance(child, Text) else child for child in children)
        return
    if not address and not state.manner.strict:
        state.report("the link has no address", frame.start, fix="write it between the parentheses: [words](https://…)")
    _add(state, Link(children, links.encoded(address), value["title"], state.line(frame.start)))


def _dropped(state: State, start: int, scheme: str, what: str) -> None:
    state.report(f"a {what} to a {scheme}: address was dropped", start, fix="use an https address")


def _image(state: State, frame: Frame, _: int) -> None:
    alt = text_of(finish(state, frame))
    if not state.manner.strict:
        alt = " ".join(alt.split())
    address, title = frame.value["dest_url"], frame.value["title"]
    if not state.manner.strict and (scheme := links.active_scheme(address, picture=True)):
        _dropped(state, frame.start, scheme, "picture")
        _add(state, alt)
        return
    _add(state, Image(links.encoded(address), alt, title, line=state.line(frame.start)))


def _heading(state: State, frame: Frame, _: int) -> None:
    _add(state, Heading(int(frame.value["level"][1]), finish(state, frame), state.line(frame.start)))


def _code_block(state: State, frame: Frame, end: int) -> None:
    text = "".join(frame.children)
    language = ""
    if frame.value != "Indented":
        language = (frame.value["Fenced"].split() or [""])[0]
        if not state.manner.strict and _unclosed(state.source[frame.start : end]):
            state.report(
                "a code block that begins here is never closed", frame.start, fix="close it with the same fence"
            )
    _add(state, CodeBlock(text.removesuffix("\n"), language, state.line(frame.start)))


def _unclosed(block: bytes) -> bool:
    """Whether a fenced block lacks its last fence."""
    fence = _FENCE.match(block)
    head, _, last = block.rstrip(b"\n").rpartition(b"\n")
    last = last.strip(b" \t>")
    return fence is not None and not (head and last.startswith(fence[0]) and not last.strip(fence[0][:1]))


def _quote(state: State, frame: Frame, _: int) -> None:
    children, line = tuple(frame.children), state.line(frame.start)
    if frame.value is not None:
        _add(state, Callout(frame.value.lower(), children, line))
    elif state.manner.strict:
        _add(state, Quote(children, line))
    else:
        _add(state, titled_callout(state, children, frame) or Quote(children, line))


def _list(state: State, frame: Frame, _: int) -> None:
    _add(state, List(tuple(frame.children), frame.value, not frame.loose, state.line(frame.start)))


def _item(state: State, frame: Frame, _: int) -> None:
    top = state.stack[-1]
    top.loose |= frame.loose
    top.children.append(Item(tuple(frame.children), frame.checked, state.line(frame.start)))


def _table(state: State, frame: Frame, _: int) -> None:
    alignments: Any = tuple(_ALIGNMENTS[alignment] for alignment in frame.value)
    head, *rows = frame.children
    _add(state, Table(alignments, head, tuple(rows), state.line(frame.start)))


def _row(state: State, frame: Frame, _: int) -> None:
    _add(state, tuple(frame.children))


def _cell(state: State, frame: Frame, _: int) -> None:
    _add(state, finish(state, frame))


def _definition_list(state: State, frame: Frame, _: int) -> None:
    """Terms without a meaning of their own share the next one's line: they are kept as terms all the same."""
    found: list[tuple[tuple[Inline, ...], list[tuple[Block, ...]]]] = []
    for is_term, content in frame.children:
        if is_term:
            found.append((content, []))
        else:
            found[-1][1].append(content)
    entries = [Definition(term, tuple(meanings)) for term, meanings in found]
    siblings = state.stack[-1].children
    if siblings and isinstance(before := siblings[-1], DefinitionList):
        siblings[-1] = DefinitionList((*before.entries, *entries), before.line)
    else:
        siblings.append(DefinitionList(tuple(entries), state.line(frame.start)))


def _term(state: State, frame: Frame, _: int) -> None:
    _add(state, (True, finish(state, frame)))


def _meaning(state: State, frame: Frame, _: int) -> None:
    _add(state, (False, tuple(frame.children)))


def _footnote(state: State, frame: Frame, _: int) -> None:
    note = Footnote(frame.value, 0, tuple(frame.children), state.line(frame.start))
    state.findings.definitions.append(Defined(note, frame.references or []))


CLOSERS: dict[str, Callable[[State, Frame, int], None]] = {
    "Paragraph": paragraph,
    "Heading": _heading,
    "CodeBlock": _code_block,
    "HtmlBlock": html_block,
    "BlockQuote": _quote,
    "List": _list,
    "Item": _item,
    "Table": _table,
    "TableHead": _row,
    "TableRow": _row,
    "TableCell": _cell,
    "DefinitionList": _definition_list,
    "DefinitionListTitle": _term,
    "DefinitionListDefinition": _meaning,
    "FootnoteDefinition": _footnote,
    "Emphasis": _emphasis,
    "Strong": _strong,
    "Strikethrough": _strikethrough,
    "Link": _link,
    "Image": _image,
}
