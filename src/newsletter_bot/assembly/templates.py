"""The writer's own templates: Jinja2 in a sandbox, Markdown out, read back into the tree.

Texts reach a template with every mark of punctuation disguised as a private character, whatever filters and macros do
with them, and get their marks back in the finished tree: no value can change the structure around it. What is Markdown
already reaches it as a stand-in, a number between two private characters, for which its tree is put in afterwards.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import Any
from urllib.parse import unquote

from newsletter_bot import markup
from newsletter_bot.assembly.disguise import CLOSE, OPEN, OwnWords, Passage, revealed, revealed_html
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

_STAND_IN = re.compile(f"{OPEN}(\\d+){CLOSE}")
_MISSING = re.compile(r"'dict object' has no attribute '([^']+)'|'([^']+)' is undefined")
"""How Jinja2 says that a template names what is not there."""
_HIDDEN_IN_ADDRESS = re.compile("%EE%8[4-7]%[89AB][0-9A-F]")

FAULTS = (
    *(TypeError, ValueError, ArithmeticError, LookupError, AttributeError, NameError),
    *(RuntimeError, SyntaxError, AssertionError, MemoryError),
)
"""What a template of whatever content makes Jinja2 raise, beside its own errors."""


@dataclass(slots=True)
class Templates:
    """The templates of one newsletter, filled for one issue.

    ``read_own`` reads Markdown as it stands in a file; ``placed`` are the numbers of the passages that found a place.
    """

    sources: Mapping[str, str]
    language: str
    smart: bool
    read_own: Callable[[str, str], Document]
    passages: list[Passage] = field(default_factory=list[Passage])
    placed: set[int] = field(default_factory=set[int])

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
        from jinja2 import TemplateError

        from newsletter_bot.assembly.workshop import Workshop

        workshop = Workshop(self._found)
        workshop.filters["markdown"] = self._markdown
        try:
            return workshop.filled(name, dict(values))
        except (TemplateError, *FAULTS) as error:
            raise DraftError(
                f"the template cannot be filled: {_reason(error)}",
                file=template_file(name),
                line=_line(error, template_file(name)),
                fix=self._mend(error),
            ) from error

    def _found(self, wanted: str) -> tuple[str, str] | None:
        """A template's source and file, by its name or as its file is called."""
        name = wanted.removesuffix(".md.j2")
        return (self.sources[name], template_file(name)) if name in self.sources else None

    def _mend(self, error: BaseException) -> str:
        from jinja2 import TemplateNotFound, UndefinedError

        if isinstance(error, TemplateNotFound):
            near = get_close_matches(str(error.name), list(self.sources), n=1)
            return f"did you mean {near[0]}?" if near else "templates are files of templates/ that end in .md.j2"
        if isinstance(error, UndefinedError):
            return 'check its name; where it may be missing, write {{ its.name | default("") }}'
        return "mend the template, or remove it to have the built-in section"

    def _markdown(self, value: object) -> Passage:
        if not isinstance(value, OwnWords):
            raise TypeError("markdown reads only texts of the draft's own front matter")
        return self.passage(self.read_own(value.source, value.file).blocks, value.source)

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
        if not lone or OPEN not in words or _STAND_IN.sub("", words).strip():
            return (node,)
        return tuple(block for match in _STAND_IN.finditer(words) for block in self._of(match).blocks)

    def _placed_inline(self, node: Inline) -> tuple[Inline, ...]:
        if isinstance(node, Text):
            if OPEN not in node.text:
                return (Text(revealed(node.text)),)
            parts = self._split(node.text, lambda words: (Text(revealed(words)),))
            return tuple(inline for part in parts for inline in _as_inlines(part))
        if isinstance(node, Code):
            return (Code(revealed(self._as_text(node.text))),)
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
        return _STAND_IN.sub(lambda match: self._of(match).plain, text)

    def _of(self, match: re.Match[str]) -> Passage:
        number = int(match[1])
        self.placed.add(number)
        return self.passages[number] if number < len(self.passages) else Passage((), number)


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


def _revealed_inline(node: Inline) -> Inline:
    if isinstance(node, Link):
        return replace(node, title=revealed(node.title))
    if isinstance(node, Image):
        return replace(node, alt=revealed(node.alt), title=revealed(node.title))
    if isinstance(node, Math):
        return Math(revealed(node.tex))
    return RawInline(revealed_html(node.html), node.line) if isinstance(node, RawInline) else node


def _addressed(node: Inline) -> tuple[Inline, ...]:
    """A link or a picture that leads where a value says; one that would act stands as its words."""
    if isinstance(node, Link):
        href = _address(node.href)
        return (replace(node, href=href),) if href or not node.href else node.children
    return (replace(node, src=_address(node.src)),) if isinstance(node, Image) else (node,)


def _address(href: str) -> str:
    """An address with its marks; one that would act is none."""
    if "%EE%8" not in href:
        return href
    return safe_href(_HIDDEN_IN_ADDRESS.sub(lambda match: revealed(unquote(match[0])), href)) or ""


def _revealed_block(node: Block) -> tuple[Block, ...]:
    if isinstance(node, CodeBlock):
        return (replace(node, text=revealed(node.text), language=revealed(node.language)),)
    if isinstance(node, MathBlock):
        return (replace(node, tex=revealed(node.tex)),)
    return (replace(node, html=revealed_html(node.html)),) if isinstance(node, RawBlock) else (node,)


def _reason(error: BaseException) -> str:
    from jinja2 import TemplateNotFound

    if isinstance(error, TemplateNotFound):
        return f"there is no template `{error.name}`"
    if isinstance(error, RecursionError | SyntaxError):
        return "it calls itself, or things in it are nested too deeply"
    missing = _MISSING.fullmatch(str(error))
    if missing:
        return f"there is no value `{missing[1] or missing[2]}`"
    return one_line(str(error)).rstrip(".") or type(error).__name__


def template_file(name: str) -> str:
    """Where the template of a section is kept."""
    return f"templates/{name}.md.j2"


def _line(error: BaseException, file: str) -> int | None:
    """The line of the template: where it cannot be read, or where it was when it failed."""
    from jinja2 import TemplateSyntaxError

    if isinstance(error, TemplateSyntaxError):
        return error.lineno
    lines: list[int] = []
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == file:
            lines.append(trace.tb_lineno)
        trace = trace.tb_next
    return lines[-1] if lines else None
