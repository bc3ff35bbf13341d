"""Medium: posts through its old API, for those who hold an integration token.

The API creates posts and nothing else: no list, no reading, no change, no taking back. What can be known afterwards is
known from the public feed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any, ClassVar
from urllib.parse import quote, urlsplit

from newsletter_bot.errors import Refused, Unavailable
from newsletter_bot.model import Capabilities, Certainty, Format, ImageWay, Receipt, Rendition, Visibility
from newsletter_bot.platforms import _medium_feed as feeds
from newsletter_bot.platforms._checks import address, agent, one_of, secret
from newsletter_bot.platforms._declarations import Ground, Proof, about
from newsletter_bot.platforms._http import Answer, Call, Effect, Wire, honest_agent, present
from newsletter_bot.platforms._medium_text import TEXT
from newsletter_bot.ports import Checkpoint, Trace

LICENCES = (
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
MOST_TAGS = 3
TAG_LENGTH = 25
TITLE_LENGTH = 100
SETTLE = timedelta(minutes=5)

_NO_ENTRY_FIX = "copy the integration token from Medium's settings again; Medium gives no new ones since 2025"
_FORMATS = {Format.MEDIUM: "html", Format.HTML: "html", Format.COMMONMARK: "markdown"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who the token belongs to."""

    id: str
    name: str
    url: str


