"""A platform played from recorded answers: each request is noted, answered from the script, or goes wrong as asked."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote

import httpx

from newsletter_bot.model import Format, Rendition, Visibility
from newsletter_bot.platforms.medium import Medium
from newsletter_bot.platforms.substack import Substack

NOW = datetime(2026, 11, 25, 17, 0, tzinfo=UTC)
SESSION = "s:qD8jm3.Zk+4/x="
TOKEN = "2b9c0f7d81aa4e55"  # a made-up one

Reply = httpx.Response | Exception
Responder = Callable[[httpx.Request], Reply]


def reply(status: int = 200, body: Any = None, **headers: str) -> httpx.Response:
    """An answer: JSON unless the body is text already."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    if isinstance(body, str):
        return httpx.Response(status, text=body, headers={"content-type": "text/html", **named})
    return httpx.Response(status, json=body, headers=named)


@dataclass
class Note:
    """A checkpoint that remembers."""

    remote_id: str | None = None
    written: list[str] = field(default_factory=list)

    def __call__(self, remote_id: str) -> None:
        self.remote_id = remote_id
        self.written.append(remote_id)


@dataclass
class Stage:
    """Answers by ``METHOD /path``; what ``next`` holds for a route comes first, once each."""

    script: dict[str, Responder] = field(default_factory=dict)
    coming: dict[str, list[Reply]] = field(default_factory=dict)
    requests: list[httpx.Request] = field(default_factory=list)

    def handle(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        route = f"{request.method} {request.url.path}"
        for name in (route, f"{request.method} *", "*"):
            if self.coming.get(name):
                return self._given(self.coming[name].pop(0))
        responder = self.script.get(route)
        return self._given(responder(request)) if responder else reply(404, {"error": "Not found"})

    @staticmethod
    def _given(given: Reply) -> httpx.Response:
        if isinstance(given, Exception):
            raise given
        return given

    def next(self, route: str, *replies: Reply) -> None:
        """The next requests of a route are answered so."""
        self.coming.setdefault(route, []).extend(replies)

    @property
    def transport(self) -> httpx.MockTransport:
        return httpx.MockTransport(self.handle)

    def sent(self, method: str, path: str = "") -> list[httpx.Request]:
        """Requests of a method whose path ends so."""
        return [request for request in self.requests if request.method == method and request.url.path.endswith(path)]

    def bodies(self, method: str, path: str = "") -> list[Any]:
        """Their JSON bodies."""
        return [json.loads(request.content) for request in self.sent(method, path)]


PUBLICATION = {"id": 77, "name": "Signals", "subdomain": "signals", "custom_domain": None}
PROFILE = {
    "id": 42,
    "name": "Ada",
    "handle": "ada",
    "publicationUsers": [{"role": "admin", "is_primary": True, "publication": PUBLICATION}],
}


class SubstackStage(Stage):
    """One publication with its posts, as far as an author's client asks."""

    def __init__(self) -> None:
        super().__init__()
        self.posts: dict[int, dict[str, Any]] = {}
        self.tags: list[dict[str, Any]] = []
        self.links: dict[int, set[str]] = {}
        self.sections: list[dict[str, Any]] = []
        self.blockers: list[Any] = []
        self.mails: list[int] = []
        self.now = NOW

    def handle(self, request: httpx.Request) -> httpx.Response:
        self.script = dict(self._routes())
        return super().handle(request)

    def _routes(self) -> Iterator[tuple[str, Responder]]:
        base = "/api/v1"
        yield f"GET {base}/user/profile/self", lambda _: reply(200, PROFILE)
        yield f"GET {base}/publication/sections", lambda _: reply(200, self.sections)
        yield f"GET {base}/publication/post-tag", lambda _: reply(200, self.tags)
        yield f"POST {base}/publication/post-tag", self._new_tag
        yield f"POST {base}/drafts", self._create
        yield f"POST {base}/image", lambda _: reply(200, {"id": 5, "url": "https://cdn.example/i.png"})
        yield f"GET {base}/post_management/counts", lambda _: reply(200, {"drafts": 1})
        for name in ("drafts", "scheduled", "published"):
            yield f"GET {base}/post_management/{name}", self._list(name)
        for number in list(self.posts):
            yield from self._post_routes(f"{base}/drafts/{number}", number)
            yield f"GET {base}/posts/{self.posts[number].get('slug')}", self._public(number)
            for tag in self.tags:
                yield f"POST {base}/post/{number}/tag/{tag['id']}", self._link(number, tag["id"])
                yield f"DELETE {base}/post/{number}/tag/{tag['id']}", self._unlink(number, tag["id"])

    def _post_routes(self, path: str, number: int) -> Iterator[tuple[str, Responder]]:
        yield f"GET {path}", lambda _: reply(200, self.posts[number])
        yield f"PUT {path}", lambda request: self._put(number, request)
        yield f"DELETE {path}", lambda _: reply(200, self.posts.pop(number) and {})
        yield (
            f"GET {path}/prepublish",
            lambda _: reply(200, {"errors": self.blockers, "suggestions": ["add a picture"]}),
        )
        yield f"POST {path}/publish", lambda request: self._publish(number, request)
        yield f"POST {path}/unpublish", lambda _: self._set(number, is_published=False, post_date=None)
        yield f"POST {path}/scheduled_release", lambda request: self._schedule(number, request)
        yield f"DELETE {path}/scheduled_release", lambda _: self._set(number, postSchedules=[])

    def _stamp(self) -> str:
        return self.now.strftime("%Y-%m-%dT%H:%M:%S.000Z")

    def _create(self, request: httpx.Request) -> Reply:
        number = 1000 + len(self.posts)
        body = json.loads(request.content)
        kept = {name: body[name] for name in ("draft_title", "draft_subtitle", "draft_body", "slug") if name in body}
        self.posts[number] = {
            "id": number,
            "slug": None,
            "is_published": False,
            "title": None,
            "subtitle": None,
            "body": None,
            "post_date": None,
            "email_sent_at": None,
            "postSchedules": [],
            "draft_section_id": None,
            "write_comment_permissions": "everyone",
            "audience": "everyone",
            "draft_created_at": self._stamp(),
            "draft_updated_at": self._stamp(),
            **kept,
        }
        return reply(200, self.posts[number])

    def _put(self, number: int, request: httpx.Request) -> Reply:
        body = json.loads(request.content)
        body.pop("last_updated_at", None)
        self.posts[number] |= {**body, "draft_updated_at": self._stamp()}
        return reply(200, self.posts[number])

    def _set(self, number: int, **fields: Any) -> Reply:
        self.posts[number] |= fields
        return reply(200, {})

    def _publish(self, number: int, request: httpx.Request) -> Reply:
        post = self.posts[number]
        post |= {"is_published": True, "post_date": post["post_date"] or self._stamp(), "postSchedules": []}
        post |= {"title": post["draft_title"], "subtitle": post["draft_subtitle"], "body": post["draft_body"]}
        post["slug"] = post["slug"] or "made-from-title"
        if json.loads(request.content)["send"]:
            post["email_sent_at"] = self._stamp()
            self.mails.append(number)
        return reply(200, post)

    def _schedule(self, number: int, request: httpx.Request) -> Reply:
        release = {"id": 9, **json.loads(request.content)}
        self.posts[number]["postSchedules"] = [release]
        return reply(200, release)

    def _new_tag(self, request: httpx.Request) -> Reply:
        self.tags.append({"id": f"tag-{len(self.tags)}", "name": json.loads(request.content)["name"]})
        return reply(200, self.tags[-1])

    def _link(self, number: int, tag: str) -> Responder:
        def link(_: httpx.Request) -> Reply:
            self.links.setdefault(number, set()).add(tag)
            return reply(200, {})

        return link

    def _unlink(self, number: int, tag: str) -> Responder:
        def unlink(_: httpx.Request) -> Reply:
            self.links.setdefault(number, set()).discard(tag)
            return reply(200, {})

        return unlink

    def _public(self, number: int) -> Responder:
        def public(_: httpx.Request) -> Reply:
            post = self.posts[number]
            return reply(200, post) if post["is_published"] else reply(404, {"error": "Not found"})

        return public

    def _list(self, name: str) -> Responder:
        def listed(request: httpx.Request) -> Reply:
            offset, limit = int(request.url.params["offset"]), int(request.url.params["limit"])
            rows = [self._row(post) for post in self.posts.values() if _state(post) == name]
            rows.sort(key=lambda row: str(row.get(request.url.params["order_by"]) or ""), reverse=True)
            return reply(
                200, {"posts": rows[offset : offset + limit], "offset": offset, "limit": limit, "total": len(rows)}
            )

        return listed

    @staticmethod
    def _row(post: dict[str, Any]) -> dict[str, Any]:
        names = ("id", "draft_title", "title", "slug", "post_date", "draft_created_at", "draft_updated_at")
        return {name: post[name] for name in names}

    def tagged(self, number: int) -> set[str]:
        """Names of a post's tags."""
        return {tag["name"] for tag in self.tags if tag["id"] in self.links.get(number, set())}


def _state(post: dict[str, Any]) -> str:
    if post["is_published"]:
        return "published"
    return "scheduled" if post["postSchedules"] else "drafts"


class MediumStage(Stage):
    """An account that can only create."""

    def __init__(self) -> None:
        super().__init__()
        self.posts: list[dict[str, Any]] = []
        self.built_at = NOW
        self.now = NOW
        me = {"id": "5303d7", "username": "ada", "name": "Ada", "url": "https://medium.com/@ada"}
        papers = [{"id": "b969ac", "name": "About Signals", "url": "https://medium.com/about-signals"}]
        self.script = {
            "GET /v1/me": lambda _: reply(200, {"data": me}),
            "GET /v1/users/5303d7/publications": lambda _: reply(200, {"data": papers}),
            "POST /v1/users/5303d7/posts": self._create,
            "POST /v1/publications/b969ac/posts": self._create,
            "GET /feed/@ada": lambda _: httpx.Response(200, text=self.feed()),
        }

    def _create(self, request: httpx.Request) -> Reply:
        body = json.loads(request.content)
        number = f"{0xABCDEF000 + len(self.posts):012x}"
        post = {**body, "id": number, "url": f"https://medium.com/@ada/post-{number}", "at": self.now}
        if body["publishStatus"] != "draft":
            post["publishedAt"] = int(self.now.timestamp() * 1000)
        self.posts.append(post)
        shown = {name: value for name, value in post.items() if name not in {"content", "at"}}
        return reply(201, {"data": shown})

    def feed(self) -> str:
        """The public feed, newest first."""
        public = [post for post in reversed(self.posts) if post["publishStatus"] == "public"]
        items = "".join(
            f"<item><title><![CDATA[{post['title']}]]></title><link>{post['url']}?source=rss-1------2</link>"
            f'<guid isPermaLink="false">https://medium.com/p/{post["id"]}</guid>'
            f"<pubDate>{rfc(post['at'])}</pubDate><content:encoded><![CDATA[{post['content']}]]></content:encoded></item>"
            for post in public[:10]
        )
        built = f"<lastBuildDate>{rfc(self.built_at)}</lastBuildDate>"
        return (
            '<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>'
            f"<title>Stories by Ada</title><link>https://medium.com/@ada</link>{built}{items}</channel></rss>"
        )


def rfc(moment: datetime) -> str:
    """A time as feeds write it."""
    return moment.strftime("%a, %d %b %Y %H:%M:%S GMT")


def document(*paragraphs: str, **attributes: Any) -> str:
    """A Substack document of paragraphs."""
    content = [
        {
            "type": "paragraph",
            **({"attrs": attributes} if attributes else {}),
            "content": [{"type": "text", "text": text}],
        }
        for text in paragraphs
    ]
    return json.dumps({"type": "doc", "content": content})


def for_substack(**changes: Any) -> Rendition:
    """A rendition for Substack."""
    usual = Rendition(
        publication="substack",
        platform="substack",
        format=Format.SUBSTACK,
        title="Flywheels",
        subtitle="Slow starts",
        body=document("Heavy wheels turn long.", "So do habits."),
        slug="flywheels",
    )
    return replace(usual, **changes)


def for_medium(**changes: Any) -> Rendition:
    """A rendition for Medium."""
    usual = Rendition(
        publication="medium",
        platform="medium",
        format=Format.MEDIUM,
        title="Flywheels",
        body="<h1>Flywheels</h1><p>Heavy wheels turn long.</p>",
        canonical_url="https://signals.substack.com/p/flywheels",
        tags=("habits", "machines", "time", "more"),
    )
    return replace(usual, **changes)


def substack(stage: Stage, **settings: Any) -> Substack:
    """The adapter on a stage."""
    given = {"url": "https://signals.substack.com", "session": SESSION, **settings}
    return Substack(**given, clock=lambda: NOW, transport=stage.transport)


def medium(stage: Stage, **settings: Any) -> Medium:
    """The adapter on a stage."""
    return Medium(**{"token": TOKEN, **settings}, clock=lambda: NOW, transport=stage.transport)


def cookies_of(request: httpx.Request) -> dict[str, str]:
    """What the request says of our session, decoded."""
    pairs = (part.strip().partition("=") for part in request.headers.get("cookie", "").split(";"))
    return {name: unquote(value) for name, _, value in pairs if name}


PUBLIC = Visibility.PUBLIC
