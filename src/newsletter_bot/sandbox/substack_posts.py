"""The life of a post on the Substack-style service: one object from draft to published, under one id."""

from __future__ import annotations

import hashlib
import uuid
from datetime import datetime, timedelta
from typing import Any

from newsletter_bot.sandbox.clock import moment_of, stamp
from newsletter_bot.sandbox.routes import Problem, answer, invalid, refused
from newsletter_bot.sandbox.state import Sandbox
from newsletter_bot.sandbox.store import Json
from newsletter_bot.sandbox.substack_shape import (
    DRAFT_DEFAULTS,
    LEFT_TO_DEFAULTS,
    WRITABLE,
    is_empty,
    slug_of,
    word_count,
    wrong_kind,
)

PUBLISH_FIELDS = frozenset({"send", "share_automatically", "saved_segment_id"})
POST_AUDIENCES = {"everyone": "everyone", "only_paid": "only_paid", "only_founding": "founding", "founding": "founding"}
MAILED = frozenset({"everyone", "only_free", "only_paid", "founding", "only_founding"})


class Posts:
    """All posts, drafts and scheduled ones too. Its methods raise Problem for what the service refuses.

    Callers hold the sandbox's lock.
    """

    def __init__(self, state: Sandbox) -> None:
        self._state = state

    def find(self, post_id: int) -> Json:
        """The post; a 404 when there is none."""
        post = self._state.substack_posts.get(post_id)
        if post is None:
            raise Problem(answer({"error": "Post not found"}, 404))
        return post

    def published(self) -> list[Json]:
        """Published posts, newest first."""
        out = [post for post in self._state.substack_posts if post["wire"]["is_published"]]
        return sorted(out, key=lambda post: (post["wire"]["post_date"], post["wire"]["id"]), reverse=True)

    def visible(self) -> list[Json]:
        """Published posts that archive and feed show by now, newest first."""
        newest = stamp(self._state.clock.now() - timedelta(seconds=self._state.switches.public_lag))
        return [post for post in self.published() if post["went_live_at"] <= newest]

    def by_slug(self, slug: str) -> Json | None:
        """The published post with this slug."""
        return next((post for post in self.published() if post["wire"]["slug"] == slug), None)

    def create(self, body: Json) -> Json:
        """A new draft; some settings are left to the publication's defaults."""
        self._check(body)
        ignored = LEFT_TO_DEFAULTS if self._state.switches.create_ignores_settings else frozenset[str]()
        return self._new({name: value for name, value in body.items() if name in WRITABLE - ignored})

    def _new(self, given: Json) -> Json:
        now = stamp(self._state.clock.now())
        number = self._state.next_number("substack-post", 150_000_001)
        wire = {
            "id": number,
            "uuid": str(uuid.uuid4()),
            "publication_id": self._state.newsletter.id,
            **DRAFT_DEFAULTS,
            "draft_created_at": now,
            "draft_updated_at": now,
        }
        post: Json = {"wire": wire, "schedule": None, "tags": [], "mails": 0, "updates": 0, "publishes": 0}
        self._state.substack_posts.put(number, post)
        self._apply(post, given)
        return self._keep(post)

    def duplicate(self, post_id: int) -> Json:
        """A draft with the same text and settings."""
        wire = self.find(post_id)["wire"]
        copied = {name: wire[name] for name in WRITABLE if name != "slug"}
        return self._new({**copied, "draft_title": f"[COPY] {wire['draft_title'] or ''}"})

    def update(self, post_id: int, body: Json) -> Json:
        """Changes the draft copy; what is published stays as it is."""
        post = self.find(post_id)
        self._check(body)
        self._guard(post, body)
        self._apply(post, {name: value for name, value in body.items() if name in WRITABLE})
        before = moment_of(post["wire"]["draft_updated_at"])
        post["wire"]["draft_updated_at"] = stamp(max(self._state.clock.now(), before + timedelta(milliseconds=1)))
        post["updates"] += 1
        return self._keep(post)

    def _guard(self, post: Json, body: Json) -> None:
        seen = body.get("last_updated_at")
        if seen is None or not self._state.switches.collision_guard:
            return
        if _same_moment(seen, post["wire"]["draft_updated_at"]):
            return
        raise refused("This post was updated elsewhere since you opened it", 409)

    def _check(self, body: Json) -> None:
        for name, value in body.items():
            if name in WRITABLE and wrong_kind(name, value):
                raise invalid("body", name, value)
        self._check_bylines(body.get("draft_bylines"))
        section = body.get("draft_section_id")
        if section is not None and section not in range(1, len(self._state.substack_sections) + 1):
            raise invalid("body", "draft_section_id", section)

    def _check_bylines(self, bylines: Any) -> None:
        if bylines is None:
            return
        ours = self._state.author.id
        if not isinstance(bylines, list):
            raise invalid("body", "draft_bylines", bylines)
        for place, byline in enumerate(bylines):
            if not isinstance(byline, dict) or byline.get("id") != ours:
                raise invalid(
                    "body", f"draft_bylines[{place}].id", byline.get("id") if isinstance(byline, dict) else byline
                )

    def _apply(self, post: Json, given: Json) -> None:
        wire = post["wire"]
        wire.update(given)
        wire["draft_bylines"] = wire["draft_bylines"] or []
        wire["word_count"] = word_count(wire["draft_body"])
        if given.get("slug"):
            wire["slug"] = self._free_slug(slug_of(given["slug"]) or "post", wire["id"])

    def _free_slug(self, wanted: str, post_id: int) -> str:
        taken = {post["wire"]["slug"] for post in self._state.substack_posts if post["wire"]["id"] != post_id}
        if wanted not in taken:
            return wanted
        return f"{wanted}-{hashlib.sha256(str(post_id).encode()).hexdigest()[:3]}"

    def _keep(self, post: Json) -> Json:
        self._state.substack_posts.put(post["wire"]["id"], post)
        return post

    def faults_of(self, post_id: int) -> list[Json]:
        """What stands in the way of publishing, as the check before it lists it."""
        wire = self.find(post_id)["wire"]
        found: list[Json] = []
        if not (wire["draft_title"] or "").strip():
            found.append({"identifier": "missing_title", "msg": "Please add a title to your post"})
        if is_empty(wire["draft_body"]):
            found.append({"identifier": "empty_body", "msg": "Please add some content to your post"})
        return found

    def _may_go_out(self, post: Json) -> None:
        found = self.faults_of(post["wire"]["id"])
        if found:
            raise Problem(answer({"errors": found, "error": found[0]["msg"]}, 400))
        if self._state.substack_sections and not post["wire"]["section_chosen"]:
            raise refused("Please choose a section", 400)

    def publish(self, post_id: int, body: Json) -> Json:
        """Publishes, or pushes the draft copy of a published post live; ``send`` mails it, each time it is true."""
        post = self.find(post_id)
        for name, value in body.items():
            if name not in PUBLISH_FIELDS:
                raise invalid("body", name, value, "Unknown field")
        send = body.get("send", post["wire"]["should_send_email"])
        if not isinstance(send, bool):
            raise invalid("body", "send", send)
        self._may_go_out(post)
        return self._release(post, at=self._state.clock.now(), mail=send)

    def _release(self, post: Json, *, at: datetime, mail: bool) -> Json:
        wire = post["wire"]
        wire["title"], wire["subtitle"] = wire["draft_title"], wire["draft_subtitle"]
        wire["body"], wire["section_id"] = wire["draft_body"], wire["draft_section_id"]
        if not wire["slug"]:
            wire["slug"] = self._free_slug(slug_of(wire["title"]) or f"post-{wire['id']}", wire["id"])
        if not wire["is_published"]:
            wire["is_published"], wire["post_date"] = True, stamp(at)
            post["went_live_at"] = stamp(at)
        wire["should_send_email"] = mail
        wire["updated_at"] = stamp(self._state.clock.now())
        post["publishes"] += 1
        post["schedule"] = None
        if mail:
            post["mails"] += 1
            wire["email_sent_at"] = stamp(at)
        return self._keep(post)

    def unpublish(self, post_id: int) -> None:
        """Makes it a draft again; its slug and that it was mailed stay."""
        post = self.find(post_id)
        post["wire"].update(is_published=False, post_date=None)
        self._keep(post)

    def delete(self, post_id: int) -> None:
        """Removes the post in whatever state it is."""
        self.find(post_id)
        self._state.substack_posts.remove(post_id)

    def schedule(self, post_id: int, body: Json) -> Json:
        """Releases the post when the time comes; a second call replaces the first."""
        post = self.find(post_id)
        if post["wire"]["is_published"]:
            raise refused("This post is already published", 400)
        moment = _moment_given(body.get("trigger_at"))
        audience = body.get("post_audience", post["wire"]["audience"])
        if audience not in POST_AUDIENCES and audience != "only_free":
            raise invalid("body", "post_audience", audience)
        self._may_go_out(post)
        post["schedule"] = {
            "id": self._state.next_number("substack-release", 880_001),
            "post_id": post_id,
            "trigger_at": stamp(moment),
            "post_audience": audience,
            "email_audience": body.get("email_audience"),
        }
        self._keep(post)
        return dict(post["schedule"])

    def unschedule(self, post_id: int) -> list[int]:
        """Takes the post out of the queue; the ids of the releases that were taken back."""
        post = self.find(post_id)
        ids = [int(post["schedule"]["id"])] if post["schedule"] else []
        post["schedule"] = None
        self._keep(post)
        return ids

    def release_due(self) -> None:
        """Publishes what was scheduled for a time that has come."""
        now = stamp(self._state.clock.now())
        for post in self._state.substack_posts:
            release = post["schedule"]
            if release and release["trigger_at"] <= now:
                audience = release["post_audience"]
                post["wire"]["audience"] = POST_AUDIENCES.get(audience, audience)
                self._release(post, at=moment_of(release["trigger_at"]), mail=release["email_audience"] in MAILED)


def _moment_given(text: object) -> datetime:
    try:
        return moment_of(text if isinstance(text, str) else "")
    except ValueError:
        raise invalid("body", "trigger_at", text) from None


def _same_moment(one: object, other: str) -> bool:
    try:
        return moment_of(str(one)) == moment_of(other)
    except ValueError:
        return False
