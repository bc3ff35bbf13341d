"""Images of the Substack-style service: uploaded as a data URI or by address, looked at, kept, and really served."""

from __future__ import annotations

import base64
import binascii
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterable
from urllib.parse import unquote_to_bytes

from flask import Response, request

from newsletter_bot.sandbox.pictures import look
from newsletter_bot.sandbox.routes import Problem, Route, invalid, json_body, own_host, refused, text
from newsletter_bot.sandbox.routes import answer as json_answer
from newsletter_bot.sandbox.state import Sandbox
from newsletter_bot.sandbox.substack_access import BASES, Access

KINDS = ("image/jpeg", "image/png", "image/gif", "image/webp")
LARGEST = 10 * 1024 * 1024
FETCH_SECONDS = 5.0
NOBODY = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg=="
)
"""The picture of whoever has none: one grey pixel."""
TYPES = {"jpeg": "image/jpeg", "png": "image/png", "gif": "image/gif", "webp": "image/webp", "tiff": "image/tiff"}


class Images:
    """Takes images and serves them; fetching one by address does not hold up other requests."""

    def __init__(self, state: Sandbox, access: Access) -> None:
        self._state, self._access = state, access

    def routes(self) -> Iterable[Route]:
        """Their addresses."""
        for base in BASES:
            yield Route(
                name="substack.image",
                method="POST",
                path=f"{base}/image",
                view=self.upload,
                guard=self._access.uploader,
                locked=False,
            )
        yield Route(name="substack.picture", method="GET", path="/images/<name>", view=self.show)

    def upload(self) -> Response:
        """Where the image is served from now on, and what it is."""
        content = _content(self._given())
        if len(content) > LARGEST:
            raise refused("Image is too large", 413)
        looks = look(content)
        if looks is None or looks.kind not in KINDS:
            raise invalid("body", "image", None, "Unsupported image type")
        name = f"{uuid.uuid4()}_{looks.width}x{looks.height}.{looks.ending}"
        self._state.images.put(name, content)
        return json_answer(
            {
                "id": self._state.next_number("substack-image", 23_800_001),
                "url": f"{own_host()}/images/{name}",
                "contentType": looks.kind,
                "bytes": len(content),
                "imageWidth": looks.width,
                "imageHeight": looks.height,
            }
        )

    @staticmethod
    def _given() -> str:
        if (request.mimetype or "").startswith("multipart/"):
            raise refused("Invalid image", 400)
        urlencoded = request.mimetype == "application/x-www-form-urlencoded"
        image = request.form.get("image") if urlencoded else json_body().get("image")
        if not isinstance(image, str) or not image:
            raise invalid("body", "image", None)
        return image

    def show(self, name: str) -> Response:
        """The image as it came."""
        content = NOBODY if name == "nobody.png" else self._state.images.get(name)
        if content is None:
            raise Problem(text("Not Found", 404))
        response = Response(content, content_type=TYPES.get(name.rpartition(".")[2], "application/octet-stream"))
        response.headers["Cache-Control"] = "public, max-age=31536000"
        return response


def _content(image: str) -> bytes:
    scheme, _, rest = image.partition(":")
    if scheme == "data":
        return _from_data_uri(rest)
    if scheme in {"http", "https"}:
        return _fetched(image)
    raise invalid("body", "image", image[:80])


def _from_data_uri(rest: str) -> bytes:
    head, comma, payload = rest.partition(",")
    if not comma:
        raise invalid("body", "image", head[:80])
    if not head.endswith(";base64"):
        return unquote_to_bytes(payload)
    try:
        return base64.b64decode(payload, validate=True)
    except binascii.Error:
        raise invalid("body", "image", head[:80]) from None


def _fetched(address: str) -> bytes:
    try:
        with urllib.request.urlopen(address, timeout=FETCH_SECONDS) as response:  # noqa: S310  the scheme was looked at
            return bytes(response.read(LARGEST + 1))
    except (OSError, ValueError, urllib.error.URLError):
        raise invalid("body", "image", address, "Could not fetch image") from None
