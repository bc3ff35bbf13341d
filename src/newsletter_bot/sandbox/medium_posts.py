"""The stories of the Medium-style service: made once, never changed or listed by the API."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from newsletter_bot.sandbox.clock import moment_of, stamp
from newsletter_bot.sandbox.medium_html import clean, from_markdown
from newsletter_bot.sandbox.routes import Problem, answer
from newsletter_bot.sandbox.state import Magazine, Sandbox
from newsletter_bot.sandbox.store import Json
from newsletter_bot.sandbox.substack_shape import slug_of

STATUSES = ("public", "draft", "unlisted")
LICENSES = (
    "all-rights-reserved",
    "cc-40-by",
    "cc-40-by-sa",
    "cc-40-by-nd",
    "cc-40-by-nc",
    "cc-40-by-nc-nd",
    "cc-40-by-nc-sa",
    "cc-40-zero",
    "public-domain",
)
LICENSE_PAGE = "https://medium.com/policy/9db0094a1e0f"
FIELDS = frozenset(
    [
        "title",
        "contentFormat",
        "content",
        "tags",
        "canonicalUrl",
        "publishStatus",
        "license",
        "notifyFollowers",
        "publishedAt",
    ]
)
MOST_TAGS, LONGEST_TAG, LONGEST_TITLE = 3, 25, 100
DAY = timedelta(hours=24)
INVALID = 2000
NO_CONTENT = 2002


def problem(message: str, code: int, status: int) -> Problem:
    """A refusal in Medium's envelope."""
    return Problem(answer({"errors": [{"message": message, "code": code}]}, status))


class Stories:
    """All stories; callers hold the sandbox's lock."""

    def __init__(self, state: Sandbox) -> None:
        self._state = state

    def public(self) -> list[Json]:
        """Public stories that the feeds show by now, newest first."""
        newest = self._state.clock.now() - timedelta(seconds=self._state.switches.public_lag)
        out = [story for story in self._state.medium_posts if story["publishStatus"] == "public"]
        shown = [story for story in out if moment_of(story["createdAt"]) <= newest]
        return sorted(shown, key=lambda story: (story["publishedAt"], story["order"]), reverse=True)

    def create(self, body: Json, magazine: Magazine | None) -> Json:
        """A new story, with what the service cuts off cut off."""
        _check(body)
        status = body.get("publishStatus", "public")
        if magazine is not None:
            _check_role(magazine, status)
        self._count_today()
        story = self._story(body, status)
        if magazine is not None:
            story["publicationId"] = magazine.id
        self._state.medium_posts.put(story["id"], story)
        return story

    def _story(self, body: Json, status: str) -> Json:
        html = from_markdown(body["content"]) if body["contentFormat"] == "markdown" else body["content"]
        kept, images, words = clean(html)
        title = body["title"] if len(body["title"]) <= LONGEST_TITLE else words[:LONGEST_TITLE].strip()
        now = self._state.clock.now()
        story: Json = {
            "id": secrets.token_hex(6),
            "title": title,
            "slug": slug_of(title) or "story",
            "authorId": self._state.author.medium_id,
            "tags": [tag for tag in (body.get("tags") or [])[:MOST_TAGS] if len(tag) <= LONGEST_TAG],
            "publishStatus": status,
            "license": body.get("license", LICENSES[0]),
            "html": kept,
            "images": images,
            "notified": status == "public" and body.get("notifyFollowers", True),
            "createdAt": stamp(now),
            "order": self._state.next_number("medium-story", 1),
        }
        if body.get("canonicalUrl"):
            story["canonicalUrl"] = body["canonicalUrl"]
        if status != "draft":
            story["publishedAt"] = int(now.timestamp() * 1000)
        return story

    def _count_today(self) -> None:
        limit = self._state.switches.medium_daily_limit
        if limit is None:
            return
        since = self._window_began()
        made = sum(moment_of(story["createdAt"]) >= since for story in self._state.medium_posts)
        if made >= limit:
            name = self._state.author.handle
            message = f"User {name} has reached the rate limit for publishing today."
            raise problem(message, -1, self._state.switches.medium_limit_status)

    def _window_began(self) -> Any:
        """The first story of the running 24 hours; they begin anew with the first one after their end."""
        began = None
        for story in self._state.medium_posts:
            made = moment_of(story["createdAt"])
            if began is None or made >= began + DAY:
                began = made
        now = self._state.clock.now()
        return now if began is None or now >= began + DAY else began


def _check_role(magazine: Magazine, status: str) -> None:
    allowed = magazine.role == "editor" or (magazine.role == "writer" and status == "draft")
    if not allowed:
        raise problem("User does not have permission to publish to this publication.", INVALID, 403)


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


RULES: tuple[tuple[str, Callable[[Any], bool], str], ...] = (
    ("tags", _is_texts, "Tags must be an array of strings."),
    ("canonicalUrl", _is_text, "Invalid canonical URL."),
    ("publishStatus", lambda value: value in STATUSES, "Invalid publish status."),
    ("license", lambda value: value in LICENSES, "Invalid license."),
    ("notifyFollowers", lambda value: isinstance(value, bool), "notifyFollowers must be a boolean."),
)


def _check(body: Json) -> None:
    if set(body) - FIELDS:
        raise problem("Unexpected fields specified.", INVALID, 400)
    if not (_is_text(body.get("title")) and body["title"].strip()):
        raise problem("No title specified.", INVALID, 400)
    if body.get("contentFormat") not in {"html", "markdown"}:
        raise problem("Invalid content format.", INVALID, 400)
    if not (_is_text(body.get("content")) and body["content"].strip()):
        raise problem("No content specified.", NO_CONTENT, 400)
    for name, holds, message in RULES:
        if name in body and not holds(body[name]):
            raise problem(message, INVALID, 400)
