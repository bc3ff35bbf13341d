"""Who may ask what of the Substack-style service, and under which address: cookies, the two bases, the own domain."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Response, request

from newsletter_bot.sandbox.routes import Problem, invalid, own_host, refused, text
from newsletter_bot.sandbox.state import Sandbox

GLOBAL_BASE = "/substack/api/v1"
"""Plays the service's own host; ``/api/v1`` plays both it and the publication's."""

BASES = ("/api/v1", GLOBAL_BASE)


class Access:
    """The guards of the routes; each raises Problem or lets the request pass."""

    def __init__(self, state: Sandbox) -> None:
        self._state = state

    def root(self) -> str:
        """The publication's public address."""
        domain = self._state.switches.custom_domain
        return f"http://{domain}" if domain else own_host()

    def is_signed_in(self) -> bool:
        """Whether the session came along; on the publication's own domain only its own cookie counts."""
        names = (
            ["connect.sid"] if request.host == self._state.switches.custom_domain else ["substack.sid", "connect.sid"]
        )
        return any(self._state.signed_in(request.cookies.get(name)) for name in names)

    def member(self) -> None:
        """Signed in."""
        if not self.is_signed_in():
            raise refused("Please sign in", 401)

    def anyone(self) -> None:
        """Everybody, after a possible redirect to the publication's own domain."""
        domain = self._state.switches.custom_domain
        if domain is None or request.host == domain or self._is_global() or self._comes_from_here():
            return
        raise Problem(Response("", 301, {"Location": f"http://{domain}{request.full_path.rstrip('?')}"}))

    def staff(self) -> None:
        """Signed in, on the publication's routes."""
        self.anyone()
        self.member()

    def owner(self) -> None:
        """Signed in, on the routes that some publications serve on the global base only."""
        self.staff()
        asked = request.args.get("publication_id")
        if asked is not None and asked != str(self._state.newsletter.id):
            raise Problem(text("Not authorized", 403))
        if asked is None and self._is_base():
            raise invalid("query", "publication_id", None)
        route = self._state.switches.publication_route
        closed = route == "closed" and not self._is_base()
        if closed or (route == "by_id" and asked is None):
            raise Problem(text("Not authorized", 403))

    def uploader(self) -> None:
        """Signed in, for images: a closed publication route answers 404 here."""
        self.staff()
        if self._state.switches.publication_route == "closed" and not self._is_base():
            raise Problem(text("Not Found", 404))

    def _is_base(self) -> bool:
        return request.path.startswith(GLOBAL_BASE)

    def _is_global(self) -> bool:
        return self._is_base() or "publication_id" in request.args

    @staticmethod
    def _comes_from_here() -> bool:
        return urlsplit(request.headers.get("Referer", "")).netloc == request.host
