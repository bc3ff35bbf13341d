"""Storing images on Substack."""

from __future__ import annotations

import base64

from newsletter_bot.errors import Refused
from newsletter_bot.model import Capabilities, Picture
from newsletter_bot.platforms._http import Call, Effect
from newsletter_bot.platforms.substack._site import Site

UPLOAD_SECONDS = 60.0


def upload(site: Site, image: Picture, limits: Capabilities) -> str:
    """The public address of the image after it was stored."""
    if image.media_type not in limits.image_types:
        kinds = ", ".join(kind.partition("/")[2] for kind in limits.image_types)
        raise Refused(f"Substack takes no {image.media_type} ({image.name})", fix=f"use one of: {kinds}")
    if len(image.data) > limits.image_bytes:
        size, most = len(image.data) / 1e6, limits.image_bytes / 1e6
        raise Refused(
            f"Substack takes images up to {most:.0f} MB; {image.name} has {size:.1f} MB", fix="make it smaller"
        )
    data = f"data:{image.media_type};base64,{base64.b64encode(image.data).decode()}"
    call = Call(method="POST", url="image", form={"image": data}, effect=Effect.SAFE, seconds=UPLOAD_SECONDS)
    answer = site.send(call)
    url = site.wire.record(answer).get("url")
    if not isinstance(url, str) or not url.startswith(("https://", "http://")):
        raise site.wire.unreadable(answer, f"no address came back for {image.name}")
    return url
