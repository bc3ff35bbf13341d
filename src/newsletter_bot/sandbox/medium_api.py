"""The routes of the Medium-style service, under ``/medium/v1`` and, for clients with a fixed path, under ``/v1``."""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Iterable
from urllib.parse import urlencode

from flask import Response, request

from newsletter_bot.sandbox.medium_posts import LICENSE_PAGE, Stories, problem
from newsletter_bot.sandbox.pictures import look
from newsletter_bot.sandbox.routes import Guard, Route, View, answer, own_host
from newsletter_bot.sandbox.state import Magazine, Sandbox
from newsletter_bot.sandbox.store import Json

PREFIXES = ("/medium/v1", "/v1")
KINDS = ("image/jpeg", "image/png", "image/gif", "image/tiff")
SCOPES = ("basicProfile", "listPublications", "publishPost", "uploadImage")
TOKEN_DAYS = 60
SHOWN = ("id", "title", "authorId", "tags", "canonicalUrl", "publishStatus", "license", "publishedAt", "publicationId")


class Medium:
    """The signed-in user, his publications, stories and images."""

    def __init__(self, state: Sandbox, stories: Stories) -> None:
        self._state, self._stories = state, stories

    def routes(self) -> Iterable[Route]:
        """Their addresses; there is none to read, list, change or delete a story."""
        listed: tuple[tuple[str, str, str, View, Guard | None], ...] = (
            ("me", "GET", "/me", self.me, self._bearer),
            ("publications", "GET", "/users/<user_id>/publications", self.publications, self._bearer),
            ("contributors", "GET", "/publications/<magazine_id>/contributors", self.contributors, self._bearer),
            ("post", "POST", "/users/<user_id>/posts", self.post, self._bearer),
            ("post", "POST", "/publications/<magazine_id>/posts", self.post_to_magazine, self._bearer),
            ("image", "POST", "/images", self.image, self._bearer),
            ("token", "POST", "/tokens", self.token, None),
        )
        for prefix in PREFIXES:
            for name, method, path, view, guard in listed:
                yield Route(name=f"medium.{name}", method=method, path=prefix + path, view=view, guard=guard)
        for path in ("/m/oauth/authorize", "/medium/m/oauth/authorize"):
            yield Route(name="medium.authorize", method="GET", path=path, view=self.authorize)

    def _bearer(self) -> None:
        scheme, _, given = request.headers.get("Authorization", "").partition(" ")
        token = given.strip() if scheme.lower() == "bearer" else request.args.get("accessToken", "")
        if not token:
            raise problem("An access token is required.", 6000, 401)
        if not self._state.knows_token(token):
            raise problem("Token was invalid.", 6003, 401)

    def me(self) -> Response:
        """The user."""
        author = self._state.author
        return _enveloped(
            {
                "id": author.medium_id,
                "username": author.handle,
                "name": author.name,
                "url": f"{own_host()}/medium/@{author.handle}",
                "imageUrl": f"{own_host()}/images/nobody.png",
            }
        )

    def _only_me(self, user_id: str) -> None:
        if user_id != self._state.author.medium_id:
            raise problem("User does not have permission to act for this user.", 6004, 403)

    def _magazine(self, magazine_id: str) -> Magazine:
        found = [magazine for magazine in self._state.magazines if magazine.id == magazine_id]
        if not found:
            raise problem("User does not have permission to publish to this publication.", 2000, 403)
        return found[0]

    def publications(self, user_id: str) -> Response:
        """Publications where the user writes or edits, and those he follows."""
        self._only_me(user_id)
        root = own_host()
        return _enveloped(
            [
                {
                    "id": magazine.id,
                    "name": magazine.name,
                    "description": f"{magazine.name}, on this machine only",
                    "url": f"{root}/medium/{magazine.slug}",
                    "imageUrl": f"{root}/images/nobody.png",
                }
                for magazine in self._state.magazines
            ]
        )

    def contributors(self, magazine_id: str) -> Response:
        """Who may do what there."""
        magazine = self._magazine(magazine_id)
        ours = {"publicationId": magazine.id, "userId": self._state.author.medium_id, "role": magazine.role}
        other = {"publicationId": magazine.id, "userId": "7c1f0a" * 6, "role": "editor"}
        return _enveloped([ours, other] if magazine.role else [other])

    def post(self, user_id: str) -> Response:
        """A new story under the user's own name."""
        self._only_me(user_id)
        return self._created(self._stories.create(_json_body(), None))

    def post_to_magazine(self, magazine_id: str) -> Response:
        """A new story in a publication."""
        magazine = self._magazine(magazine_id)
        return self._created(self._stories.create(_json_body(), magazine))

    def _created(self, story: Json) -> Response:
        shown = {name: story[name] for name in SHOWN if name in story}
        return _enveloped({**shown, "url": story_url(self._state, story), "licenseUrl": LICENSE_PAGE}, 201)

    def image(self) -> Response:
        """Where the image is from now on; exactly one part named ``image``."""
        parts = request.files.getlist("image")
        if len(parts) != 1 or len(list(request.files.items(multi=True))) != 1:
            raise problem("Exactly one image must be given in the part named image.", 2000, 400)
        content = parts[0].read()
        looks = look(content)
        if parts[0].mimetype not in KINDS or looks is None or looks.kind not in KINDS:
            raise problem("Unsupported image type.", 2000, 400)
        digest = base64.urlsafe_b64encode(hashlib.md5(content, usedforsecurity=False).digest()).decode().rstrip("=")
        name = f"0-{digest}.{looks.ending}"
        self._state.images.put(name, content)
        return _enveloped({"url": f"{own_host()}/images/{name}", "md5": digest}, 201)

    def token(self) -> Response:
        """A new access token for a code or a refresh token; this answer alone has no envelope."""
        given = request.form
        proof = {"authorization_code": "code", "refresh_token": "refresh_token"}.get(given.get("grant_type", ""))
        needed = ("client_id", "client_secret", proof or "grant_type")
        if proof is None or not all(given.get(name) for name in needed):
            raise problem("Invalid token request.", 2000, 400)
        made = secrets.token_hex(32)
        self._state.admit_token(made)
        expires = int(self._state.clock.now().timestamp()) + TOKEN_DAYS * 86400
        tokens = {
            "token_type": "Bearer",
            "access_token": made,
            "refresh_token": given.get("refresh_token") or secrets.token_hex(32),
        }
        return answer({**tokens, "scope": list(SCOPES), "expires_at": expires}, 201)

    @staticmethod
    def authorize() -> Response:
        """Sends the browser back with a code, as if the person had agreed."""
        target = request.args.get("redirect_uri", "")
        if not target.startswith(("http://", "https://")):
            raise problem("Invalid redirect URI.", 2000, 400)
        query = urlencode({"state": request.args.get("state", ""), "code": secrets.token_hex(6)})
        return Response("", 302, {"Location": f"{target}{'&' if '?' in target else '?'}{query}"})


def story_url(state: Sandbox, story: Json) -> str:
    """Where people read a story; a draft's address works for its author only."""
    return f"{own_host()}/medium/@{state.author.handle}/{story['slug']}-{story['id']}"


def _enveloped(data: object, status: int = 200) -> Response:
    return answer({"data": data}, status)


def _json_body() -> Json:
    body = request.get_json(force=True, silent=True)
    if not isinstance(body, dict):
        raise problem("Invalid JSON body.", 2000, 400)
    return body
