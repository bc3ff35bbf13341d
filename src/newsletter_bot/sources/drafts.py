"""Drafts: Markdown files with front matter below ``drafts/``, read one by one so that a broken one harms no other."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from pathlib import Path
from typing import Any

from newsletter_bot.errors import DraftError
from newsletter_bot.model import Audience, Draft, Finding, Listing, Notice, Origin, digest_of
from newsletter_bot.slugs import slug_of
from newsletter_bot.sources.fields import Fields, kind_of, nearest
from newsletter_bot.sources.files import decode_text, inside, read_bytes, refuse_endless, shown_path
from newsletter_bot.sources.folder import DRAFTS, SUFFIXES, is_draft_name
from newsletter_bot.sources.front_matter import FrontMatter, split_front_matter

KEYS = (
    *("title", "subtitle", "slug", "id", "status", "date", "tags", "canonical_url", "cover", "cover_alt"),
    *("publications", "audience", "housekeeping", "events"),
)
"""The keys of front matter that mean something to the bot; others are kept for templates."""
ID_LENGTH = 200
_OURS = frozenset(KEYS)
_STATUS = ("ready", "draft")
_AUDIENCES = tuple(str(one) for one in Audience)


def read_draft(folder: Path, path: Path, *, zone: str, publications: Collection[str]) -> Draft:
    """The draft at ``path`` (absolute, or relative to the newsletter's folder); raises DraftError.

    ``zone`` is the newsletter's IANA zone, ``publications`` the names that ``schedule.yaml`` knows.
    """
    path = folder / path
    file = shown_path(folder, path)
    _check_place(folder, path, file)
    return parse_draft(read_bytes(path, file=file), file, zone=zone, publications=publications)


def parse_draft(content: bytes, file: str, *, zone: str, publications: Collection[str]) -> Draft:
    """The draft that a file's bytes hold; ``file`` is its path relative to the newsletter's folder."""
    front = split_front_matter(decode_text(content, file=file), file=file)
    refuse_endless(front.body, file=file)
    fields = Fields(front.values, file=file)
    title = _title(fields, front)
    identity = _identity(fields, file)
    digest = digest_of(content)
    events, odd = _listings(fields)
    return Draft(
        id=identity,
        path=file,
        title=title,
        body=front.body,
        body_line=front.body_line,
        digest=digest,
        text_digest=digest_of(front.body.strip()) if front.body.strip() else "",
        subtitle=fields.text("subtitle"),
        slug=_slug(fields, title, identity) or f"issue-{digest[:8]}",
        ready=fields.choice("status", _STATUS, "draft") == "ready",
        date=fields.moment("date", zone),
        tags=_tags(fields),
        canonical_url=fields.address("canonical_url"),
        cover=fields.text("cover"),
        cover_alt=fields.text("cover_alt"),
        publications=_publications(fields, publications),
        audience=Audience(fields.choice("audience", _AUDIENCES, Audience.EVERYONE)),
        housekeeping=_notices(fields),
        events=events,
        findings=odd,
        extra={key: value for key, value in front.values.items() if key not in _OURS},
    )


def identity_of(file: str) -> str:
    """A draft's identity where it names none: its path below ``drafts/`` without the extension."""
    below = file.removeprefix(f"{DRAFTS}/")
    return unicodedata.normalize("NFC", below.rpartition(".")[0])


def _check_place(folder: Path, path: Path, file: str) -> None:
    parts = Path(file).parts
    if path.suffix.lower() not in SUFFIXES:
        raise DraftError("this is no Markdown file", file=file, fix="name a file that ends in .md or .markdown")
    if len(parts) < 2 or parts[0] != DRAFTS or ".." in parts:
        raise DraftError("the file lies outside drafts/", file=file, fix="move it into drafts/")
    if not all(is_draft_name(part) for part in parts):
        raise DraftError("a name that starts with _ or . is no draft", file=file, fix="rename it")
    if (path.exists() or path.is_symlink()) and inside(folder, path) is None:
        fix = "put the file itself into drafts/"
        raise DraftError("this is a link that leaves the newsletter's folder", file=file, fix=fix)


def _title(fields: Fields, front: FrontMatter) -> str:
    title = fields.text("title")
    if title is not None:
        return title
    if not front.present:
        fix = "begin the file with a line `---`, then `title: …`, then a line `---`"
        raise DraftError("the draft has no front matter", file=fields.file, line=1, key="title", fix=fix)
    near = nearest("title", [key.lower() for key in front.values if key not in KEYS])
    fix = f"rename the key `{near}`" if near else "add a line `title: …`"
    return fields.fail("title", "the draft has no title", fix)


def _identity(fields: Fields, file: str) -> str:
    identity = fields.text("id")
    if identity is None:
        return identity_of(file)
    if len(identity) > ID_LENGTH or not identity.isprintable():
        fields.fail(
            "id", "the id is too long or holds invisible characters", f"use at most {ID_LENGTH} plain characters"
        )
    return unicodedata.normalize("NFC", identity)


def _slug(fields: Fields, title: str, identity: str) -> str:
    slug = fields.text("slug")
    if slug is None:
        return slug_of(title) or slug_of(identity)
    if len(slug) > ID_LENGTH or not all(letter.isascii() and (letter.isalnum() or letter in "-_.~") for letter in slug):
        near = slug_of(slug)
        message = "a slug holds only letters from a to z, digits and hyphens"
        fields.fail("slug", message, f"write `slug: {near}`" if near else "leave it out: the title makes one")
    return slug


def _tags(fields: Fields) -> tuple[str, ...]:
    value = fields.values.get("tags")
    tags = value.split(",") if isinstance(value, str) else fields.texts("tags")
    first: dict[str, str] = {}
    for tag in tags:
        word = " ".join(tag.split())
        first.setdefault(word.casefold(), word)
    first.pop("", None)
    return tuple(first.values())


def _publications(fields: Fields, known: Collection[str]) -> tuple[str, ...] | None:
    if fields.values.get("publications") is None:
        return None
    names = tuple(dict.fromkeys(fields.texts("publications")))
    if not names:
        fields.fail("publications", "the list names no publication", "leave the key out to mean all of them")
    for name in names:
        if name not in known:
            near = nearest(name, known)
            fix = f"did you mean `{near}`?" if near else f"schedule.yaml knows {', '.join(known) or 'none'}"
            fields.fail("publications", f"there is no publication `{name}`", fix)
    return names


def _notices(fields: Fields) -> tuple[Notice, ...]:
    texts = fields.texts("housekeeping")
    if not texts:
        return ()
    from newsletter_bot.sources.notices import notice_of

    origin = Origin(file=fields.file, line=fields.line_of("housekeeping"), key="housekeeping")
    return tuple(notice_of(text, origin) for text in texts)


def _listings(fields: Fields) -> tuple[tuple[Listing, ...], tuple[Finding, ...]]:
    """The draft's own events, and what is odd about them."""
    value: Any = fields.values.get("events")
    if not value:
        return (), ()
    from newsletter_bot.sources.listings import read_listings

    if not isinstance(value, list):
        fields.fail(
            "events", f"this is {kind_of(value)}, not a list", "write a list: each event begins with `- title:`"
        )
    origin = Origin(file=fields.file, line=fields.line_of("events"), key="events")
    listings, findings = read_listings(value, origin)
    for one in findings:
        if one.level == "error":
            raise DraftError(one.message, file=one.file, line=one.line, key=one.key, fix=one.fix)
    return tuple(listings), tuple(findings)