@dataclass(frozen=True, kw_only=True)
class Medium:
    """An account on Medium, or one of its publications."""

    name: ClassVar[str] = "medium"
    capabilities: ClassVar[Capabilities] = Capabilities(
        formats=(Format.MEDIUM,),
        certainty=Certainty.LOOKUP,
        settle=SETTLE,
        text=TEXT,
        images=ImageWay.LINKED,
        image_types=("image/jpeg", "image/png", "image/gif"),
        canonical_url=True,
        tags=MOST_TAGS,
        tag_length=TAG_LENGTH,
        title_length=TITLE_LENGTH,
        daily=10,
        findable=(Visibility.PUBLIC,),
    )
    proofs: ClassVar[tuple[Proof, ...]] = (
        Proof(
            "The answer to a public post was lost",
            "The account's public feed is read; a post of our title with our text, or published since the sending, is ours",
            Ground.LOOKED_UP,
        ),
        Proof(
            "A public post is not in the feed",
            "Absent, and sent again, only when the feed was built after the settle time and reaches back before the sending; "
            "never with a feed or publication of the settings, which may leave posts out",
            Ground.LOOKED_UP,
        ),
        Proof("Any other absence from the feed", "Held: look at the account's stories", Ground.PERSON),
        Proof("The answer to a draft was lost", "Held: drafts show nowhere but in the account", Ground.PERSON),
        Proof(
            "The process was killed after the answer came",
            "Its id is in the ledger: nothing is sent again",
            Ground.PROVEN,
        ),
        Proof(
            "The text changed after it went out", "Medium cannot change a post: a person edits it there", Ground.PERSON
        ),
    )

    token: str = field(repr=False, metadata=about("Integration token of the account", "secret"))
    api: str = field(default="https://api.medium.com/v1", metadata=about("Address of Medium's API", "url"))
    feed: str = field(default="", metadata=about("Address of the account's public feed; found by itself", "url"))
    publication: str = field(
        default="", metadata=about("Publication on Medium to post in, by name or id; none by default")
    )
    license: str = field(
        default="", metadata=about("Licence of posts; all rights reserved by default", "choice", LICENCES)
    )
    notify: bool = field(default=False, metadata=about("Whether Medium tells your followers", "flag"))
    user_agent: str = field(default_factory=honest_agent, metadata=about("User-Agent of every request"))
    clock: Callable[[], datetime] = field(default=present, repr=False, compare=False, metadata=about("", "wiring"))
    transport: Any = field(default=None, repr=False, compare=False, metadata=about("", "wiring"))

    def __post_init__(self) -> None:
        """Raise SettingsError for what cannot work."""
        address(self.api, "api")
        if self.feed:
            address(self.feed, "feed")
        secret(self.token, "token")
        if self.license:
            one_of(self.license, "license", LICENCES)
        agent(self.user_agent)

    @cached_property
    def _wire(self) -> Wire:
        token = secret(self.token, "token")
        return Wire(
            service="Medium",
            headers={"User-Agent": self.user_agent},
            credentials={"Authorization": f"Bearer {token}"},
            secrets=(token,),
            fixes={
                401: _NO_ENTRY_FIX,
                403: "look whether this account may post there; writers of a publication send drafts",
            },
            clock=self.clock,
            transport=self.transport,
        )

    # --- writing -------------------------------------------------------------------------------------------------

    def deliver(self, rendition: Rendition, checkpoint: Checkpoint) -> Receipt:
        """One request creates the post; its id is written down as soon as it is known, and nothing is sent after that."""
        if checkpoint.remote_id:
            return self._known(checkpoint.remote_id, rendition)
        fields = self._fields(rendition)
        call = Call(method="POST", url=self._place(), json=fields, effect=Effect.CREATE)
        answer = self._wire.send(call)
        post = self._data(answer)
        if not isinstance(post.get("id"), str) or not post["id"]:
            raise self._wire.unreadable(answer, "the new post has no id")
        checkpoint(post["id"])
        return _receipt(post, rendition)

    def _fields(self, rendition: Rendition) -> dict[str, Any]:
        if rendition.visibility is Visibility.SCHEDULED:
            raise Refused(
                "Medium cannot hold a post until a time", fix="use publish: public or draft for this publication"
            )
        if rendition.format not in _FORMATS:
            raise Refused(f"Medium takes HTML or Markdown, not {rendition.format}")
        if not rendition.title.strip() or not rendition.body.strip():
            raise Refused("Medium: the issue has no title or no text", fix="look at the draft")
        licence = rendition.options.get("license") or self.license
        if licence and licence not in LICENCES:
            raise Refused(f"Medium knows no licence {licence!r}", fix=f"one of: {', '.join(LICENCES)}")
        fields: dict[str, Any] = {
            "title": feeds.cut_title(rendition.title),
            "contentFormat": _FORMATS[rendition.format],
            "content": rendition.body,
            "tags": [tag for tag in rendition.tags if len(tag) <= TAG_LENGTH][:MOST_TAGS],
            "publishStatus": "draft" if rendition.visibility is Visibility.DRAFT else "public",
            "notifyFollowers": self.notify,
        }
        wished = {"canonicalUrl": rendition.canonical_url, "license": licence}
        return fields | {name: value for name, value in wished.items() if value}

    def _place(self) -> str:
        if not self.publication:
            return f"{self._base}/users/{quote(self._person.id, safe='')}/posts"
        return f"{self._base}/publications/{quote(self._publication_id, safe='')}/posts"

    @property
    def _base(self) -> str:
        return address(self.api, "api")

    @cached_property
    def _publication_id(self) -> str:
        answer = self._wire.send(
            Call(method="GET", url=f"{self._base}/users/{quote(self._person.id, safe='')}/publications")
        )
        listed = self._wire.records(answer, "data")
        wanted = self.publication.strip().casefold()
        found = next((entry for entry in listed if wanted in _names(entry)), None)
        if found is None:
            names = ", ".join(str(entry.get("name")) for entry in listed) or "there are none"
            raise Refused(f"Medium: this account has no publication {self.publication!r}", fix=f"publications: {names}")
        return str(found["id"])

    @cached_property
    def _person(self) -> Person:
        answer = self._wire.send(Call(method="GET", url=f"{self._base}/me"))
        me = self._data(answer)
        if not isinstance(me.get("id"), str):
            raise self._wire.unreadable(answer, "the account has no id")
        return Person(
            id=me["id"], name=str(me.get("name") or me.get("username") or me["id"]), url=str(me.get("url") or "")
        )

    def _data(self, answer: Answer) -> dict[str, Any]:
        record = self._wire.record(answer)
        data = record.get("data", record)
        if not isinstance(data, dict):
            raise self._wire.unreadable(answer, "the answer is not the record that it should be")
        return data

    def _known(self, remote_id: str, rendition: Rendition) -> Receipt:
        """The receipt of a post whose answer came: its short address leads to it."""
        url = f"{self._site}/p/{quote(remote_id, safe='')}"
        return Receipt(remote_id=remote_id, url=url, visibility=rendition.visibility)

    @property
    def _site(self) -> str:
        """Medium's own pages, or those of a stand-in for its API."""
        parts = urlsplit(self._base)
        if parts.netloc.endswith("medium.com"):
            return "https://medium.com"
        return f"{parts.scheme}://{parts.netloc}{parts.path.removesuffix('/v1')}"

    # --- looking -------------------------------------------------------------------------------------------------

    def find(self, rendition: Rendition, trace: Trace) -> Receipt | None:
        """By the id that came with an answer; else public posts by the feed. Drafts cannot be seen."""
        if trace.remote_id:
            return self._known(trace.remote_id, rendition)
        certain = not (self.feed or self.publication)
        try:
            return feeds.find(self._read_feed, rendition, trace, settle=SETTLE, certain=certain)
        except Refused as error:
            raise Unavailable(error.message, fix=error.fix) from error

    def inspect(self, receipt: Receipt) -> Receipt:
        """Whether a person has published the draft: the feed shows it then."""
        return feeds.inspected(self._read_feed()[1], receipt)

    def verify(self, receipt: Receipt, rendition: Rendition) -> bool:
        """Whether the feed or the post's own page shows it."""
        if receipt.visibility is not Visibility.PUBLIC:
            return False
        _, feed = self._read_feed()
        if any(entry.id == receipt.remote_id for entry in feed.entries):
            return True
        if not receipt.url:
            return False
        call = Call(
            method="GET", url=receipt.url, anonymous=True, headers=feeds.PAGE_HEADERS, accept=(301, 302, 404, 410)
        )
        return feeds.page_shows(self._wire.send(call), rendition.title)

    def _read_feed(self) -> tuple[Answer, feeds.Feed]:
        url = address(self.feed, "feed") if self.feed else feeds.feed_of(self._person.url)
        answer = self._wire.send(Call(method="GET", url=url, anonymous=True, headers=feeds.FEED_HEADERS))
        return answer, feeds.parse(answer)

    def reach(self) -> str:
        """Whose token it is, and where posts would go."""
        if self.publication:
            return f"{self._person.name}, in {self.publication} ({self._publication_id})"
        return self._person.name

    def close(self) -> None:
        """Close the connections."""
        self._wire.close()


def _names(publication: Mapping[str, Any]) -> set[str]:
    slug = urlsplit(str(publication.get("url") or "")).path.strip("/").rpartition("/")[2]
    return {str(name).strip().casefold() for name in (publication.get("id"), publication.get("name"), slug) if name}


def _receipt(post: Mapping[str, Any], rendition: Rendition) -> Receipt:
    status = post.get("publishStatus")
    visibility = {"public": Visibility.PUBLIC, "draft": Visibility.DRAFT}.get(str(status), rendition.visibility)
    at = post.get("publishedAt")
    public_at = datetime.fromtimestamp(at / 1000, UTC) if isinstance(at, int | float) and 0 < at < 1e14 else None
    return Receipt(
        remote_id=str(post["id"]),
        url=str(post["url"]) if post.get("url") else None,
        visibility=visibility,
        public_at=public_at if visibility is Visibility.PUBLIC else None,
        mailed=False,
    )
