"""What everybody can ask of the Substack-style service: the archive and single posts as JSON."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Response, request

from newsletter_bot.sandbox.routes import Route, View, answer, refused
from newsletter_bot.sandbox.state import Sandbox
from newsletter_bot.sandbox.store import Json
from newsletter_bot.sandbox.substack_access import BASES, Access
from newsletter_bot.sandbox.substack_faces import Faces
from newsletter_bot.sandbox.substack_posts import Posts

MOST_IN_ARCHIVE = 30


class Public:
    """Published posts without signing in."""

    def __init__(self, state: Sandbox, posts: Posts, access: Access) -> None:
        self._state, self._posts, self._access = state, posts, access
        self._faces = Faces(state)

    def routes(self) -> Iterable[Route]:
        """Their addresses, on both bases."""
        listed: tuple[tuple[str, str, View], ...] = (
            ("archive", "/archive", self.archive),
            ("archive", "/posts", self.full_posts),
            ("post", "/posts/by-id/<int:post_id>", self.by_id),
            ("post", "/posts/<slug>", self.by_slug),
        )
        for base in BASES:
            for name, path, view in listed:
                yield Route(
                    name=f"substack.{name}", method="GET", path=base + path, view=view, guard=self._access.anyone
                )

    def archive(self) -> Response:
        """A bare list without bodies, newest first; sorting and searching as the site offers it."""
        word = request.args.get("search", "").casefold()
        kind = request.args.get("type")
        root = self._access.root()
        items = [self._faces.public(post, root) for post in self._posts.visible()]
        found = [item for item in items if word in f"{item['title']} {item['subtitle']}".casefold()]
        return answer(self._page([item for item in found if kind in (None, item["type"])], 12))

    def full_posts(self) -> Response:
        """A list with bodies."""
        root, whole = self._access.root(), self._access.is_signed_in()
        return answer(self._page([self._faces.single(post, root, whole=whole) for post in self._posts.visible()], 3))

    @staticmethod
    def _page(items: list[Json], usual: int) -> list[Json]:
        offset = max(0, request.args.get("offset", 0, type=int))
        limit = request.args.get("limit", usual, type=int)
        return items[offset : offset + min(max(limit, 0), MOST_IN_ARCHIVE)]

    def by_slug(self, slug: str) -> Response:
        """One published post; a 404 for drafts and unknown slugs."""
        return answer(self._single(self._posts.by_slug(slug)))

    def by_id(self, post_id: int) -> Response:
        """One published post with its publication."""
        post = self._state.substack_posts.get(post_id)
        shown = self._single(post if post and post["wire"]["is_published"] else None)
        paper = self._state.newsletter
        return answer({"post": shown, "publication": {"id": paper.id, "name": paper.name}, "publicationSettings": {}})

    def _single(self, post: Json | None) -> Json:
        if post is None:
            raise refused("Post not found", 404)
        return self._faces.single(post, self._access.root(), whole=self._access.is_signed_in())
