"""Pictures within a platform's limits: uploaded, linked, or told in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from newsletter_bot.document import (
    Block,
    DefinitionList,
    Document,
    Emphasis,
    Figure,
    Heading,
    Image,
    Inline,
    Link,
    Paragraph,
    Table,
    Text,
)
from newsletter_bot.markup.rewrite import map_blocks, map_document
from newsletter_bot.markup.walk import walk, walk_nodes
from newsletter_bot.model import IMAGE_ADDRESS, Capabilities, ImageWay, Picture
from newsletter_bot.renditions.losses import Losses
from newsletter_bot.renditions.words import Words

Fit: TypeAlias = Callable[[Picture, Capabilities], tuple[Picture | None, str | None]]
"""The picture within a platform's limits, and what is lost by that in one phrase; None when it cannot be had."""


@dataclass(kw_only=True)
class Gallery:
    """The pictures of one rendition. ``borrowed`` says whether those that home uploads can be linked."""

    capabilities: Capabilities
    pictures: Mapping[str, Picture]
    borrowed: bool
    losses: Losses
    words: Words
    fit: Fit | None = None
    taken: dict[str, Picture] = field(default_factory=dict[str, Picture])
    _placed: dict[str, str | None] = field(default_factory=dict[str, "str | None"])

    def hung(self, document: Document) -> Document:
        """The text with every picture at an address that holds there, or told in words."""
        if not any(isinstance(node, Image) for node in walk(document)):
            return document
        document = map_document(document, inline=self._image)
        return map_document(document, block=self._block)

    def address(self, src: str, line: int = 0) -> str | None:
        """Where the publication has a picture, or None when it cannot have it; those without address are not one picture."""
        if src not in self._placed or not src:
            self._placed[src] = self._place(src, line)
        return self._placed[src]

    def _place(self, src: str, line: int) -> str | None:
        way, picture = self.capabilities.images, self.pictures.get(src)
        local = not src.lower().startswith(("http://", "https://")) or src.startswith(IMAGE_ADDRESS)
        if way is ImageWay.UPLOADED and picture is not None:
            return self._uploaded(picture, line)
        refusal = None
        if way is ImageWay.NONE:
            refusal = "an image"
        elif picture is None:
            refusal = "an image that was not found" if local else None
        elif picture.media_type not in self.capabilities.image_types:
            refusal = f"an image of type {picture.media_type}"
        elif local and not self.borrowed:
            refusal = "an image that nobody can give an address"
        if refusal is not None:
            self._lose(refusal, line)
        return src if refusal is None else None

    def _uploaded(self, picture: Picture, line: int) -> str | None:
        """Uploaded under the digest of the original, however it had to be changed."""
        fitted, lost = self.fit(picture, self.capabilities) if self.fit else (self._fitting(picture), None)
        if fitted is None:
            self._lose(f"the image {picture.name} ({lost or 'its type or size is not taken there'})", line)
            return None
        if lost:
            self.losses.add(f"the image {picture.name} as it is", lost, line)
        self.taken[picture.digest] = replace(fitted, digest=picture.digest)
        return IMAGE_ADDRESS + picture.digest

    def _fitting(self, picture: Picture) -> Picture | None:
        limits = self.capabilities
        fits = max(picture.width, picture.height) <= limits.image_pixels and len(picture.data) <= limits.image_bytes
        return picture if fits and picture.media_type in limits.image_types else None

    def _lose(self, what: str, line: int) -> None:
        self.losses.add(what, "its description", line)

    # --- in the tree ------------------------------------------------------------------------------------------

    def _image(self, node: Inline) -> tuple[Inline, ...]:
        """The picture at its address; one that cannot be had has none."""
        if not isinstance(node, Image):
            return (node,)
        src = self.address(node.src, node.line) or ""
        return (node if src == node.src else replace(node, src=src),)

    def _block(self, node: Block) -> tuple[Block, ...]:
        if isinstance(node, Figure):
            return (node,) if node.image.src else self._told(node)
        if not isinstance(node, Paragraph | Heading | Table | DefinitionList):
            return (node,)
        if isinstance(node, Paragraph) and not self.capabilities.text.inline_images:
            return self._cut(node)
        if isinstance(node, DefinitionList):  # what stands in its meanings came here by itself
            entries = [replace(entry, term=self._in_term(entry.term)) for entry in node.entries]
            return (replace(node, entries=tuple(entries)),)
        keeps = isinstance(node, Paragraph) or self.capabilities.text.inline_images
        return map_blocks((node,), inline=self._shown if keeps else self._described)

    def _in_term(self, term: tuple[Inline, ...]) -> tuple[Inline, ...]:
        inline = self._shown if self.capabilities.text.inline_images else self._described
        lines = map_blocks((Paragraph(term),), inline=inline)
        return next(line.children for line in lines if isinstance(line, Paragraph))

    def _told(self, node: Figure) -> tuple[Block, ...]:
        words: list[Inline] = [Text(self._description(node.image))]
        words += [Text(" "), *node.caption] if node.caption else []
        shown: Inline = Link(tuple(words), node.href, line=node.line) if node.href else Emphasis(tuple(words))
        return (Paragraph((shown,), node.line),)

    def _description(self, image: Image) -> str:
        return f"[{self.words.image}: {image.alt}]" if image.alt else f"[{self.words.image}]"

    def _shown(self, node: Inline) -> tuple[Inline, ...]:
        return (Text(self._description(node)),) if isinstance(node, Image) and not node.src else (node,)

    def _described(self, node: Inline) -> tuple[Inline, ...]:
        if isinstance(node, Image) and node.src:
            self.losses.add("an image within text", "its description", node.line)
        return (Text(self._description(node)),) if isinstance(node, Image) else (node,)

    def _cut(self, node: Paragraph) -> tuple[Block, ...]:
        """The paragraph, cut where pictures stand in it: each stands alone."""
        if not any(isinstance(inner, Image) for inner in walk_nodes([node])):
            return (node,)
        blocks: list[Block] = []
        words: list[Inline] = []
        for child in node.children:
            figure = self._figure(child, node.line)
            if figure is None:
                words.append(child)
                continue
            self.losses.add("an image within a line", "the image on its own", node.line)
            blocks += [*self._words(words, node.line), figure]
            words = []
        return (*blocks, *self._words(words, node.line))

    @staticmethod
    def _figure(node: Inline, line: int) -> Figure | None:
        """A picture, or a link around nothing else, as a block."""
        linked = isinstance(node, Link) and len(node.children) == 1
        image, href = (node.children[0], node.href) if isinstance(node, Link) and linked else (node, "")
        return Figure(image, (), href, line) if isinstance(image, Image) and image.src else None

    def _words(self, words: list[Inline], line: int) -> tuple[Block, ...]:
        if all(isinstance(word, Text) and not word.text.strip() for word in words):
            return ()
        return map_blocks((Paragraph(tuple(words), line),), inline=self._described)
