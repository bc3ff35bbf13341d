"""The RSS feeds of both services, as their readers know them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from xml.sax.saxutils import escape, quoteattr

from flask import Response, request

from newsletter_bot.sandbox.clock import moment_of, stamp
from newsletter_bot.sandbox.medium_api import story_url
from newsletter_bot.sandbox.medium_html import without_title
from newsletter_bot.sandbox.medium_posts import Stories
from newsletter_bot.sandbox.routes import Problem, Route, own_host, text
from newsletter_bot.sandbox.state import Sandbox
from newsletter_bot.sandbox.store import Json
from newsletter_bot.sandbox.substack_access import Access
from newsletter_bot.sandbox.substack_faces import Faces
from newsletter_bot.sandbox.substack_posts import Posts

SUBSTACK_ITEMS, MEDIUM_ITEMS = 20, 10
SPACES = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "atom": "http://www.w3.org/2005/Atom",
}
SUBSTACK_SPACES = {
    **SPACES,
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "googleplay": "http://www.google.com/schemas/play-podcasts/1.0",
}
MEDIUM_SPACES = {**SPACES, "cc": "http://cyber.law.harvard.edu/rss/creativeCommonsRssModule.html"}
# Characters that XML 1.0 cannot hold in any form
FORBIDDEN = {number: None for number in range(32) if chr(number) not in "\t\n\r"}


class Feeds:
    """``/feed`` of the newsletter; ``/medium/feed/...`` of the Medium user and publications."""

    def __init__(self, state: Sandbox, posts: Posts, stories: Stories, access: Access) -> None:
        self._state, self._posts, self._stories, self._access = state, posts, stories, access
        self._faces = Faces(state)

    def routes(self) -> Iterable[Route]:
        """Their addresses."""
        for path in ("/feed", "/feed.xml"):
            yield Route(name="substack.feed", method="GET", path=path, view=self.substack, guard=self._access.anyone)
        for prefix in ("/medium/feed", "/feed"):
            yield Route(name="medium.feed", method="GET", path=f"{prefix}/@<user>", view=self.medium_user)
            yield Route(name="medium.feed", method="GET", path=f"{prefix}/<magazine>", view=self.medium_magazine)

    def substack(self) -> Response:
        """The newest posts of the newsletter."""
        paper, root = self._state.newsletter, self._access.root()
        items = [self._substack_item(post, root) for post in self._posts.visible()[:SUBSTACK_ITEMS]]
        owner = f"<itunes:author>{escape(self._state.author.name)}</itunes:author>"
        channel = [
            *_channel(paper.name, paper.about, root, "Substack"),
            f'<atom:link href="{root}/feed" rel="self" type="application/rss+xml"/>',
            f"<copyright>{_cdata(self._state.author.name)}</copyright><language>en</language>",
            f"<lastBuildDate>{format_datetime(self._state.clock.now(), usegmt=True)}</lastBuildDate>",
            f"<webMaster>{_cdata(f'{paper.subdomain}@sandbox.example')}</webMaster>",
            f"<itunes:owner><itunes:name>{escape(self._state.author.name)}</itunes:name></itunes:owner>{owner}",
            f"<googleplay:author>{escape(self._state.author.name)}</googleplay:author>",
        ]
        return _feed(SUBSTACK_SPACES, channel, items)

    def _substack_item(self, post: Json, root: str) -> str:
        wire = post["wire"]
        link = f"{root}/p/{wire['slug']}"
        body = self._faces.body(post, root, whole=False) or ""
        if wire["audience"] not in {"everyone", "only_free"}:
            body += f'<p><a href="{link}">Read more</a></p>'
        cover = wire["cover_image"]
        return "".join(
            (
                f"<item><title>{_cdata(wire['title'] or '')}</title><description>{_cdata(wire['subtitle'] or '')}</description>",
                f'<link>{escape(link)}</link><guid isPermaLink="false">{escape(link)}</guid>',
                f"<dc:creator>{_cdata(self._state.author.name)}</dc:creator>",
                f"<pubDate>{format_datetime(moment_of(wire['post_date']), usegmt=True)}</pubDate>",
                f'<enclosure url={quoteattr(cover)} length="0" type="image/jpeg"/>' if cover else "",
                f"<content:encoded>{_cdata(body)}</content:encoded></item>",
            )
        )

    def medium_user(self, user: str) -> Response:
        """Public stories of the user."""
        author = self._state.author
        if user != author.handle:
            raise Problem(text("Not Found", 404))
        return self._medium(f"Stories by {author.name} on Medium", f"@{user}", self._stories.public())

    def medium_magazine(self, magazine: str) -> Response:
        """Public stories in a publication."""
        found = [known for known in self._state.magazines if magazine in (known.slug, known.id)]
        if not found:
            raise Problem(text("Not Found", 404))
        stories = [story for story in self._stories.public() if story.get("publicationId") == found[0].id]
        return self._medium(f"{found[0].name} - Medium", found[0].slug, stories)

    def _medium(self, title: str, place: str, stories: Sequence[Json]) -> Response:
        root = own_host()
        mark = f"?source=rss-{self._state.author.medium_id[:12]}------2"
        channel = [
            *_channel(title, title, f"{root}/medium/{place}{mark}", "Medium"),
            f'<atom:link href="{root}/medium/feed/{place}" rel="self" type="application/rss+xml"/>',
            f"<lastBuildDate>{format_datetime(self._state.clock.now(), usegmt=True)}</lastBuildDate>",
            f"<webMaster>{_cdata('stories@sandbox.example')}</webMaster>",
        ]
        return _feed(MEDIUM_SPACES, channel, [self._medium_item(story, mark) for story in stories[:MEDIUM_ITEMS]])

    def _medium_item(self, story: Json, mark: str) -> str:
        published = datetime.fromtimestamp(story["publishedAt"] / 1000, UTC)
        seen = f"https://medium.com/_/stat?event=post.clientViewed&amp;referrerSource=full_rss&amp;postId={story['id']}"
        pixel = f'<img src="{seen}" width="1" height="1" alt="">'
        return "".join(
            (
                f"<item><title>{_cdata(story['title'])}</title>",
                f"<link>{escape(story_url(self._state, story) + mark)}</link>",
                f'<guid isPermaLink="false">{own_host()}/medium/p/{story["id"]}</guid>',
                *(f"<category>{_cdata(tag)}</category>" for tag in story["tags"]),
                f"<dc:creator>{_cdata(self._state.author.name)}</dc:creator>",
                f"<pubDate>{format_datetime(published, usegmt=True)}</pubDate>",
                f"<atom:updated>{stamp(published)}</atom:updated>",
                f"<content:encoded>{_cdata(without_title(story['html'], story['title']) + pixel)}</content:encoded></item>",
            )
        )


def _channel(title: str, about: str, link: str, generator: str) -> list[str]:
    image = f"<image><url>{own_host()}/images/nobody.png</url><title>{escape(title)}</title><link>{escape(link)}</link></image>"
    return [
        f"<title>{_cdata(title)}</title><description>{_cdata(about)}</description>",
        f"<link>{escape(link)}</link>{image}<generator>{generator}</generator>",
    ]


def _cdata(value: str) -> str:
    return f"<![CDATA[{value.translate(FORBIDDEN).replace(']]>', ']]]]><![CDATA[>')}]]>"


def _feed(spaces: dict[str, str], channel: Sequence[str], items: Sequence[str]) -> Response:
    names = " ".join(f'xmlns:{name}="{address}"' for name, address in spaces.items())
    inside = "".join([*channel, *items])
    body = f'<?xml version="1.0" encoding="UTF-8"?><rss {names} version="2.0"><channel>{inside}</channel></rss>'
    response = Response(body.encode("utf-8"), content_type="application/xml; charset=utf-8")
    response.set_etag(hashlib.sha256(response.get_data()).hexdigest()[:32], weak=True)
    response.make_conditional(request)
    del response.headers["Date"]  # the server dates every answer, by the clock of the services
    return response
