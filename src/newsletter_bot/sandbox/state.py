"""The sandbox itself: what both services hold, what they were asked, and what shall go wrong."""

from __future__ import annotations

import hashlib
import json
import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from urllib.parse import unquote

from newsletter_bot.sandbox.clock import Clock
from newsletter_bot.sandbox.faults import CREATING, Fault, Faults, Kind
from newsletter_bot.sandbox.store import Files, Json, Shelf
from newsletter_bot.sandbox.switches import Switches

REMEMBERED_REQUESTS = 100_000


@dataclass(frozen=True, kw_only=True)
class Author:
    """The one person whose accounts these are."""

    id: int = 4201
    name: str = "Ada Sandbox"
    handle: str = "ada"
    medium_id: str = "5a1d0c27be93f04461a8d75b2c9e60fd13b"


@dataclass(frozen=True, kw_only=True)
class Newsletter:
    """The publication on the Substack-style service."""

    id: int = 7701
    name: str = "Sandbox Signals"
    subdomain: str = "sandbox"
    about: str = "A newsletter that exists on this machine only."


@dataclass(frozen=True, kw_only=True)
class Magazine:
    """A publication on the Medium-style service, and what the author may do there: editor, writer or nothing."""

    id: str
    name: str
    slug: str
    role: str | None = None


MAGAZINES = (
    Magazine(id="b1a52ce30f17", name="The Local Editor", slug="the-local-editor", role="editor"),
    Magazine(id="c7d30e94a2b8", name="Writers of the Loop", slug="writers-of-the-loop", role="writer"),
    Magazine(id="d94e1f06b3c2", name="Only Followed", slug="only-followed"),
)


@dataclass(kw_only=True)
class Received:
    """One request as it came in, without secrets, and what became of it."""

    method: str
    path: str
    query: str
    route: str
    agent: str
    at: str
    status: int | None = None
    fault: str | None = None


