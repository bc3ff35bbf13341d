"""Notes, the short posts of the Substack-style service: they are public at once and have no draft."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from flask import Response, request

from newsletter_bot.sandbox.clock import stamp
from newsletter_bot.sandbox.routes import Guard, Route, View, answer, invalid, json_body, refused
from newsletter_bot.sandbox.state import Sandbox
from newsletter_bot.sandbox.store import Json
from newsletter_bot.sandbox.substack_access import BASES, Access
from newsletter_bot.sandbox.substack_shape import texts_of


class Notes:
    """The author's notes."""

    def __init__(self, state: Sandbox, access: Access) -> None:
        self._state, self._access = state, access

    def routes(self) -> Iterable[Route]:
        """Their addresses; a slash at the end is taken too."""
        member = self._access.member
        listed: tuple[tuple[str, str, View, Guard | None], ...] = (
            ("POST", "/comment/feed", self.create, member),
            ("POST", "/comment/attachment", self.attach, member),
            ("DELETE", "/comment/<int:note_id>", self.delete, member),
            ("GET", "/reader/feed/profile/<int:user_id>", self.feed, None),
            ("GET", "/reader/comment/<int:note_id>", self.read, None),
        )
        for base in BASES:
            for method, path, view, guard in listed:
                yield Route(name="substack.note", method=method, path=base + path, view=view, guard=guard)

    def create(self) -> Response:
        """The note; its document is an object and says which schema it follows."""
        body = json_body()
        document = body.get("bodyJson")
        if not isinstance(document, dict):
            raise invalid("body", "bodyJson", document)
        attrs = document.get("attrs")
        if not isinstance(attrs, dict) or attrs.get("schemaVersion") != "v1":
            raise invalid("body", "bodyJson.attrs.schemaVersion", None)
        note = self._note(document, body)
        self._state.substack_notes.put(note["id"], note)
        return answer(note)

    def _note(self, document: Json, body: Json) -> Json:
        author = self._state.author
        parent = body.get("parent_id")
        return {
            "id": self._state.next_number("substack-note", 90_001),
            "date": stamp(self._state.clock.now()),
            "body": "\n".join(texts_of(document)),
            "body_json": document,
            "status": "published",
            "type": "feed",
            "name": author.name,
            "handle": author.handle,
            "user_id": author.id,
            "attachments": [{"id": attachment} for attachment in body.get("attachmentIds") or []],
            "reaction_count": 0,
            "restacks": 0,
            "children_count": 0,
            "ancestor_path": str(parent) if parent else "",
            "reply_minimum_role": body.get("replyMinimumRole", "everyone"),
        }

    def attach(self) -> Response:
        """An attachment by address."""
        body = json_body()
        if body.get("type") not in {"link", "image"} or not isinstance(body.get("url"), str):
            raise invalid("body", "url", body.get("url"))
        return answer({"id": str(uuid.uuid4()), "type": body["type"], "url": body["url"]})

    def _find(self, note_id: int) -> Json:
        note = self._state.substack_notes.get(note_id)
        if note is None:
            raise refused("Not found", 404)
        return note

    def delete(self, note_id: int) -> Response:
        """An empty object."""
        self._find(note_id)
        self._state.substack_notes.remove(note_id)
        return answer({})

    def read(self, note_id: int) -> Response:
        """One note."""
        return answer({"item": self._item(self._find(note_id))})

    def feed(self, user_id: int) -> Response:
        """A person's notes, newest first."""
        wanted = request.args.get("types", "note") == "note" and user_id == self._state.author.id
        notes = [self._item(note) for note in self._state.substack_notes] if wanted else []
        return answer({"items": notes[::-1], "nextCursor": None})

    @staticmethod
    def _item(note: Json) -> Json:
        context = {"timestamp": note["date"], "users": [{"id": note["user_id"], "name": note["name"]}]}
        key = f"c-{note['id']}"
        return {"entity_key": key, "type": "comment", "context": context, "comment": note, "parentComments": []}
