"""Drafts, notices and listings become one issue."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Unpack

from newsletter_bot.assembly.bodies import highest_level
from newsletter_bot.assembly.dates import Calendar
from newsletter_bot.assembly.editor import BODY_LEVEL, Editor
from newsletter_bot.assembly.folder import Folder
from newsletter_bot.assembly.frame import Composition, Frame, Material
from newsletter_bot.assembly.listings import Shown, Window, choose_listings
from newsletter_bot.assembly.values import Values
from newsletter_bot.assembly.words import words_for
from newsletter_bot.document import Block, Document, Emphasis, Heading, Paragraph, Rule, Text
from newsletter_bot.errors import DraftError
from newsletter_bot.markup.text import reading_minutes
from newsletter_bot.model import Audience, Draft, Issue, Listing, Notice, Section, Slot, digest_of
from newsletter_bot.slugs import slug_of

WHOLE = "issue"
"""The template for the whole issue goes by this name."""


def assemble(drafts: Sequence[Draft], **material: Unpack[Material]) -> Issue:
    """The issue that a careful editor would make of this material, for the moment of its clock.

    With ``compose: single`` the first draft leads it, in a digest each draft is a section. What is wrong stands in the
    issue's findings. Raises DraftError when there is no draft or a template cannot be filled.
    """
    if not drafts:
        raise DraftError("an issue needs a draft", fix="set status: ready in the front matter of one")
    frame = material["frame"]
    drafts = drafts if frame.compose == Composition.DIGEST else drafts[:1]
    shown = _shown(drafts, material)
    editor = _editor(drafts, shown, material)
    sections = tuple(editor.sections())
    blocks = editor.whole(sections) if WHOLE in editor.templates else _joined(sections)
    document = editor.notes.numbered(blocks)
    document = _with_reading_time(document, frame) if frame.reading_time and document.blocks else document
    cover = editor.folder.cover(drafts[0])
    return replace(
        _titled(drafts, material),
        document=document,
        sections=tuple(part for part in sections if part.name != "footnotes" or document.footnotes),
        cover=cover,
        listings=tuple(entry.listing for entry in shown),
        pictures=editor.folder.shown,
        findings=tuple(
            dict.fromkeys(
                [*(odd for draft in drafts for odd in draft.findings), *editor.findings, *editor.folder.findings]
            )
        ),
        basis=_basis(drafts, material.get("notices", ()), shown),
    )


def _shown(drafts: Sequence[Draft], material: Material) -> tuple[Shown, ...]:
    """The events that the issue lists, if it has a place for them."""
    frame, previous = material["frame"], material.get("previous")
    if "events" not in frame.sections:
        return ()
    window = Window(material["clock"], frame.horizon, frame.zone)
    listings = [*material.get("listings", ()), *(listing for draft in drafts for listing in draft.events)]
    return choose_listings(listings, previous.listings if previous else None, window)


def _editor(drafts: Sequence[Draft], shown: Sequence[Shown], material: Material) -> Editor:
    frame = material["frame"]
    calendar = Calendar(frame.language, frame.zone, frame.local_day(material["clock"]))
    values = Values(
        frame=frame,
        number=material["number"],
        title=title_of(drafts, frame, material["number"]),
        slot=_slot_name(material["slot"]),
        drafts=drafts,
        shown=shown,
        calendar=calendar,
    )
    return Editor(
        frame=frame,
        drafts=drafts,
        notices=material.get("notices", ()) if "housekeeping" in frame.sections else (),
        shown=shown,
        calendar=calendar,
        folder=Folder(
            material.get("pictures", {}),
            material.get("issues", {}),
            faults=material.get("faults", {}),
            drafts=material.get("paths", ()),
        ),
        values=values,
    )


def _titled(drafts: Sequence[Draft], material: Material) -> Issue:
    """The issue with all that needs no text: identity, title, and what the front matter asks for."""
    frame, lead, single = material["frame"], drafts[0], len(drafts) == 1
    number, slot = material["number"], _slot_name(material["slot"])
    title = _base_title(drafts, frame, number)
    return Issue(
        id=lead.id if single else f"digest-{slot}",
        number=number,
        title=title_of(drafts, frame, number),
        slot=slot,
        draft=lead.path if single else ", ".join(draft.path for draft in drafts),
        document=Document(()),
        sections=(),
        clock=material["clock"],
        basis="",
        slug=(lead.slug if single else None) or slug_of(title) or slug_of(lead.id) or f"issue-{number}",
        subtitle=lead.subtitle if single else None,
        tags=tuple(dict.fromkeys(tag for draft in drafts for tag in draft.tags)),
        canonical_url=lead.canonical_url if single else None,
        cover_alt=lead.cover_alt,
        audience=Audience.PAID if any(draft.audience is Audience.PAID for draft in drafts) else Audience.EVERYONE,
        publications=_publications(drafts),
        language=frame.language,
        author=frame.author,
        newsletter=frame.title,
        notices=tuple(material.get("notices", ())),
        extra=lead.extra,
        draft_digest=lead.digest if single else digest_of("\n".join(draft.digest for draft in drafts)),
        text_digest=lead.text_digest if single else digest_of("\n".join(draft.text_digest for draft in drafts)),
    )


def _publications(drafts: Sequence[Draft]) -> tuple[str, ...] | None:
    """Where all of the drafts may go; None: everywhere."""
    asked = [draft.publications for draft in drafts if draft.publications is not None]
    if not asked:
        return None
    return tuple(name for name in dict.fromkeys(asked[0]) if all(name in names for names in asked))


def _slot_name(slot: Slot | str) -> str:
    return slot if isinstance(slot, str) else slot.name


def _base_title(drafts: Sequence[Draft], frame: Frame, number: int) -> str:
    if len(drafts) == 1:
        return drafts[0].title
    return f"{frame.title} #{number}" if frame.title else " · ".join(draft.title for draft in drafts)


def title_of(drafts: Sequence[Draft], frame: Frame, number: int) -> str:
    """The title of an issue, with its number where the newsletter wants that."""
    title, pattern = _base_title(drafts, frame, number), frame.number_in_title
    if not pattern or (len(drafts) > 1 and frame.title):
        return title
    if "{title}" not in pattern:
        pattern += ": {title}"
    numbered = pattern.replace("{number}", str(number)).replace("{newsletter}", frame.title)
    return numbered.replace("{title}", title)


def _joined(sections: Iterable[Section]) -> tuple[Block, ...]:
    """Sections one after the other, headed on the level of the text; a rule ends a headed one before one without."""
    parts = [section for section in sections if section.blocks]
    level = min([BODY_LEVEL, *(highest_level(part.blocks) or BODY_LEVEL for part in parts if part.heading is None)])
    blocks: list[Block] = []
    headed = False
    for part in parts:
        if part.heading:
            blocks.append(Heading(level, (Text(part.heading),)))
        elif headed and not isinstance(part.blocks[0], Heading | Rule):
            blocks.append(Rule())
        headed = bool(part.heading)
        blocks += part.blocks
    return tuple(blocks)


def _with_reading_time(document: Document, frame: Frame) -> Document:
    minutes = reading_minutes(document)
    words = words_for(frame.language).reading.format(minutes=minutes)
    return replace(document, blocks=(Paragraph((Emphasis((Text(words),)),)), *document.blocks))


def _basis(drafts: Sequence[Draft], notices: Sequence[Notice], shown: Sequence[Shown]) -> str:
    """One digest over all that the writer wrote for the issue and all that it lists."""
    parts = [
        [draft.digest or digest_of(f"{draft.title}\n{draft.body}") for draft in drafts],
        [notice.key for notice in notices],
        [_told(entry.listing) for entry in shown],
    ]
    return digest_of(json.dumps(parts))


def _told(listing: Listing) -> list[str | None]:
    """What an issue tells of an event, however it was found."""
    when = [value.isoformat() if isinstance(value, date) else None for value in (listing.start, listing.end)]
    return [listing.title, *when, listing.place, listing.url, listing.note, listing.zone, str(listing.cancelled)]