@dataclass(kw_only=True)
class Sandbox:
    """Two stand-in services over one store; every method may be called from any thread.

    With ``directory`` everything that was stored outlives the process. ``lock`` is held while a request is carried out.
    """

    directory: Path | None = None
    session: str = field(default="s:sandbox", repr=False)
    token: str = field(default="sandbox-token", repr=False)
    author: Author = Author()
    newsletter: Newsletter = Newsletter()
    substack_sections: Sequence[str] = ()
    magazines: Sequence[Magazine] = MAGAZINES
    switches: Switches = field(default_factory=Switches)
    clock: Clock = field(default_factory=Clock)
    faults: Faults = field(default_factory=Faults)

    def __post_init__(self) -> None:
        self.lock = threading.RLock()
        self._log_lock = threading.Lock()
        self.closing = threading.Event()
        self.substack_posts = self._shelf("substack-posts")
        self.substack_tags = self._shelf("substack-tags")
        self.substack_notes = self._shelf("substack-notes")
        self.medium_posts = self._shelf("medium-posts")
        self.medium_tokens = self._shelf("medium-tokens")
        self._counters = self._shelf("counters")
        self.images = Files(self.directory / "images" if self.directory else None)
        self._log: deque[Received] = deque(maxlen=REMEMBERED_REQUESTS)

    def _shelf(self, name: str) -> Shelf:
        return Shelf(self.directory / name if self.directory else None)

    def next_number(self, counter: str, first: int) -> int:
        """The next number of a series; never the same twice, also after a restart."""
        with self.lock:
            last = self._counters.get(counter)
            number = first if last is None else int(last["last"]) + 1
            self._counters.put(counter, {"last": number})
            return number

    def signed_in(self, cookie: str | None) -> bool:
        """Whether a cookie's value is the session, as ``s:`` or as ``s%3A``."""
        return cookie is not None and unquote(cookie) == unquote(self.session)

    def knows_token(self, token: str) -> bool:
        """Whether an access token is good: the configured one, or one that was handed out."""
        return token == self.token or self.medium_tokens.get(_fingerprint(token)) is not None

    def admit_token(self, token: str) -> None:
        """Takes a handed-out access token from now on; only its fingerprint is kept."""
        self.medium_tokens.put(_fingerprint(token), {"admitted_at": self.clock.now().isoformat()})

    def received(self, request: Received) -> None:
        """Notes a request when it arrives; its status follows when it is answered."""
        with self._log_lock:
            self._log.append(request)

    @property
    def requests(self) -> list[Received]:
        """The requests so far, oldest first; the control API's own are not among them."""
        with self._log_lock:
            return list(self._log)

    def posts(self, service: str | None = None) -> list[Json]:
        """Every post of both services, or of one, with its state; oldest first within each."""
        with self.lock:
            rows = [*map(_substack_row, self.substack_posts), *map(_medium_row, self.medium_posts)]
        return [row for row in rows if service in (None, row["service"])]

    def post(self, number: int | str) -> Json | None:
        """All that is kept of one post: the draft and published copies, mails, schedule, or the story's HTML."""
        with self.lock:
            found = self.substack_posts.get(number) or self.medium_posts.get(number)
            return json.loads(json.dumps(found)) if found else None

    def titles(self, service: str | None = None) -> list[str]:
        """The titles of all posts, drafts too, of one service or both."""
        return [str(row["title"]) for row in self.posts(service)]

    @property
    def mails(self) -> int:
        """How many times a post went to the subscribers by mail."""
        with self.lock:
            return sum(int(post["mails"]) for post in self.substack_posts)

    def lose_next_answer(self, route: str | None = None) -> None:
        """Carries the next request out and answers nothing: one that creates a post, or one of the named route."""
        self.faults.add(Fault(route=route or CREATING, kind=Kind.LOSE_ANSWER))

    def dump(self) -> Json:
        """Everything that was stored, in counts and rows."""
        with self.lock:
            rows = self.posts()
            return {
                "posts": rows,
                "counts": {name: sum(row["service"] == name for row in rows) for name in ("substack", "medium")},
                "mails": self.mails,
                "images": self.images.names(),
                "tags": [tag["name"] for tag in self.substack_tags],
                "notes": [note["body"] for note in self.substack_notes],
                "requests": len(self._log),
                "clock": self.clock.now().isoformat(),
            }

    def forget_requests(self) -> None:
        """Starts the log of requests anew."""
        with self._log_lock:
            self._log.clear()

    def reset(self) -> None:
        """Empties both services, the log and the faults, and turns clock and switches back; numbers go on."""
        with self.lock:
            for shelf in (self.substack_posts, self.substack_tags, self.substack_notes, self.medium_posts):
                shelf.clear()
            self.medium_tokens.clear()
            self.images.clear()
            self.faults.clear()
            self.switches.reset()
            self.clock.reset()
            self.forget_requests()


def _fingerprint(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def request_row(request: Received) -> Json:
    """What the control API shows of a request."""
    return asdict(request)


def _substack_row(post: Json) -> Json:
    wire = post["wire"]
    state = "published" if wire["is_published"] else "scheduled" if post["schedule"] else "draft"
    return {
        "service": "substack",
        "id": wire["id"],
        "title": wire["draft_title"] or "",
        "live_title": wire["title"],
        "slug": wire["slug"],
        "state": state,
        "audience": wire["audience"],
        "mails": post["mails"],
        "published_at": wire["post_date"],
        "updates": post["updates"],
        "publishes": post["publishes"],
        "created_at": wire["draft_created_at"],
    }


def _medium_row(post: Json) -> Json:
    return {
        "service": "medium",
        "id": post["id"],
        "title": post["title"],
        "slug": post["slug"],
        "state": post["publishStatus"],
        "tags": post["tags"],
        "canonical_url": post.get("canonicalUrl"),
        "publication": post.get("publicationId"),
        "images": post["images"],
        "mails": 0,
        "published_at": post.get("publishedAt"),
        "created_at": post["createdAt"],
    }
