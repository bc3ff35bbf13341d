"""The faces of one post: to its owner, as a row of a list, and to the public."""

from __future__ import annotations

from newsletter_bot.sandbox.document_html import free_part, render
from newsletter_bot.sandbox.state import Sandbox
from newsletter_bot.sandbox.store import Json
from newsletter_bot.sandbox.substack_shape import document_of, texts_of

SHARED = (
    "id",
    "uuid",
    "publication_id",
    "title",
    "social_title",
    "subtitle",
    "slug",
    "post_date",
    "audience",
    "type",
    "section_id",
    "cover_image",
    "description",
    "write_comment_permissions",
    "should_send_free_preview",
    "free_unlock_required",
    "default_comment_sort",
    "podcast_url",
    "podcast_duration",
    "search_engine_title",
    "search_engine_description",
)
SINGLE = (
    "is_published",
    "updated_at",
    "meter_type",
    "audience_before_archived",
    "exempt_from_archive_paywall",
    "show_guest_bios",
)


class Faces:
    """Builds what is answered; ``root`` is the publication's public address."""

    def __init__(self, state: Sandbox) -> None:
        self._state = state

    def byline(self) -> Json:
        """The author as posts name him."""
        author = self._state.author
        return {
            "id": author.id,
            "name": author.name,
            "handle": author.handle,
            "photo_url": "",
            "bio": "",
            "is_guest": False,
        }

    def tags(self, post: Json) -> list[Json]:
        """The tags of a post."""
        known = (self._state.substack_tags.get(tag) for tag in post["tags"])
        return [tag for tag in known if tag is not None]

    def owner(self, post: Json, root: str) -> Json:
        """The whole object, as drafts routes answer it."""
        wire, release = post["wire"], post["schedule"]
        named = [{**self.byline(), "user_id": byline["id"]} for byline in wire["draft_bylines"]]
        shown = {
            **wire,
            "postSchedules": [release] if release else [],
            "draftBylines": named,
            "publishedBylines": named if wire["is_published"] else [],
            "postTags": self.tags(post),
        }
        if wire["is_published"]:
            shown["canonical_url"] = f"{root}/p/{wire['slug']}"
        if release:
            shown["trigger_at"] = release["trigger_at"]
        return shown

    def row(self, post: Json, root: str) -> Json:
        """A line of the owner's lists: settings and figures, no body."""
        shown = self.owner(post, root)
        for name in ("body", "draft_body"):
            shown.pop(name)
        shown["stats"] = dict.fromkeys(
            ("views", "sent", "delivered", "opened", "signups", "subscribes", "estimated_value"), 0
        )
        shown["stats"]["sent"] = shown["stats"]["delivered"] = post["mails"]
        return {**shown, "reaction_count": 0, "comment_count": 0, "canonical_url": shown.get("canonical_url")}

    def public(self, post: Json, root: str) -> Json:
        """A post in the archive: no body."""
        wire = post["wire"]
        section = self._section(wire["section_id"])
        return {
            **{name: wire[name] for name in SHARED},
            "canonical_url": f"{root}/p/{wire['slug']}",
            "section_name": section and section["name"],
            "section_slug": section and section["slug"],
            "body_html": None,
            "truncated_body_text": " ".join(texts_of(document_of(wire["body"])))[:120],
            "wordcount": wire["word_count"],
            "reactions": {"❤": 0},
            "reaction_count": 0,
            "restacks": 0,
            "comment_count": 0,
            "child_comment_count": 0,
            "postTags": self.tags(post),
            "publishedBylines": [self.byline()],
            "audio_items": [],
        }

    def single(self, post: Json, root: str, *, whole: bool) -> Json:
        """A post with its body; without ``whole`` only the part that everybody may read."""
        extra = {name: post["wire"].get(name) for name in SINGLE}
        return {**self.public(post, root), **extra, "body_html": self.body(post, root, whole=whole)}

    def body(self, post: Json, root: str, *, whole: bool) -> str | None:
        """The published body as HTML; None when nothing of it is free."""
        wire = post["wire"]
        document = document_of(wire["body"])
        if wire["audience"] in ("everyone", "only_free") or whole:
            return render(document, f"{root}/p/{wire['slug']}")
        part = free_part(document)
        return None if part is None else render(part, f"{root}/p/{wire['slug']}")

    def sections(self) -> list[Json]:
        """The publication's sections."""
        return [section for place in range(len(self._state.substack_sections)) if (section := self._section(place + 1))]

    def _section(self, number: int | None) -> Json | None:
        if number is None:
            return None
        name = self._state.substack_sections[number - 1]
        slug = name.lower().replace(" ", "-")
        return {"id": number, "name": name, "slug": slug, "description": "", "is_live": True, "is_default_on": True}
