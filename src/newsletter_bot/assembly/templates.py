"""The writer's own templates: Jinja2 in a sandbox, Markdown out, read back into the tree.

Texts reach a template with every mark of punctuation disguised as a private character, whatever filters and macros do
with them, and get their marks back in the finished tree: no value can change the structure around it. What is Markdown
already reaches it as a stand-in, a number between two private characters, for which its tree is put in afterwards.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from html import escape
from typing import Any, Self
from urllib.parse import unquote

from newsletter_bot import markup
from newsletter_bot.assembly.wording import one_line
from newsletter_bot.document import (
    Block,
    Code,
    CodeBlock,
    Document,
    Image,
    Inline,
    LineBreak,
    Link,
    Math,
    MathBlock,
    Paragraph,
    RawBlock,
    RawInline,
    SoftBreak,
    Text,
)
from newsletter_bot.errors import DraftError
from newsletter_bot.markup.flatten import paragraphs
from newsletter_bot.markup.links import safe_href
from newsletter_bot.markup.rewrite import map_document

_OPEN, _CLOSE = "\ue000", "\ue001"
_STAND_IN = re.compile(f"{_OPEN}(\\d+){_CLOSE}")
_HIDDEN_IN_ADDRESS = re.compile("%EE%8[4-7]%[89AB][0-9A-F]")
_PRIVATE = re.compile("[\ue000-\ue1ff]")
_DISGUISE = {ord(mark): 0xE100 + ord(mark) for mark in "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"}
_REVEAL = {private: mark for mark, private in _DISGUISE.items()}


class Words(str):
    """A text as a template sees it: disguised, but equal to what it says."""

    __slots__ = ()

    def __new__(cls, text: str) -> Self:
        """The text as one line without active characters."""
        return super().__new__(cls, one_line(_PRIVATE.sub("", text)).translate(_DISGUISE))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, str) and self.translate(_REVEAL) == other.translate(_REVEAL)

    def __hash__(self) -> int:
        return hash(self.translate(_REVEAL))


class OwnWords(Words):
    """A text of the writer's own front matter: the filter ``markdown`` may read it as Markdown."""

    __slots__ = ("source",)
    source: str

    def __new__(cls, text: str) -> Self:
        """The text, with its source beside it."""
        words = super().__new__(cls, text)
        words.source = text
        return words


@dataclass(frozen=True, slots=True)
class Passage:
    """Something finished that a template may place, as a whole; ``text`` are its plain words."""

    blocks: tuple[Block, ...]
    number: int
    text: str = ""

    def __str__(self) -> str:
        """The stand-in for which the tree is put in."""
        return f"{_OPEN}{self.number}{_CLOSE}"

    def __bool__(self) -> bool:
        """Whether there is anything to place."""
        return bool(self.blocks)


