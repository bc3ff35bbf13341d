"""The routes by which an author writes, publishes and schedules on the Substack-style service."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Response, request

from newsletter_bot.sandbox.routes import Problem, Route, View, answer, invalid, json_body, text
from newsletter_bot.sandbox.state import Sandbox
from newsletter_bot.sandbox.store import Json
from newsletter_bot.sandbox.substack_access import BASES, Access
from newsletter_bot.sandbox.substack_faces import Faces
from newsletter_bot.sandbox.substack_posts import Posts

MOST_IN_A_LIST = 50


class Drafts:
    """Drafts, scheduled and published posts of the owner, under one id each."""

    def __init__(self, state: Sandbox, posts: Posts, access: Access) -> None:
        self._state, self._posts, self._access = state, posts, access
        self._faces = Faces(state)

    def routes(self) -> Iterable[Route]:
        """Their addresses, on both bases."""
        listed: tuple[tuple[str, str, str, View], ...] = (
            ("create", "POST", "/drafts", self.create),
            ("list", "GET", "/drafts", self.listing),
            ("read", "GET", "/drafts/<int:post_id>", self.read),
            ("update", "PUT", "/drafts/<int:post_id>", self.update),
            ("delete", "DELETE", "/drafts/<int:post_id>", self.delete),
            ("prepublish", "GET", "/drafts/<int:post_id>/prepublish", self.prepublish),
            ("publish", "POST", "/drafts/<int:post_id>/publish", self.publish),
            ("unpublish", "POST", "/drafts/<int:post_id>/unpublish", self.unpublish),
            ("schedule", "POST", "/drafts/<int:post_id>/scheduled_release", self.schedule),
            ("unschedule", "DELETE", "/drafts/<int:post_id>/scheduled_release", self.unschedule),
            ("duplicate", "POST", "/posts/<int:post_id>/duplicate", self.duplicate),
            ("list", "GET", "/post_management/<any(drafts, scheduled, published):state>", self.managed),
            ("counts", "GET", "/post_management/counts", self.counts),
            ("detail", "GET", "/post_management/detail/<int:post_id>", self.detail),
        )
        for base in BASES:
            for name, method, path, view in listed:
                yield Route(
                    name=f"substack.{name}", method=method, path=base + path, view=view, guard=self._access.owner
                )

    def _owner(self, post: Json) -> Response:
        return answer(self._faces.owner(post, self._access.root()))

    def create(self) -> Response:
        """A new draft: 200, not 201."""
        return self._owner(self._posts.create(json_body()))

    def read(self, post_id: int) -> Response:
        """The object, in whatever state."""
        return self._owner(self._posts.find(post_id))

    def update(self, post_id: int) -> Response:
        """The object after the change."""
        return self._owner(self._posts.update(post_id, json_body()))

    def delete(self, post_id: int) -> Response:
        """An empty object."""
        self._posts.delete(post_id)
        return answer({})

    def prepublish(self, post_id: int) -> Response:
        """What blocks publishing, and what is only advised."""
        post = self._posts.find(post_id)
        advice = [] if post["wire"]["cover_image"] else [{"identifier": "missing_cover", "msg": "Add a preview image"}]
        return answer({"errors": self._posts.faults_of(post_id), "suggestions": advice})

    def publish(self, post_id: int) -> Response:
        """The published object."""
        return self._owner(self._posts.publish(post_id, json_body()))

    def unpublish(self, post_id: int) -> Response:
        """An empty body."""
        self._posts.unpublish(post_id)
        return text("", 200, "text/plain")

    def duplicate(self, post_id: int) -> Response:
        """The new draft."""
        return self._owner(self._posts.duplicate(post_id))

    def schedule(self, post_id: int) -> Response:
        """The release."""
        return answer(self._posts.schedule(post_id, json_body()))

    def unschedule(self, post_id: int) -> Response:
        """The ids of the releases that were taken back."""
        return answer(self._posts.unschedule(post_id))

    def listing(self) -> Response:
        """The older list of drafts, in the shape that the switch asks for."""
        shape = self._state.switches.drafts_shape
        if shape == "forbidden":
            raise Problem(text("Not authorized", 403))
        wanted = request.args.get("filter") or "unpublished"
        offset, limit = _window()
        posts = _sorted(self._in_state(wanted), "draft_updated_at", falling=True)
        rows = self._rows(posts[offset : offset + limit])
        return answer(rows if shape == "array" else {"posts": rows})

    def managed(self, state: str) -> Response:
        """A page of the owner's list of posts in one state."""
        offset, limit = _window()
        usual = {"drafts": "draft_updated_at", "scheduled": "trigger_at", "published": "post_date"}[state]
        order = request.args.get("order_by", usual)
        falling = request.args.get("order_direction", "asc" if state == "scheduled" else "desc") != "asc"
        posts = _sorted(self._in_state(state), order, falling=falling)
        rows = self._rows(posts[offset : offset + limit])
        return answer({"posts": rows, "offset": offset, "limit": limit, "total": len(posts), "isCapped": False})

    def counts(self) -> Response:
        """How many posts are in each state."""
        states = ("published", "drafts", "scheduled")
        return answer({**{state: len(self._in_state(state)) for state in states}, "publishedIsCapped": False})

    def detail(self, post_id: int) -> Response:
        """One row, in a list."""
        row = self._faces.row(self._posts.find(post_id), self._access.root())
        return answer({"posts": [row], "offset": 0, "limit": 1, "total": 1, "isCapped": False})

    def _in_state(self, state: str) -> list[Json]:
        def belongs(post: Json) -> bool:
            if state.startswith("publish"):
                return bool(post["wire"]["is_published"])
            queued = post["schedule"] is not None
            fits = {"scheduled": queued, "unpublished": True}.get(state, not queued)
            return fits and not post["wire"]["is_published"]

        return [post for post in self._state.substack_posts if belongs(post)]

    def _rows(self, posts: list[Json]) -> list[Json]:
        root = self._access.root()
        return [self._faces.row(post, root) for post in posts]


def _sorted(posts: list[Json], order: str, *, falling: bool) -> list[Json]:
    def key(post: Json) -> tuple[str, int]:
        kept = {**post["wire"], "trigger_at": (post["schedule"] or {}).get("trigger_at")}
        return str(kept.get(order) or ""), post["wire"]["id"]

    return sorted(posts, key=key, reverse=falling)


def _window() -> tuple[int, int]:
    return _number("offset", 0, least=0, most=None), _number("limit", 25, least=1, most=MOST_IN_A_LIST)


def _number(name: str, default: int, *, least: int, most: int | None) -> int:
    given = request.args.get(name)
    if given is None or given == "":
        return default
    try:
        number = int(given)
    except ValueError:
        raise invalid("query", name, given) from None
    if number < least or (most is not None and number > most):
        raise invalid("query", name, number)
    return number
