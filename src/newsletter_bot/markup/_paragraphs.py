"""Paragraphs that are more than text: a picture alone, a formula alone, a video's address on its own line."""

from __future__ import annotations

import re

from newsletter_bot.document import (
    Block,
    Embed,
    Figure,
    Image,
    Inline,
    LineBreak,
    Link,
    Math,
    MathBlock,
    Paragraph,
    SoftBreak,
    Text,
)
from newsletter_bot.markup import links
from newsletter_bot.markup._runs import finish
from newsletter_bot.markup._state import Frame, State

_RULER = re.compile(rb"[ \t>]*+\|?[ \t]*+:?-++:?[ \t]*+(?:\|[ \t]*+:?-++:?[ \t]*+)*+\|?[ \t]*+")


def paragraph(state: State, frame: Frame, end: int) -> None:
    """Appends what a paragraph holds; nothing when only comments stood in it."""
    blocks = state.stack[-1].children
    line = state.line(frame.start)
    if len(frame.children) == 1 and (words := frame.children[0]).__class__ is str and not frame.commented:
        blocks.append(Paragraph((Text(words),), line))  # as most paragraphs
        return
    if state.bars and not state.manner.strict:
        _look_for_table(state, frame, end)
    children = finish(state, frame)
    if state.manner.strict:
        blocks.append(Paragraph(children, line))
    elif len(children) == 1:
        blocks.append(_alone(children[0], frame, line) or _embed(state, children[0], line) or Paragraph(children, line))
    elif _may_embed(state):
        blocks.extend(_split_at_embeds(state, children, line))
    elif children:
        blocks.append(Paragraph(children, line))


def _look_for_table(state: State, frame: Frame, end: int) -> None:
    """Lines that look like a table and are none, because head and ruler have not as many cells, would be a lump of bars."""
    lines = state.source[frame.start : end].split(b"\n")
    for at, line in enumerate(lines[1:], 1):
        if b"|" in line and _RULER.fullmatch(line):
            head, ruler = (len(part.strip(b" \t>|").split(b"|")) for part in (lines[at - 1], line))
            if head != ruler:
                message = (
                    f"this looks like a table, but its head has {head} cells and the line of dashes below it {ruler}"
                )
                state.report(message, frame.start, fix="write as many groups of dashes as the head has cells")
            return


def _alone(node: Inline, frame: Frame, line: int) -> Block | None:
    """The block that a lone inline stands for."""
    if isinstance(node, Math) and frame.loose:
        return MathBlock(node.tex, line)
    if frame.tag == "Implicit":
        return None
    if isinstance(node, Image):
        return _figure(node, "", line)
    if isinstance(node, Link) and len(node.children) == 1 and isinstance(node.children[0], Image):
        return _figure(node.children[0], node.href, line)
    return None


def _figure(image: Image, href: str, line: int) -> Figure:
    caption = (Text(image.title),) if image.title else ()
    return Figure(Image(image.src, image.alt, line=image.line), caption, href, line)


def _may_embed(state: State) -> bool:
    """Players and cards stand between blocks: within lists and quotations their addresses stay links."""
    return state.embeds and len(state.stack) == 1


def _embed(state: State, node: Inline, line: int) -> Embed | None:
    """A bare address of a video, tweet or gist; a link with words of its own stays a link."""
    if not _may_embed(state) or not isinstance(node, Link) or len(node.children) != 1:
        return None
    words = node.children[0]
    if not isinstance(words, Text) or links.encoded(words.text) not in (node.href, node.href.removeprefix("http://")):
        return None
    found = links.embed_of(node.href)
    return found and Embed(found[0], node.href, found[1], line)


def _split_at_embeds(state: State, children: tuple[Inline, ...], line: int) -> list[Block]:
    """Lines of a paragraph that hold only such an address stand alone; the lines between stay paragraphs."""
    blocks: list[Block] = []
    rest: list[Inline] = []
    lines = _lines(children)
    for number, (content, ending) in enumerate(lines):
        embed = _embed(state, content[0], line + number) if len(content) == 1 else None
        if embed is None:
            rest += [*content, *ending]
            continue
        _flush(blocks, rest, line)
        blocks.append(embed)
    _flush(blocks, rest, line)
    return blocks


def _flush(blocks: list[Block], rest: list[Inline], line: int) -> None:
    while rest and isinstance(rest[-1], SoftBreak | LineBreak):
        rest.pop()
    if rest:
        blocks.append(Paragraph(tuple(rest), line))
    rest.clear()


def _lines(children: tuple[Inline, ...]) -> list[tuple[list[Inline], list[Inline]]]:
    lines: list[tuple[list[Inline], list[Inline]]] = [([], [])]
    for child in children:
        if isinstance(child, SoftBreak | LineBreak):
            lines[-1][1].append(child)
            lines.append(([], []))
        else:
            lines[-1][0].append(child)
    return lines