def disguised(value: Any, kind: type[Words] = Words) -> Any:
    """The value with every text in it disguised; mappings and lists keep their shape."""
    if isinstance(value, Words | Passage | bool | int | float | None):
        return value
    if isinstance(value, Mapping):
        return {str(key): disguised(entry, kind) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [disguised(entry, kind) for entry in value]
    return kind(str(value))


@dataclass(slots=True)
class Templates:
    """The templates of one newsletter, filled for one issue."""

    sources: Mapping[str, str]
    language: str
    smart: bool
    passages: list[Passage] = field(default_factory=list[Passage])

    def __contains__(self, name: str) -> bool:
        """Whether the writer has a template of that name."""
        return name in self.sources

    def passage(self, blocks: Iterable[Block], text: str = "") -> Passage:
        """Something finished that a template may place."""
        self.passages.append(Passage(tuple(blocks), len(self.passages), text))
        return self.passages[-1]

    def fill(self, name: str, values: Mapping[str, Any], read: Callable[[Document], Document]) -> Document:
        """The tree that a template makes of these values; ``read`` sees it before passages are placed.

        Raises DraftError that names template and line.
        """
        document = markup.read(self._filled(name, values), language=self.language, smart=self.smart)
        document = read(map_document(document, inline=_addressed))
        document = map_document(document, block=self._placed_block)
        return map_document(document, block=_revealed_block, inline=self._placed_inline)

    def _filled(self, name: str, values: Mapping[str, Any]) -> str:
        from jinja2 import FunctionLoader, StrictUndefined, TemplateError
        from jinja2.sandbox import SandboxedEnvironment

        environment = SandboxedEnvironment(
            loader=FunctionLoader(lambda wanted: (self.sources[wanted], template_file(wanted), None)),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            autoescape=False,  # what comes out is Markdown; texts are disguised when they go in
            finalize=_written,
        )
        environment.filters["markdown"] = self._markdown
        try:
            return environment.get_template(name).render(**values)
        except (
            TemplateError,
            TypeError,
            ValueError,
            ArithmeticError,
            LookupError,
            AttributeError,
            RecursionError,
        ) as error:
            raise DraftError(
                f"the template cannot be filled: {one_line(str(error)) or type(error).__name__}",
                file=template_file(name),
                line=_line(error, template_file(name)),
                fix="mend the template, or remove it to have the built-in section",
            ) from error

    def _markdown(self, value: object) -> Passage:
        if not isinstance(value, OwnWords):
            raise TypeError("markdown reads only texts of the draft's own front matter")
        return self.passage(markup.read(value.source, language=self.language, smart=self.smart).blocks, value.source)

    # --- putting trees in their places ------------------------------------------------------------------------

    def _placed_block(self, node: Block) -> tuple[Block, ...]:
        if isinstance(node, Paragraph):
            return self._placed_paragraph(node)
        if isinstance(node, RawBlock):
            parts = self._split(node.html, lambda html: (RawBlock(html, node.line),) if html.strip() else ())
            return tuple(block for part in parts for block in part)
        if isinstance(node, CodeBlock):
            return (replace(node, text=self._as_text(node.text)),)
        return (node,)

    def _placed_paragraph(self, node: Paragraph) -> tuple[Block, ...]:
        """A paragraph of stand-ins alone becomes what they stand for."""
        words = "".join([child.text if isinstance(child, Text) else " " for child in node.children])
        lone = all(isinstance(child, Text | SoftBreak | LineBreak) for child in node.children)
        if not lone or _OPEN not in words or _STAND_IN.sub("", words).strip():
            return (node,)
        return tuple(block for match in _STAND_IN.finditer(words) for block in self._of(match).blocks)

    def _placed_inline(self, node: Inline) -> tuple[Inline, ...]:
        if isinstance(node, Text):
            if _OPEN not in node.text:
                return (Text(_revealed(node.text)),)
            parts = self._split(node.text, lambda words: (Text(_revealed(words)),))
            return tuple(inline for part in parts for inline in _as_inlines(part))
        if isinstance(node, Code):
            return (Code(_revealed(self._as_text(node.text))),)
        return (_revealed_inline(node),)

    def _split(self, text: str, between: Callable[[str], tuple[Any, ...]]) -> Iterable[tuple[Any, ...]]:
        """What stands between the stand-ins of a text, and what they stand for."""
        end = 0
        for match in _STAND_IN.finditer(text):
            yield between(text[end : match.start()])
            yield self._of(match).blocks
            end = match.end()
        yield between(text[end:])

    def _as_text(self, text: str) -> str:
        return _STAND_IN.sub(lambda match: self._of(match).text, text)

    def _of(self, match: re.Match[str]) -> Passage:
        number = int(match[1])
        return self.passages[number] if number < len(self.passages) else Passage((), number)


def _written(value: object) -> object:
    return "" if value is None else value


def _as_inlines(part: tuple[Any, ...]) -> tuple[Inline, ...]:
    """Inline nodes as they are; blocks as the words of their paragraphs."""
    inlines: list[Inline] = []
    for node in part:
        if isinstance(node, Text):
            inlines.append(node)
        else:
            for paragraph in paragraphs([node]):
                inlines += ([Text(" ")] if inlines else []) + [*paragraph.children]
    return tuple(inlines)


def _revealed(text: str) -> str:
    return text if text.isascii() else text.translate(_REVEAL)


def _revealed_inline(node: Inline) -> Inline:
    if isinstance(node, Link):
        return replace(node, title=_revealed(node.title))
    if isinstance(node, Image):
        return replace(node, alt=_revealed(node.alt), title=_revealed(node.title))
    if isinstance(node, Math):
        return Math(_revealed(node.tex))
    return RawInline(_as_html(node.html), node.line) if isinstance(node, RawInline) else node


def _addressed(node: Inline) -> tuple[Inline, ...]:
    """A link or a picture that leads where a value says."""
    if isinstance(node, Link):
        return (replace(node, href=_address(node.href)),)
    return (replace(node, src=_address(node.src)),) if isinstance(node, Image) else (node,)


def _address(href: str) -> str:
    """An address with its marks; one that would act is none."""
    if "%EE%8" not in href:
        return href
    return safe_href(_HIDDEN_IN_ADDRESS.sub(lambda match: unquote(match[0]).translate(_REVEAL), href)) or ""


def _revealed_block(node: Block) -> tuple[Block, ...]:
    if isinstance(node, CodeBlock):
        return (replace(node, text=_revealed(node.text), language=_revealed(node.language)),)
    if isinstance(node, MathBlock):
        return (replace(node, tex=_revealed(node.tex)),)
    return (replace(node, html=_as_html(node.html)),) if isinstance(node, RawBlock) else (node,)


def _as_html(html: str) -> str:
    return _PRIVATE.sub(lambda match: escape(match[0].translate(_REVEAL)), html)


def template_file(name: str) -> str:
    """Where the template of a section is kept."""
    return f"templates/{name}.md.j2"


def _line(error: BaseException, file: str) -> int | None:
    """The line of the template: where it cannot be read, or where it was when it failed."""
    if isinstance(line := getattr(error, "lineno", None), int):
        return line
    lines: list[int] = []
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == file:
            lines.append(trace.tb_lineno)
        trace = trace.tb_next
    return lines[-1] if lines else None
