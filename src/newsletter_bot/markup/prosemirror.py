"""The tree as a Substack document: ProseMirror JSON with the names that the editor itself writes.

What the format has no node for is written as what reads best: tables as aligned columns of code, definition lists as
paragraphs. Footnotes are native: an anchor for each reference, and one footnote for each anchor, in the same order.
"""

from __future__ import annotations

from collections.abc import Iterable

from newsletter_bot.document import (
    Block,
    Button,
    Callout,
    CodeBlock,
    DefinitionList,
    Document,
    Embed,
    Figure,
    Footnote,
    Heading,
    Image,
    Inline,
    Item,
    List,
    MathBlock,
    Paragraph,
    Paywall,
    Quote,
    RawBlock,
    Rule,
    Strong,
    Table,
    Text,
)
from newsletter_bot.markup import flatten, rawtree
from newsletter_bot.markup._prosemirror_inline import InlineWriter, code_id, latex_id
from newsletter_bot.markup._prosemirror_json import Node, Value, as_node, as_plain_paragraph, as_text, is_a
from newsletter_bot.markup._writer import Writer
from newsletter_bot.markup.tables import table_as_lines

CHECKOUT = "%%checkout_url%%"
"""Stands in a document for the address of the publication's subscribe page."""
_LABEL = 30
"""A longer subscribe text is a sentence: it stands beside the button, not on it."""
_EMBEDS = {"youtube": ("youtube2", "videoId"), "vimeo": ("vimeo", "videoId"), "tweet": ("twitter2", "url")}


def write(document: Document) -> str:
    """The document as the JSON text that belongs into ``draft_body``."""
    return SubstackWriter(document.footnotes).document(document)


