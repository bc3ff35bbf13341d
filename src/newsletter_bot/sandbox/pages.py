"""Pages for people: what the services hold, each post as its readers see it, and drafts as their author does."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from flask import Response, render_template

from newsletter_bot.sandbox.clock import moment_of
from newsletter_bot.sandbox.document_html import render
from newsletter_bot.sandbox.medium_api import story_url
from newsletter_bot.sandbox.medium_html import without_title
from newsletter_bot.sandbox.routes import Problem, Route, View
from newsletter_bot.sandbox.state import Sandbox
from newsletter_bot.sandbox.store import Json
from newsletter_bot.sandbox.substack_access import Access
from newsletter_bot.sandbox.substack_faces import Faces
from newsletter_bot.sandbox.substack_posts import Posts
from newsletter_bot.sandbox.substack_shape import document_of

LATEST = 12


class Pages:
    """Every page; none needs signing in, so that an address out of a receipt can be opened and read."""

    def __init__(self, state: Sandbox, posts: Posts, access: Access) -> None:
        self._state, self._posts, self._access = state, posts, access
        self._faces = Faces(state)

    def routes(self) -> Iterable[Route]:
        """Their addresses."""
        substack: tuple[tuple[str, View], ...] = (("/p/<slug>", self.post), ("/archive", self.archive))
        for path, view in substack:
            yield Route(name="substack.page", method="GET", path=path, view=view, guard=self._access.anyone)
        for path in ("/publish/post/<int:post_id>", "/publish/posts/detail/<int:post_id>"):
            yield Route(name="substack.editor", method="GET", path=path, view=self.editor)
        for prefix in ("/medium", ""):
            yield Route(name="medium.page", method="GET", path=f"{prefix}/@<user>/<name>", view=self.story)
            yield Route(name="medium.page", method="GET", path=f"{prefix}/@<user>", view=self.stories)
        yield Route(name="medium.page", method="GET", path="/medium/p/<story_id>", view=self.story_by_id)
        yield Route(name="medium.editor", method="GET", path="/medium/p/<story_id>/edit", view=self.story_editor)
        for path in ("/", "/medium", "/publish/home", "/publish/posts", "/medium/me/stories/drafts"):
            yield Route(name="sandbox.index", method="GET", path=path, view=self.index)

    def index(self) -> Response:
        """Everything at a glance."""
        return self._page(
            "index.html",
            title="Sandbox",
            rows=[self._linked(row) for row in reversed(self._state.posts())],
            mails=self._state.mails,
            images=self._state.images.names()[-LATEST:],
            requests=self._state.requests[: -LATEST - 1 : -1],
            faults=self._state.faults.listing(),
        )

    def _linked(self, row: Json) -> Json:
        link = f"/publish/post/{row['id']}" if row["service"] == "substack" else f"/medium/p/{row['id']}/edit"
        if row["state"] == "published":
            link = f"/p/{row['slug']}"
        elif row["service"] == "medium" and row["state"] != "draft":
            link = f"/medium/@{self._state.author.handle}/{row['slug']}-{row['id']}"
        return {**row, "link": link}

    def archive(self) -> Response:
        """The newsletter's published posts."""
        items = [{**post["wire"], "date": moment_of(post["wire"]["post_date"])} for post in self._posts.visible()]
        return self._page(
            "archive.html", title=self._state.newsletter.name, about=self._state.newsletter.about, posts=items
        )

    def post(self, slug: str) -> Response:
        """A published post as everybody reads it."""
        post = self._posts.by_slug(slug)
        if post is None:
            raise self._missing()
        wire = post["wire"]
        body = self._faces.body(post, self._access.root(), whole=self._access.is_signed_in())
        shown = {"title": wire["title"], "subtitle": wire["subtitle"], "body": body, "cover": wire["cover_image"]}
        paid = wire["audience"] not in {"everyone", "only_free"} and not self._access.is_signed_in()
        canonical = f"{self._access.root()}/p/{slug}"
        return self._text_page(
            **shown, paid=paid, canonical=canonical, date=moment_of(wire["post_date"]), tags=self._faces.tags(post)
        )

    def editor(self, post_id: int) -> Response:
        """The draft copy as its author sees it, whatever became of it."""
        post = self._state.substack_posts.get(post_id)
        if post is None:
            raise self._missing()
        wire = post["wire"]
        state = "published" if wire["is_published"] else "draft"
        if post["schedule"]:
            state = f"scheduled for {post['schedule']['trigger_at']}"
        body = render(document_of(wire["draft_body"]), f"{self._access.root()}/p/{wire['slug'] or post_id}")
        shown = {"title": wire["draft_title"], "subtitle": wire["draft_subtitle"], "cover": wire["cover_image"]}
        note = f"Draft copy. State: {state}. Audience: {wire['audience']}. Mailed {post['mails']} times."
        return self._text_page(**shown, body=body, note=note, tags=self._faces.tags(post))

    def stories(self, user: str) -> Response:
        """The Medium user's public stories."""
        if user != self._state.author.handle:
            raise self._missing()
        public = [story for story in self._state.medium_posts if story["publishStatus"] == "public"]
        items = [{**story, "link": story_url(self._state, story)} for story in reversed(public)]
        return self._page("archive.html", title=self._state.author.name, about="Stories", stories=items)

    def story(self, user: str, name: str) -> Response:
        """A public or unlisted story; its drafts are for the author only."""
        story = self._state.medium_posts.get(name.rpartition("-")[2])
        if user != self._state.author.handle or story is None or story["publishStatus"] == "draft":
            raise self._missing()
        return self._story_page(story, None)

    def story_by_id(self, story_id: str) -> Response:
        """Sends to the story's address."""
        story = self._state.medium_posts.get(story_id)
        if story is None or story["publishStatus"] == "draft":
            raise self._missing()
        return Response("", 302, {"Location": story_url(self._state, story)})

    def story_editor(self, story_id: str) -> Response:
        """A story in whatever state, as its author sees it."""
        story = self._state.medium_posts.get(story_id)
        if story is None:
            raise self._missing()
        return self._story_page(story, f"State: {story['publishStatus']}. Licence: {story['license']}.")

    def _story_page(self, story: Json, note: str | None) -> Response:
        body = without_title(story["html"], story["title"])
        canonical = story.get("canonicalUrl") or story_url(self._state, story)
        tags = [{"name": tag} for tag in story["tags"]]
        return self._text_page(
            title=story["title"],
            body=body,
            note=note,
            canonical=canonical,
            tags=tags,
            date=moment_of(story["createdAt"]),
        )

    def _text_page(self, **shown: Any) -> Response:
        return self._page("post.html", **{"date": None, "author": self._state.author.name, **shown})

    def _page(self, template: str, **shown: Any) -> Response:
        page = render_template(
            template, paper=self._state.newsletter, author_handle=self._state.author.handle, day=_day, **shown
        )
        response = Response(page, content_type="text/html; charset=utf-8")
        # What was uploaded is shown, never run
        response.headers["Content-Security-Policy"] = "script-src 'none'; object-src 'none'; base-uri 'none'"
        return response

    def _missing(self) -> Problem:
        page = self._page("missing.html", title="Not found")
        page.status_code = 404
        return Problem(page)


def _day(moment: datetime | None) -> str:
    return moment.strftime("%-d %B %Y") if moment else ""
