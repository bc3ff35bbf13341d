"""Substack: drafts, posts, mails and images through the API that its own editor uses.

There is no official API for writing. What is sent follows what the editor sends and what other clients recorded of it;
the server stores nearly anything, so everything is read back and compared before it is published.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, ClassVar, Literal
from urllib.parse import urlsplit

from newsletter_bot.errors import Refused, SettingsError
from newsletter_bot.model import (
    Capabilities,
    Certainty,
    Format,
    Holds,
    ImageWay,
    Picture,
    Receipt,
    Rendition,
    TextPowers,
)
from newsletter_bot.platforms._checks import address, agent, one_of
from newsletter_bot.platforms._declarations import Ground, Proof, about
from newsletter_bot.platforms._http import Wire, honest_agent, present
from newsletter_bot.platforms.substack import _changing, _finding, _images, _seeing
from newsletter_bot.platforms.substack._site import Site, cookie_of, credentials_of
from newsletter_bot.platforms.substack._writing import COMMENTS, Desk
from newsletter_bot.ports import Checkpoint, Trace

_OWN_DOMAIN = "this publication seems to live under a domain of its own: give that address as url"
_NO_PUBLICATIONS = ("substack.com", "www.substack.com", "open.substack.com")


@dataclass(frozen=True, kw_only=True)
class Substack:
    """One publication on Substack, written to with the session of a person who may publish there."""

    name: ClassVar[str] = "substack"
    capabilities: ClassVar[Capabilities] = Capabilities(
        formats=(Format.SUBSTACK,),
        certainty=Certainty.LOOKUP,
        settle=timedelta(seconds=30),
        text=TextPowers(
            tables=False,
            task_lists=False,
            definition_lists=False,
            nested_quotes=False,
            repeated_notes=False,
            embeds=("youtube", "vimeo", "tweet"),
            paywall=True,
            buttons=True,
            inline_images=False,
            quotes_hold=Holds.TEXT_AND_LISTS,
            callouts_hold=Holds.TEXT,
            notes_hold=Holds.TEXT,
            heading_levels=(1, 6),
        ),
        images=ImageWay.UPLOADED,
        scheduling=True,
        mail=True,
        paid=True,
        tags=20,
        tag_length=100,
        subtitle=True,
        slug=True,
        cover=True,
    )
    proofs: ClassVar[tuple[Proof, ...]] = (
        Proof(
            "The answer to the first draft was lost",
            "Drafts, scheduled and published posts are read; the one that holds our very text under our title or slug is ours",
            Ground.LOOKED_UP,
        ),
        Proof(
            "Nothing of our title or slug is in any of the three lists",
            "It was not created, and is sent again",
            Ground.LOOKED_UP,
        ),
        Proof(
            "A post of our title was begun since the sending, but with another text; or the text is there twice",
            "Held: the addresses are named",
            Ground.PERSON,
        ),
        Proof("The lists are closed to the session, or too long to be read", "Held", Ground.PERSON),
        Proof(
            "The answer to publishing or scheduling was lost",
            "The post is read by its id; it is published again only when it is not public, so nothing is mailed twice",
            Ground.PROVEN,
        ),
        Proof(
            "The process was killed after the draft was made",
            "Its id is in the ledger: the same draft is finished",
            Ground.PROVEN,
        ),
        Proof("Somebody deleted the draft in between", "Held: it is never made again without a person", Ground.PERSON),
        Proof(
            "The answer to an update was lost",
            "The text there is compared; writing it again changes nothing, and mail is never asked for",
            Ground.PROVEN,
        ),
        Proof("A person changed the post there", "Not overwritten: held with the difference", Ground.PERSON),
        Proof("An image arrived twice", "An unused copy remains, no reader sees it", Ground.PROVEN),
    )

    url: str = field(metadata=about("Address of the publication, such as https://signals.substack.com", "url"))
    session: str = field(
        repr=False, metadata=about("Value of the cookie substack.sid of a signed-in browser", "secret")
    )
    api: str = field(default="https://substack.com/api/v1", metadata=about("Address of Substack's own API", "url"))
    section: str = field(default="", metadata=about("Section in which posts appear, by its name; none by default"))
    comments: Literal["everyone", "only_paid", "none"] = field(
        default="everyone", metadata=about("Who may comment: everyone, only_paid or none", "choice")
    )
    byline: int | None = field(
        default=None, metadata=about("Number of the author to be named; your own by default", "number")
    )
    user_agent: str = field(default_factory=honest_agent, metadata=about("User-Agent of every request"))
    clock: Callable[[], datetime] = field(default=present, repr=False, compare=False, metadata=about("", "wiring"))
    transport: Any = field(default=None, repr=False, compare=False, metadata=about("", "wiring"))

    def __post_init__(self) -> None:
        """Raise SettingsError for what cannot work."""
        place = urlsplit(address(self.url, "url"))
        if place.netloc in _NO_PUBLICATIONS or (place.netloc.endswith(".substack.com") and place.path):
            raise SettingsError(
                f"{self.url!r} is not the address of a publication", key="url", fix="such as https://NAME.substack.com"
            )
        address(self.api, "api")
        cookie_of(self.session)
        one_of(self.comments, "comments", COMMENTS)
        agent(self.user_agent)
        if self.byline is not None and (isinstance(self.byline, bool) or self.byline < 1):
            raise SettingsError(
                f"{self.byline!r} is no number of an author", key="byline", fix="leave it out for your own"
            )

    @cached_property
    def _site(self) -> Site:
        wire = Wire(
            service="Substack",
            headers={"User-Agent": self.user_agent},
            credentials=credentials_of(self.session),
            secrets=(self.session, cookie_of(self.session)),
            fixes={
                401: "the session has ended: sign in to Substack in a browser and set the cookie substack.sid again",
                403: f"look whether the session's account may write for {urlsplit(self.url).netloc}",
                **dict.fromkeys((301, 302, 307, 308), _OWN_DOMAIN),
            },
            clock=self.clock,
            transport=self.transport,
        )
        return Site(url=address(self.url, "url"), api=address(self.api, "api"), wire=wire)

    @property
    def _desk(self) -> Desk:
        return Desk(site=self._site, section=self.section, comments=self.comments, byline=self.byline, clock=self.clock)

    def deliver(self, rendition: Rendition, checkpoint: Checkpoint) -> Receipt:
        """A draft with title and text, its id written down, everything else, read back, then published by that id."""
        return self._desk.deliver(rendition, checkpoint)

    def find(self, rendition: Rendition, trace: Trace) -> Receipt | None:
        """By the id of the first step; else the post with our very text among drafts, scheduled and published posts."""
        return _finding.find(self._site, rendition, trace)

    def update(self, receipt: Receipt, rendition: Rendition, *, overwrite: bool = False) -> Receipt:
        """Read, compare, write what differs, push it live; never mails."""
        return _changing.update(self._desk, receipt, rendition, overwrite=overwrite)

    def inspect(self, receipt: Receipt) -> Receipt:
        """What became of the post."""
        return _changing.inspect(self._desk, receipt)

    def verify(self, receipt: Receipt, rendition: Rendition) -> bool:
        """Whether somebody without a session can read it under its title."""
        return _seeing.verify(self._site, receipt, rendition)

    def retract(self, receipt: Receipt) -> str:
        """Unpublish what is public, delete what never was."""
        return _changing.retract(self._desk, receipt)

    def schedule(self, receipt: Receipt, at: datetime | None) -> Receipt:
        """Substack's own scheduler releases it at that time, or lets it go."""
        return _changing.schedule(self._desk, receipt, at)

    def upload(self, image: Picture) -> str:
        """Store an image on Substack."""
        return _images.upload(self._site, image, self.capabilities)

    def locate(self, url: str) -> Receipt:
        """The post at its public address or the editor's."""
        host = urlsplit(url).netloc
        known = {urlsplit(place).netloc for place in (self.url, self.api)}
        if urlsplit(url).scheme not in ("http", "https") or not host:
            raise Refused(f"{url[:120]} is not a web address")
        stranger = Refused(f"{host} is another publication", fix=f"this one is {urlsplit(self.url).netloc}")
        if host not in known and host.endswith(".substack.com"):
            raise stranger
        found = _finding.locate(self._site, url)
        if host not in known and host != urlsplit(found.url or "").netloc:
            raise stranger
        return found

    def reach(self) -> str:
        """Who the session is, and for which publication."""
        return _seeing.reach(self._site)

    def close(self) -> None:
        """Close the connections."""
        self._site.wire.close()
