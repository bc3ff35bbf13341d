"""Looking up a post whose answer was lost, or one that a person points at."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from newsletter_bot.errors import DeliveryError, Refused, Unavailable, Undecided, Vanished
from newsletter_bot.model import Receipt, Rendition
from newsletter_bot.platforms._http import Answer, Call
from newsletter_bot.platforms.substack._document import canonical
from newsletter_bot.platforms.substack._post import Look, Post, moment
from newsletter_bot.platforms.substack._site import Site
from newsletter_bot.platforms.substack._writing import look_at
from newsletter_bot.ports import Trace

PAGE = 50
"""Rows that the lists give at most in one answer."""
MOST_PAGES = 10
MOST_CANDIDATES = 25
MARGIN = timedelta(minutes=10)
"""A post that was begun that long before our sending is not ours, unless it holds our very text."""
_LISTS = (
    ("drafts", "draft_updated_at", "desc"),
    ("scheduled", "trigger_at", "asc"),
    ("published", "post_date", "desc"),
)
"""In the order in which a post moves, so that one that moves on while we look is seen in the next list."""


def find(site: Site, rendition: Rendition, trace: Trace) -> Receipt | None:
    """The post of a sending: by the id of its first step, else over all lists. Only looks."""
    try:
        post = _by_id(site, trace.remote_id) if trace.remote_id else _Search(site, rendition, trace).found()
    except Refused as error:
        raise _cannot_look(error) from error
    if post is None:
        return None
    return post.receipt(site.url, look_at(post, rendition), mailed=rendition.email and post.is_published)


def _by_id(site: Site, remote_id: str) -> Post:
    post = site.read(remote_id)
    if post is None:
        raise Undecided(
            f"Substack: the draft {remote_id} that this sending made is gone; somebody deleted it there",
            fix="settle it as absent to send the issue anew",
        )
    return post


def _cannot_look(error: Refused) -> DeliveryError:
    """A session that has to be renewed can be waited for; closed lists cannot."""
    if "(401)" in error.message or "sign-in" in error.message:
        return Unavailable(error.message, fix=error.fix)
    return Undecided(f"the lists of posts are closed to us: {error.message}", fix=error.fix)


@dataclass(frozen=True, kw_only=True)
class _Candidate:
    """A row of a list that might be ours."""

    id: str
    recent: bool


class _Search:
    """One pass over drafts, scheduled and published posts."""

    def __init__(self, site: Site, rendition: Rendition, trace: Trace) -> None:
        self._site, self._rendition = site, rendition
        self._sending_at = trace.sending_at
        self._body = canonical(rendition.body)

    def found(self) -> Post | None:
        """The one post that holds our text; None when nothing there could be ours. Raises Undecided."""
        candidates = {candidate.id: candidate for candidate in self._candidates()}
        newest_first = sorted(candidates.values(), key=lambda candidate: not candidate.recent)
        recent = sum(candidate.recent for candidate in newest_first)
        if recent > MOST_CANDIDATES:
            raise Undecided(
                f"Substack: {recent} posts of that title were begun since the sending", fix="look at them there"
            )
        ours, doubtful = list[Post](), list[Post]()
        for candidate in newest_first[:MOST_CANDIDATES]:
            post = self._site.read(candidate.id)
            if post is not None and self._is_ours(post):
                ours.append(post)
            elif post is not None and candidate.recent:
                doubtful.append(post)
        return self._chosen(ours, doubtful)

    def _chosen(self, ours: list[Post], doubtful: list[Post]) -> Post | None:
        if len(ours) == 1:
            return ours[0]
        if ours:
            raise Undecided(
                f"Substack holds this text {len(ours)} times: {self._told(ours)}", fix="keep one, delete the others"
            )
        if doubtful:
            raise Undecided(
                f"Substack: a post of that title was begun since the sending, with another text: {self._told(doubtful)}",
                fix="look whether it is this issue",
            )
        return None

    def _told(self, posts: list[Post]) -> str:
        return ", ".join(f"{self._site.url}/publish/post/{post.id}" for post in posts[:5])

    def _is_ours(self, post: Post) -> bool:
        """The very text under the title or address: whoever made it, the issue is there."""
        return self._is_named(post.record) and canonical(post.record.get("draft_body")) == self._body

    def _is_named(self, row: Any) -> bool:
        titles = {_flat(row.get("draft_title")), _flat(row.get("title"))}
        return _flat(self._rendition.title) in titles or bool(
            self._rendition.slug and row.get("slug") == self._rendition.slug
        )

    def _candidates(self) -> Iterator[_Candidate]:
        for name, order, direction in _LISTS:
            for row, since in self._rows(name, order, direction):
                if self._is_named(row):
                    yield _Candidate(id=str(row.get("id")), recent=_could_be_since(row, since))

    def _rows(self, name: str, order: str, direction: str) -> Iterator[tuple[dict[str, Any], datetime]]:
        """All rows of a list that could be since the sending, newest first; the first page whole."""
        for page in range(MOST_PAGES):
            answer = self._page(name, order, direction, page)
            rows = self._site.wire.records(answer, "posts")
            since = self._sending_at + min(answer.lead, timedelta()) - MARGIN
            usual = self._sending_at + answer.lead - MARGIN
            yield from ((row, usual) for row in rows)
            if len(rows) < PAGE or (direction == "desc" and all(_is_before(row, order, since) for row in rows[-1:])):
                return
        raise Undecided(
            f"Substack: the list of {name} is too long to be looked through", fix="look there for the title"
        )

    def _page(self, name: str, order: str, direction: str, page: int) -> Answer:
        params: dict[str, str | int] = {
            "offset": page * PAGE,
            "limit": PAGE,
            "order_by": order,
            "order_direction": direction,
        }
        return self._site.send(Call(method="GET", url=f"post_management/{name}", params=params))


def _could_be_since(row: dict[str, Any], since: datetime) -> bool:
    """Whether the row may have been begun after that; a row without times may."""
    begun = moment(row.get("draft_created_at"))
    touched = begun or moment(row.get("draft_updated_at")) or moment(row.get("post_date"))
    return touched is None or touched >= since


def _is_before(row: dict[str, Any], order: str, since: datetime) -> bool:
    touched = moment(row.get(order))
    return touched is not None and touched < since


def _flat(text: object) -> str:
    return " ".join(str(text or "").split())


def locate(site: Site, url: str) -> Receipt:
    """The post at a public address or at an editor's. Raises Vanished, Refused or Unavailable."""
    remote_id = _number_in(url) or _number_of_slug(site, url)
    post = site.read(remote_id)
    if post is None:
        raise Vanished(f"Substack: there is no post {remote_id}", fix="look at the address")
    return post.receipt(site.url, Look(text=post.fingerprint()))


def _number_in(url: str) -> str | None:
    found = re.search(r"/publish/(?:posts?(?:/detail)?)/(\d+)|/p-(\d+)\b", urlsplit(url).path)
    return found and (found[1] or found[2])


def _number_of_slug(site: Site, url: str) -> str:
    found = re.search(r"/p/([^/?#]+)", urlsplit(url).path)
    if found is None:
        raise Refused(f"{url[:120]} is no address of a Substack post", fix="it holds /p/ or /publish/post/")
    answer = site.send(Call(method="GET", url=f"posts/{quote(unquote(found[1]), safe='')}", accept=(404,)))
    if not answer.ok:
        raise Vanished(f"Substack: no public post stands at {url[:120]}", fix="look at the address")
    number = site.wire.record(answer).get("id")
    if not number:
        raise site.wire.unreadable(answer, "the post has no number")
    return str(number)
