"""An issue becomes what one publication will carry."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from newsletter_bot import markup
from newsletter_bot.document import Block, Document, Emphasis, Figure, Image, Paragraph, Text
from newsletter_bot.markup.walk import walk
from newsletter_bot.model import HOME_ADDRESS, Format, Issue, Rendition
from newsletter_bot.ports import Outlet
from newsletter_bot.renditions import adapting, announcing, audience, confines, endnotes, limits
from newsletter_bot.renditions.losses import Losses
from newsletter_bot.renditions.pictures import Fit, Gallery
from newsletter_bot.renditions.raw_html import without_raw
from newsletter_bot.renditions.words import Words, words_for

_SPLITTABLE = (Format.HTML, Format.PLAIN)
"""Formats in which two texts, one after the other, are one text."""


def render(
    issue: Issue, outlet: Outlet, *, home: bool = True, has_home: bool = True, fit: Fit | None = None
) -> Rendition:
    """The issue within the limits of one publication, and what is lost by that.

    ``home`` says that this publication is home, ``has_home`` that there is one which carries this issue; ``fit`` brings
    a picture within the platform's limits (without it, one beyond them is told in words).
    """
    return Renderer(issue=issue, outlet=outlet, home=home, elsewhere=has_home and not home, fit=fit).rendition()


@dataclass(kw_only=True)
class Renderer:
    """One issue on its way to one publication; ``elsewhere``: home is another publication."""

    issue: Issue
    outlet: Outlet
    home: bool
    elsewhere: bool
    fit: Fit | None = None
    losses: Losses = field(default_factory=Losses)

    def __post_init__(self) -> None:
        self.limits = self.outlet.capabilities
        self.words: Words = words_for(self.issue.language)
        self.format: Format = self.limits.formats[0]
        self.gallery = Gallery(
            capabilities=self.limits,
            pictures=self.issue.pictures,
            borrowed=self.elsewhere,
            losses=self.losses,
            words=self.words,
            fit=self.fit,
        )

    def rendition(self) -> Rendition:
        """Everything that the publication is to carry."""
        if self.format is Format.ANNOUNCEMENT:
            return self._announced()
        losses, issue = self.losses, self.issue
        title = limits.title_of(issue, self.limits, losses)
        document = self._headed(self._document())
        cover = self._cover()
        document = self._within_length(document, title)
        return replace(
            self._common(losses),
            title=title,
            subtitle=issue.subtitle if self.limits.subtitle else None,
            body=self._written(document, self.format, title),
            tags=limits.tags_of(issue, self.limits, losses),
            cover=cover,
            cover_alt=issue.cover_alt if cover else None,
            plain=self._written(document, Format.PLAIN, ""),
            images=tuple(self.gallery.taken.values()),
            losses=losses.told(),
        )

    def _announced(self) -> Rendition:
        """Nothing of an announcement is lost: it never was to carry the text."""
        quiet = Losses()
        address = announcing.address_of(self.issue, has_home=self.elsewhere)
        body = announcing.announcement(self.issue, address=address, length=self.limits.body_length)
        return replace(
            self._common(quiet),
            title=limits.title_of(self.issue, self.limits, quiet),
            body=body,
            tags=limits.tags_of(self.issue, self.limits, quiet),
            plain=body,
        )

    def _common(self, losses: Losses) -> Rendition:
        issue, outlet = self.issue, self.outlet
        home = HOME_ADDRESS if self.elsewhere else None
        return Rendition(
            publication=outlet.name,
            platform=outlet.platform,
            format=self.format,
            title=issue.title,
            body="",
            slug=limits.slug_of(issue, self.limits, losses),
            canonical_url=limits.canonical_of(issue, self.limits, losses, home),
            audience=issue.audience,
            visibility=outlet.visibility,
            email=outlet.email and self.limits.mail,
            language=issue.language,
            options=dict(outlet.options),
        )

    # --- the text ---------------------------------------------------------------------------------------------

    def _document(self) -> Document:
        """The text within the platform's powers."""
        powers, losses = self.limits.text, self.losses
        document = without_raw(self._readable(), losses, kept=powers.raw_html)
        if document.footnotes and not powers.footnotes:
            losses.add("footnotes", "numbered notes", document.footnotes[0].line)
            document = endnotes.as_endnotes(document, self._notes_heading())
        for note in document.footnotes if not powers.repeated_notes else ():
            if note.references > 1:
                losses.add("a footnote with several references", "the same text as a note for each", note.line)
        document = self.gallery.hung(document)
        confines.tell(document, powers, losses)
        return adapting.within(document, powers, losses, self.words)

    def _readable(self) -> Document:
        """What everyone may read there."""
        after = None if self.home else self._read_on()
        document = endnotes.with_place(self.issue)
        return audience.for_readers(document, self.issue.audience, self.limits, self.losses, after)

    def _read_on(self) -> tuple[Block, ...]:
        return (audience.read_on(self.words),) if self.elsewhere else ()

    def _notes_heading(self) -> str:
        headings = [section.heading for section in self.issue.sections if section.name == "footnotes"]
        return (headings[0] if headings else None) or self.words.notes

    def _headed(self, document: Document) -> Document:
        """The text, led by the subtitle and the cover where they have no place of their own."""
        issue, head = self.issue, list[Block]()
        if issue.subtitle and not self.limits.subtitle:
            self.losses.add("the subtitle", "the first line of the text")
            head.append(Paragraph((Emphasis((Text(issue.subtitle),)),)))
        if issue.cover and not self.limits.cover:
            head += self._cover_within(issue.cover, document)
        return replace(document, blocks=(*head, *document.blocks)) if head else document

    def _cover_within(self, cover: str, document: Document) -> tuple[Block, ...]:
        src = self.gallery.address(cover)
        shown = any(isinstance(node, Image) and node.src == src for node in walk(document))
        if src is None or shown:
            self.losses.add("the cover", "no cover" if src is None else "the image in the text")
            return ()
        self.losses.add("the cover", "the first image of the text")
        picture = self.issue.pictures.get(cover)
        size = (picture.width, picture.height, 0, picture.media_type) if picture else (0, 0, 0, "")
        return (Figure(Image(src, self.issue.cover_alt or "", "", *size)),)

    def _cover(self) -> str | None:
        return self.gallery.address(self.issue.cover) if self.issue.cover and self.limits.cover else None

    # --- the body ---------------------------------------------------------------------------------------------

    def _written(self, document: Document, form: Format, title: str) -> str:
        """The text in one format, its footnotes in their place where the format can do that."""
        head, tail = endnotes.split(document)
        if not tail.blocks or form not in _SPLITTABLE:
            document = endnotes.without_place(document)
            return markup.write(document, form, title=title, language=self.issue.language)
        between = "\n" if form is Format.PLAIN else ""
        return markup.write(head, form, title=title) + between + markup.write(tail, form)

    def _within_length(self, document: Document, title: str) -> Document:
        """The text, cut between its blocks when it is too long there."""
        most, blocks = self.limits.body_length, document.blocks
        if not most or len(self._written(document, self.format, title)) <= most:
            return document
        shortest, longest = 0, len(blocks) - 1
        while shortest < longest:
            middle = (shortest + longest + 1) // 2
            fits = len(self._written(self._cut(document, middle), self.format, title)) <= most
            shortest, longest = (middle, longest) if fits else (shortest, middle - 1)
        line = next((block.line for block in blocks[shortest:] if block.line > 0), None)
        self.losses.add(f"the text beyond {most} characters", "left out", line)
        return self._cut(document, shortest)

    def _cut(self, document: Document, count: int) -> Document:
        kept = replace(document, blocks=(*document.blocks[:count], *self._read_on()))
        return endnotes.only_referenced(kept)
