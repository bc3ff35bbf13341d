"""Renditions as text for the ledger; the bytes of their images are kept apart, once for each content."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from newsletter_bot.ledger.rows import as_json, known
from newsletter_bot.model import Audience, Format, Loss, Picture, Rendition, Visibility, digest_of


def packed(rendition: Rendition) -> tuple[str, dict[str, bytes]]:
    """A rendition as text, and its images' bytes by the digest of those bytes."""
    blobs = {digest_of(picture.data): bytes(picture.data) for picture in rendition.images}
    named = {name: getattr(rendition, name) for name in Rendition.__dataclass_fields__ if name != "images"}
    images = [_without_bytes(picture) for picture in rendition.images]
    return as_json({name: part for name, part in {**named, "images": images}.items() if part is not None}), blobs


def _without_bytes(picture: Picture) -> dict[str, Any]:
    named = {name: getattr(picture, name) for name in Picture.__dataclass_fields__ if name != "data"}
    return {**named, "content": digest_of(picture.data)}


def unpacked(text: str, blob: Callable[[str], bytes]) -> Rendition:
    """The rendition of a text; ``blob`` finds an image's bytes by their digest."""
    entry: dict[str, Any] = json.loads(text)
    values = known(Rendition, entry)
    values |= {"format": Format(entry["format"]), "tags": tuple(entry["tags"])}
    values |= {"audience": Audience(entry["audience"]), "visibility": Visibility(entry["visibility"])}
    if "release_at" in entry:
        values["release_at"] = datetime.fromisoformat(entry["release_at"])
    values["losses"] = tuple(Loss(**known(Loss, loss)) for loss in entry["losses"])
    values["images"] = tuple(Picture(**known(Picture, image), data=blob(image["content"])) for image in entry["images"])
    return Rendition(**values)
