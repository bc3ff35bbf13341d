"""A platform in memory that fails on demand, a ledger at which processes die, and processes that hold their claims while they live."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any, ClassVar

from newsletter_bot.errors import Conflict, Refused, Unavailable, Unconfirmed, Undecided, Vanished
from newsletter_bot.ledger.memory import MemoryLedger
from newsletter_bot.model import (
    Capabilities,
    Certainty,
    Delivery,
    Format,
    Receipt,
    Rendition,
    TextPowers,
    Visibility,
)
from newsletter_bot.ports import Checkpoint, Trace

SETTLE = timedelta(minutes=5)
FAULTS = (
    "lost",
    "reset",
    "late",
    "refused",
    "busy",
    "absurd",
    "odd",
    "die before",
    "die after",
    "meanwhile",
    "meanwhile after",
)
"""What can become of a request; anything else is answered."""


class Death(BaseException):
    """The process was killed here."""


@dataclass
class Post:
    """What the platform holds."""

    id: str
    text: str
    visibility: Visibility = Visibility.DRAFT
    mails: int = 0
    version: int = 0
    arrives: datetime | None = None
    """Until when a request that was late is on its way and nobody can see the post."""


@dataclass
class Service:
    """The platform, and what shall go wrong there next."""

    now: datetime
    posts: dict[str, Post] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    meanwhile: Callable[[], None] = lambda: None
    created: int = 0
    mails: int = 0
    trampled: list[str] = field(default_factory=list)
    """Words of a person that were overwritten unasked."""
    late: list[tuple[datetime, Callable[[], Any]]] = field(default_factory=list)
    _numbers: Any = field(default_factory=lambda: count(1))

    def pass_by(self, span: timedelta) -> None:
        """Time passes; late requests arrive."""
        self.now += span
        for due, action in sorted(self.late, key=lambda pair: pair[0]):
            if due <= self.now:
                action()
        self.late = [pair for pair in self.late if pair[0] > self.now]

    def request(self, action: Callable[[], Any], *, writes: bool) -> Any:
        """One request, with whatever becomes of it. Raises as an adapter would."""
        fault = self.faults.pop(0) if self.faults else ""
        before: dict[str, Callable[[], BaseException]] = {
            "die before": Death,
            "refused": lambda: Refused("no"),
            "busy": lambda: Unavailable("later", retry_at=self.now + timedelta(minutes=7)),
            "absurd": lambda: Unavailable("much later", retry_at=self.now + timedelta(hours=24)),
            "reset": lambda: Unconfirmed("reset") if writes else Unavailable("reset"),
        }
        if fault in before:
            error = before[fault]()
            raise error
        if fault == "late" and writes:
            self.late.append((self.now + SETTLE - timedelta(seconds=1), action))
            raise Unconfirmed("no answer in time")
        if fault == "meanwhile":
            self.meanwhile()
        done = action()
        after: dict[str, Callable[[], BaseException]] = {
            "die after": Death,
            "lost": lambda: Unconfirmed("lost") if writes else Unavailable("lost"),
            "odd": lambda: ZeroDivisionError("odd"),
        }
        if fault in after:
            error = after[fault]()
            raise error
        if fault == "meanwhile after":
            self.meanwhile()
        return done

    # --- what requests do ----------------------------------------------------------------------------------------

    def create(self, text: str, visibility: Visibility) -> Post:
        """A new post."""
        post = Post(id=str(next(self._numbers)), text=text, visibility=visibility)
        self.posts[post.id] = post
        self.created += 1
        return post

    def write(self, number: str, text: str) -> None:
        """Another text for a post; one that is gone stays gone."""
        if number in self.posts:
            self.posts[number].text = text

    def publish(self, number: str, *, mail: bool) -> None:
        """Public by its id; a mail each time that it is asked for."""
        if number in self.posts:
            self.posts[number].visibility = Visibility.PUBLIC
            self.mails += mail
            self.posts[number].mails += mail


def _receipt(post: Post) -> Receipt:
    return Receipt(
        remote_id=post.id,
        url=f"https://model.example/{post.id}",
        visibility=post.visibility,
        version=post.text,
        mailed=post.mails > 0,
    )


def _capabilities(certainty: Certainty) -> Capabilities:
    return Capabilities(formats=(Format.PLAIN,), certainty=certainty, settle=SETTLE, text=TextPowers(), mail=True)


@dataclass(frozen=True, kw_only=True)
class Blind:
    """Creates in one request and can be asked nothing."""

    name: ClassVar[str] = "blind"
    capabilities: ClassVar[Capabilities] = _capabilities(Certainty.BLIND)
    service: Service

    def deliver(self, rendition: Rendition, checkpoint: Checkpoint) -> Receipt:
        """One request; its id is noted."""
        if checkpoint.remote_id:
            return Receipt(remote_id=checkpoint.remote_id, url=None, visibility=rendition.visibility)

        def action() -> Post:
            post = self.service.create(rendition.body, rendition.visibility)
            self.service.mails += rendition.email
            post.mails += rendition.email
            return post

        post: Post = self.service.request(action, writes=True)
        checkpoint(post.id)
        return _receipt(post)


@dataclass(frozen=True, kw_only=True)
class OneShot(Blind):
    """Creates in one request; a public list tells afterwards what is there."""

    name: ClassVar[str] = "one-shot"
    capabilities: ClassVar[Capabilities] = _capabilities(Certainty.LOOKUP)

    def find(self, rendition: Rendition, trace: Trace) -> Receipt | None:
        """By the id, else by the title, which all of these posts have."""
        del rendition
        found = self._one(trace.remote_id)
        return _receipt(found) if found else None

    def _one(self, number: str | None) -> Post | None:
        posts: list[Post] = self.service.request(lambda: list(self.service.posts.values()), writes=False)
        if number:
            found = next((post for post in posts if post.id == number), None)
            if found is None:
                raise Undecided("the post of that id is gone")
            return found
        if len(posts) > 1:
            raise Undecided("there twice")
        return posts[0] if posts else None


@dataclass(frozen=True, kw_only=True)
class TwoStep(OneShot):
    """A draft first, then public by its id; can change, look, and take back."""

    name: ClassVar[str] = "two-step"

    def deliver(self, rendition: Rendition, checkpoint: Checkpoint) -> Receipt:
        """Create or go on with the draft, write the text, publish."""
        service = self.service
        if checkpoint.remote_id:
            number = checkpoint.remote_id
            post = self._read(number)
            if post.visibility is Visibility.PUBLIC:
                if post.text != rendition.body:
                    raise Conflict("public with another text", difference=post.text)
                return _receipt(post)
        else:
            made: Post = service.request(lambda: service.create(rendition.body, Visibility.DRAFT), writes=True)
            number = made.id
            checkpoint(number)
        service.request(lambda: service.write(number, rendition.body), writes=True)
        if rendition.visibility is Visibility.PUBLIC:
            mail = rendition.email and not self._read(number).mails
            service.request(lambda: service.publish(number, mail=mail), writes=True)
        return _receipt(self._read(number))

    def _read(self, number: str) -> Post:
        post: Post | None = self.service.request(lambda: self.service.posts.get(number), writes=False)
        if post is None:
            raise Vanished("gone")
        return replace(post)

    def update(self, receipt: Receipt, rendition: Rendition, *, overwrite: bool = False) -> Receipt:
        """Write the text unless somebody else did since."""
        post = self._read(receipt.remote_id)
        if post.text not in (receipt.version, rendition.body) and not overwrite:
            raise Conflict("changed there", difference=post.text)

        def action() -> None:
            there = self.service.posts.get(post.id)
            if there and there.text.startswith("person") and not overwrite:
                self.service.trampled.append(there.text)
            self.service.write(post.id, rendition.body)

        self.service.request(action, writes=True)
        return _receipt(self._read(post.id))

    def inspect(self, receipt: Receipt) -> Receipt:
        """As it stands there."""
        return _receipt(self._read(receipt.remote_id))

    def verify(self, receipt: Receipt, rendition: Rendition) -> bool:
        """Whether it is public."""
        del rendition
        return self._read(receipt.remote_id).visibility is Visibility.PUBLIC

    def retract(self, receipt: Receipt) -> str:
        """A draft again."""
        post = self._read(receipt.remote_id)

        def action() -> None:
            if post.id in self.service.posts:
                self.service.posts[post.id].visibility = Visibility.DRAFT

        self.service.request(action, writes=True)
        return "unpublished"


class MortalLedger(MemoryLedger):
    """A ledger at whose commits a process may die: right before one, or right after it."""

    def __init__(self) -> None:
        super().__init__()
        self.deaths: list[str] = []

    def move(self, before: Delivery, after: Delivery, *, at: datetime, what: str) -> Delivery:
        """As in every ledger."""
        fate = self.deaths.pop(0) if self.deaths else ""
        if fate == "before":
            raise Death
        moved = super().move(before, after, at=at, what=what)
        if fate == "after":
            raise Death
        return moved


@dataclass
class Living:
    """Who lives; a process dies once."""

    owners: set[str] = field(default_factory=set)
    _numbers: Any = field(default_factory=lambda: count(1))

    def born(self) -> Process:
        """A new process."""
        process = Process(owner=f"process-{next(self._numbers)}", living=self)
        self.owners.add(process.owner)
        return process


@dataclass(frozen=True)
class Process:
    """The port ``Claims`` of one process."""

    owner: str
    living: Living

    def alive(self, owner: str) -> bool:
        """Whether that process still lives."""
        return owner in self.living.owners

    def dies(self) -> None:
        """Its locks are free from now on."""
        self.living.owners.discard(self.owner)
