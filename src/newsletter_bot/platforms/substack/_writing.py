"""Bringing a rendition to Substack: a draft first, then everything it needs, checked, then published by its id."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from newsletter_bot.errors import Conflict, Refused, Unconfirmed
from newsletter_bot.model import Audience, Receipt, Rendition, Visibility
from newsletter_bot.platforms._faults import plain_words
from newsletter_bot.platforms._http import Call, Effect
from newsletter_bot.platforms.substack._document import has_node, parsed
from newsletter_bot.platforms.substack._post import Look, Post
from newsletter_bot.platforms.substack._site import Site
from newsletter_bot.ports import Checkpoint

COMMENTS = ("everyone", "only_paid", "none")
AUDIENCES = {Audience.EVERYONE: "everyone", Audience.PAID: "only_paid"}
_EXTRAS = ("cover_image", "search_engine_title", "search_engine_description")


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What is needed to write on one publication: its site and the settings that renditions may override."""

    site: Site
    section: str
    comments: str
    byline: int | None
    clock: Callable[[], datetime]

    # --- what we want to stand there -----------------------------------------------------------------------------

    def check(self, rendition: Rendition) -> None:
        """Raise Refused for what Substack would take without a word and show wrongly."""
        if not rendition.title.strip():
            raise Refused("Substack: the issue has no title", fix="give the draft a title")
        if parsed(rendition.body) is None:
            raise Refused(f"Substack takes its own documents, not {rendition.format}")
        if rendition.audience is Audience.EVERYONE and has_node(rendition.body, "paywall"):
            raise Refused(
                "Substack: the text has a paywall, but it is meant for everyone",
                fix="set audience: paid, or take the line out",
            )
        comments = self._comments(rendition)
        if comments not in COMMENTS:
            raise Refused(f"Substack: comments cannot be {comments!r}", fix=f"one of: {', '.join(COMMENTS)}")

    def _comments(self, rendition: Rendition) -> str:
        return rendition.options.get("comments") or self.comments

    def text_fields(self, rendition: Rendition) -> dict[str, Any]:
        """Title, text and for whom: what a first draft carries already, so that it can be looked up."""
        return {
            "draft_title": rendition.title,
            "draft_subtitle": rendition.subtitle or "",
            "draft_body": rendition.body,
            "audience": AUDIENCES[rendition.audience],
            **({"slug": rendition.slug} if rendition.slug else {}),
        }

    def all_fields(self, rendition: Rendition) -> dict[str, Any]:
        """Everything of a post that a rendition has an opinion on."""
        return {
            **self.text_fields(rendition),
            "write_comment_permissions": self._comments(rendition),
            "section_chosen": True,
            "draft_section_id": self._section(rendition),
            **extras_of(rendition),
        }

    def _bylines(self) -> list[dict[str, Any]]:
        return [{"id": self.byline or self.site.account.user, "is_guest": False}]

    def _section(self, rendition: Rendition) -> int | None:
        """The number of the section by its name; the publication itself when none is named."""
        name = rendition.options.get("section") or self.section
        if not name:
            return None
        sections = self._sections()
        wanted = name.strip().casefold()
        found = next((entry for entry in sections if wanted in _names(entry)), None)
        if found is None or not isinstance(found.get("id"), int):
            there = ", ".join(str(entry.get("name")) for entry in sections) or "there are none"
            raise Refused(f"Substack: this publication has no section {name!r}", fix=f"sections: {there}")
        return int(found["id"])

    def _sections(self) -> list[dict[str, Any]]:
        answer = self.site.send(Call(method="GET", url="publication/sections", accept=(404,)))
        if answer.ok:
            return self.site.wire.records(answer, "sections")
        answer = self.site.send(Call(method="GET", url="subscriptions"))
        papers = self.site.wire.records(answer, "publications")
        number = self.site.account.publication
        return [section for paper in papers if paper.get("id") == number for section in paper.get("sections") or ()]

    # --- bringing it there ---------------------------------------------------------------------------------------

    def deliver(self, rendition: Rendition, checkpoint: Checkpoint) -> Receipt:
        """Create or finish the post. One that is published already is left as it is: nothing is mailed twice."""
        self.check(rendition)
        post = self._begun(checkpoint.remote_id) if checkpoint.remote_id else self._begin(rendition, checkpoint)
        if post.is_published:
            return self._published(post, rendition)
        fields = self.all_fields(rendition)
        mail = rendition.email and not post.was_mailed
        self.write(post.id, {**fields, "draft_bylines": self._bylines(), "should_send_email": mail})
        kept = self.kept(post.id, fields)
        self.tag(post.id, rendition.tags)
        return self._released(kept, rendition, mail=mail)

    def _published(self, post: Post, rendition: Rendition) -> Receipt:
        """The receipt of a post that became public meanwhile. Raises Conflict when somebody published another text."""
        texts = {name: value for name, value in self.text_fields(rendition).items() if name != "slug"}
        if post.mismatches(texts):
            raise Conflict(
                f"Substack: the post {post.id} was published there with another text",
                difference=post.difference(texts),
                fix="take the change over into the draft, or publish with --overwrite",
            )
        return post.receipt(self.site.url, look_at(post, rendition), mailed=rendition.email and post.was_mailed)

    def _begin(self, rendition: Rendition, checkpoint: Checkpoint) -> Post:
        fields = {**self.text_fields(rendition), "draft_bylines": self._bylines(), "type": "newsletter"}
        answer = self.site.send(Call(method="POST", url="drafts", json=fields, effect=Effect.CREATE))
        post = Post(self.site.wire.record(answer))
        if not post.id:
            raise self.site.wire.unreadable(answer, "the new draft has no number")
        checkpoint(post.id)
        return post

    def _begun(self, remote_id: str) -> Post:
        post = self.site.read(remote_id)
        if post is None:
            raise Refused(
                f"Substack: the draft {remote_id} that an earlier attempt made is gone; somebody deleted it there",
                fix="settle the delivery as absent to send the issue anew",
            )
        return post

    def write(self, remote_id: str, fields: Mapping[str, Any]) -> None:
        """Set these fields of a post."""
        self.site.change("PUT", f"drafts/{quote(remote_id, safe='')}", dict(fields))

    def kept(self, remote_id: str, fields: Mapping[str, Any]) -> Post:
        """The post as it stands after our write. Raises Refused when the service did not take what it was given."""
        post = self.site.read(remote_id)
        if post is None:
            raise Refused(
                f"Substack: the draft {remote_id} is gone right after it was written; somebody deleted it there"
            )
        wrong = post.mismatches({name: value for name, value in fields.items() if name not in _EXTRAS})
        if wrong:
            hint = (
                "another post has that address: choose another slug"
                if "slug" in wrong
                else f"look at {self.editor(remote_id)}"
            )
            raise Refused(f"Substack did not take the {', '.join(wrong)} as sent; nothing was published", fix=hint)
        return post

    def editor(self, remote_id: str) -> str:
        """Where a person edits the post."""
        return f"{self.site.url}/publish/post/{remote_id}"

    def tag(self, remote_id: str, names: Iterable[str], *, off: Iterable[str] = ()) -> None:
        """Give the post these tags, made where they are new, and take others off."""
        names, off = tuple(names), tuple(off)
        if not (names or off):
            return
        answer = self.site.send(Call(method="GET", url="publication/post-tag"))
        known = {_key(str(entry.get("name"))): str(entry.get("id")) for entry in self.site.wire.records(answer, "tags")}
        link = f"post/{quote(remote_id, safe='')}/tag/"
        for name in names:
            number = known.get(_key(name)) or self._new_tag(name)
            self.site.send(Call(method="POST", url=link + quote(number, safe=""), effect=Effect.SAFE))
        for number in (known[_key(name)] for name in off if _key(name) in known):
            call = Call(method="DELETE", url=link + quote(number, safe=""), effect=Effect.SAFE, accept=(404,))
            self.site.send(call)

    def _new_tag(self, name: str) -> str:
        call = Call(method="POST", url="publication/post-tag", json={"name": name}, effect=Effect.SAFE)
        answer = self.site.send(call)
        number = self.site.wire.record(answer).get("id")
        if not number:
            raise self.site.wire.unreadable(answer, f"the new tag {name!r} has no id")
        return str(number)

    # --- letting it go -------------------------------------------------------------------------------------------

    def _released(self, post: Post, rendition: Rendition, *, mail: bool) -> Receipt:
        look = look_at(post, rendition)
        if rendition.visibility is Visibility.DRAFT:
            return post.receipt(self.site.url, look)
        at = rendition.release_at
        if rendition.visibility is Visibility.SCHEDULED and at is None:
            raise Refused("Substack: a scheduled post needs the time of its release")
        if rendition.visibility is Visibility.SCHEDULED and at and at > self.clock():
            return self.scheduled(post, at, mail=mail).receipt(self.site.url, look)
        if post.release_at:
            self.unschedule(post.id)
            post = self._begun(post.id)
        if post.is_published:  # its scheduler was faster; publishing again would mail again
            return post.receipt(self.site.url, look, mailed=mail and post.was_mailed)
        self.approve(post.id)
        return self.publish(post.id, mail=mail).receipt(self.site.url, look, mailed=mail)

    def approve(self, remote_id: str, at: datetime | None = None) -> None:
        """Ask for what would block publishing. Raises Refused with Substack's own words."""
        params = {"publish_date": stamp(at)} if at else {}
        answer = self.site.send(Call(method="GET", url=f"drafts/{quote(remote_id, safe='')}/prepublish", params=params))
        errors = self.site.wire.record(answer).get("errors")
        if errors:
            words = [_blocker(entry) for entry in (errors if isinstance(errors, list) else [errors])]
            raise Refused(
                f"Substack will not publish this: {'; '.join(words)}", fix=f"look at {self.editor(remote_id)}"
            )

    def publish(self, remote_id: str, *, mail: bool) -> Post:
        """Make the post public by its id."""
        body = {"send": mail, "share_automatically": False}
        effect = Effect.CREATE if mail else Effect.CHANGE
        call = Call(method="POST", url=f"drafts/{quote(remote_id, safe='')}/publish", json=body, effect=effect)
        post = Post(self.site.wire.record(self.site.send(call)))
        if post.is_published and post.id:
            return post
        seen = self.site.read(remote_id)
        if seen is None or not seen.is_published:
            raise Unconfirmed("Substack took the order to publish, but the post is not public; it may follow")
        return seen

    def scheduled(self, post: Post, at: datetime, *, mail: bool) -> Post:
        """Hand the post to Substack's own scheduler; a release that is set for another time is replaced."""
        if post.release_at == at:
            return post
        if post.release_at:
            self.unschedule(post.id)
        self.approve(post.id, at)
        audience = str(post.record.get("audience") or "everyone")
        body = {"trigger_at": stamp(at), "post_audience": audience, "email_audience": audience if mail else "none"}
        self.site.change("POST", f"drafts/{quote(post.id, safe='')}/scheduled_release", body)
        seen = self.site.read(post.id)
        if seen is None or seen.visibility is Visibility.DRAFT:
            raise Unconfirmed("Substack took the order to schedule, but shows no release; it may follow")
        return seen

    def unschedule(self, remote_id: str) -> None:
        """Take the post out of Substack's queue."""
        self.site.change("DELETE", f"drafts/{quote(remote_id, safe='')}/scheduled_release", accept=(404,))


def look_at(post: Post, rendition: Rendition) -> Look:
    """What we remember of a post that carries this rendition."""
    return Look(text=post.fingerprint(), tags=rendition.tags, extra=extras_of(rendition))


def extras_of(rendition: Rendition) -> dict[str, str]:
    """Fields that we set only when the rendition has them, and take away only when we set them."""
    given = (rendition.cover, rendition.options.get("search_title"), rendition.options.get("search_description"))
    return {name: value for name, value in zip(_EXTRAS, given, strict=True) if value}


def stamp(at: datetime) -> str:
    """A time as the service writes it: UTC, milliseconds, Z."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


def _names(section: Mapping[str, Any]) -> set[str]:
    return {str(section.get(key) or "").strip().casefold() for key in ("name", "slug", "id")}


def _key(tag: str) -> str:
    return " ".join(tag.split()).casefold()


def _blocker(entry: object) -> str:
    if isinstance(entry, dict):
        entry = entry.get("msg") or entry.get("message") or entry.get("identifier") or ""
    return plain_words(str(entry)) or "no reason given"