class SubstackWriter(Writer):
    """Writes blocks as nodes of the editor; each block may become several."""

    def __init__(self, footnotes: tuple[Footnote, ...]) -> None:
        self._inline = InlineWriter(footnotes)
        self._codes = 0
        self._formulas = 0

    def document(self, document: Document) -> Node:
        """The root with all blocks and the footnotes at the end."""
        content = self.blocks(document.blocks, top=True)
        content += self._footnotes()
        return as_node("doc", content or [as_node("paragraph")])

    def blocks(self, nodes: Iterable[Block], *, top: bool = False) -> list[Node]:
        """Blocks in order; pictures within a paragraph stand alone at the top and are links elsewhere."""
        written: list[Node] = []
        for node in nodes:
            if top and node.__class__ is Paragraph:
                written += self._with_pictures(node)
            else:
                written += self.block[node.__class__](self, node)
        return written

    # --- text -------------------------------------------------------------------------------------------------

    def _paragraph(self, node: Paragraph) -> list[Node]:
        children = node.children
        if len(children) == 1 and isinstance(only := children[0], Text) and only.text:
            return [as_plain_paragraph(only.text)]
        return [as_node("paragraph", self._inline.write(children))]

    def _with_pictures(self, node: Block) -> list[Node]:
        """A paragraph, cut where pictures stand in it."""
        assert isinstance(node, Paragraph)
        children = rawtree.inlines(node.children) if rawtree.has_raw(node.children) else node.children
        if Image not in [child.__class__ for child in children]:
            return self._paragraph(node)
        written: list[Node] = []
        words: list[Inline] = []
        for child in children:
            if isinstance(child, Image):
                written += self._words(words)
                written += self._figure(Figure(child))
                words = []
            else:
                words.append(child)
        return written + self._words(words)

    def _words(self, words: list[Inline]) -> list[Node]:
        blank = all(isinstance(word, Text) and not word.text.strip() for word in words)
        return [] if blank else self._paragraph(Paragraph(tuple(words)))

    def _heading(self, node: Heading) -> list[Node]:
        return [as_node("heading", self._inline.write(node.children), {"textAlign": None, "level": node.level})]

    def _code_block(self, node: CodeBlock) -> list[Node]:
        return [self._code(node.text, node.language or "plaintext")]

    def _code(self, text: str, language: str) -> Node:
        self._codes += 1
        attrs = {"language": language, "nodeId": code_id(text, self._codes)}
        return as_node("highlighted_code_block", [as_text(text)] if text else [], attrs)

    def _table(self, node: Table) -> list[Node]:
        """Columns of characters; the anchors of footnotes in it follow below."""
        anchors: list[Node] = []
        lines = table_as_lines(node, None, cell=lambda cell: self._inline.plain(cell, anchors)) or ""
        below = [as_node("paragraph", anchors)] if anchors else []
        return [self._code(lines, "plaintext"), *below]

    def _definition_list(self, node: DefinitionList) -> list[Node]:
        written: list[Node] = []
        for entry in node.entries:
            written += self._paragraph(Paragraph((Strong(entry.term),)))
            for meaning in entry.meanings:
                written += self.blocks(meaning)
        return written

    def _raw_block(self, node: RawBlock) -> list[Node]:
        return self.blocks(rawtree.blocks(node.html, node.line))

    # --- containers -------------------------------------------------------------------------------------------

    def _list(self, node: List) -> list[Node]:
        items = [self._item(item) for item in node.items]
        if not items:
            return []
        if node.start is None:
            return [as_node("bullet_list", items)]
        return [as_node("ordered_list", items, {"start": node.start, "type": None, "order": node.start})]

    def _item(self, item: Item) -> Node:
        """An item begins with a paragraph, whatever else it holds."""
        children = item.children
        if item.checked is not None:
            children = _marked(children, flatten.mark_of(item, None))
        content = self.blocks(children)
        if not content or not is_a(content[0], "paragraph"):
            content.insert(0, as_node("paragraph"))
        return as_node("list_item", content)

    def _quote(self, node: Quote) -> list[Node]:
        """A quotation holds paragraphs and lists; code, pictures and formulas in it stand between its parts."""
        written: list[Node] = []
        quoted: list[Node] = []
        for inner in self.blocks(_quotable(node.children)):
            if is_a(inner, "paragraph", "bullet_list", "ordered_list"):
                quoted.append(inner)
                continue
            written += [*_quotation(quoted), inner]
            quoted.clear()
        return [*written, *_quotation(quoted)]

    def _callout(self, node: Callout) -> list[Node]:
        shown = (flatten.callout_title(node), *flatten.paragraphs(node.children))
        return [as_node("calloutBlock", self.blocks(shown))]

    def _footnotes(self) -> list[Node]:
        written: list[Node] = []
        for number, note in enumerate(self._inline.notes(), 1):
            content = self.blocks(flatten.paragraphs(note.children)) or [as_node("paragraph")]
            written.append(as_node("footnote", content, {"number": number}))
        return written

    # --- things -----------------------------------------------------------------------------------------------

    def _rule(self, _: Rule) -> list[Node]:
        return [as_node("horizontal_rule")]

    def _paywall(self, _: Paywall) -> list[Node]:
        return [as_node("paywall")]

    def _figure(self, node: Figure) -> list[Node]:
        content = [as_node("image2", attrs=_image_attrs(node.image, node.href))]
        if caption := self._inline.write(node.caption):
            content.append(as_node("caption", caption))
        return [as_node("captionedImage", content)]

    def _math_block(self, node: MathBlock) -> list[Node]:
        self._formulas += 1
        attrs = {"persistentExpression": node.tex, "id": latex_id(node.tex, self._formulas)}
        return [as_node("latex_block", attrs=attrs)]

    def _button(self, node: Button) -> list[Node]:
        if not node.href and len(node.text) > _LABEL:
            caption = as_node("ctaCaption", [as_text(node.text)])
            return [as_node("subscribeWidget", [caption], {"url": CHECKOUT, "text": "Subscribe", "language": "en"})]
        attrs = {"url": node.href or CHECKOUT, "text": node.text, "action": None, "class": None}
        return [as_node("button", attrs=attrs)]

    def _embed(self, node: Embed) -> list[Node]:
        if node.kind not in _EMBEDS:
            return self.blocks(flatten.paragraphs([node]))
        kind, attribute = _EMBEDS[node.kind]
        return [as_node(kind, attrs={attribute: node.url if attribute == "url" else node.id})]


def _quotation(quoted: list[Node]) -> list[Node]:
    return [as_node("blockquote", quoted)] if quoted else []


def _marked(children: tuple[Block, ...], mark: str) -> tuple[Block, ...]:
    if children and isinstance(first := children[0], Paragraph):
        return (Paragraph((Text(mark), *first.children), first.line), *children[1:])
    return (Paragraph((Text(mark.rstrip()),)), *children)


def _quotable(children: Iterable[Block]) -> Iterable[Block]:
    """What stands in a quotation, without further quotations, headings and boxes."""
    for child in children:
        if isinstance(child, Quote):
            yield from _quotable(child.children)
        elif isinstance(child, Heading | Callout):
            yield from flatten.paragraphs([child])
        else:
            yield child


def _image_attrs(image: Image, href: str) -> dict[str, Value]:
    return {
        "src": image.src,
        "srcNoWatermark": None,
        "fullscreen": None,
        "imageSize": None,
        "height": image.height or None,
        "width": image.width or None,
        "resizeWidth": None,
        "bytes": None,
        "alt": image.alt or None,
        "title": image.title or None,
        "type": image.media_type or None,
        "href": href or None,
        "belowTheFold": False,
        "topImage": False,
        "internalRedirect": None,
        "isProcessing": False,
        "align": None,
        "offset": False,
    }
