"""What a rendition waits for before it can be sent."""

from __future__ import annotations

import re

from newsletter_bot.model import HOME_ADDRESS, IMAGE_ADDRESS, Rendition

_IMAGE = re.compile(re.escape(IMAGE_ADDRESS) + r"([0-9a-f]+)")


def needs_home(rendition: Rendition) -> bool:
    """Whether it names home's address, or a picture that only home uploads."""
    texts = " ".join(text for text in (rendition.body, rendition.canonical_url, rendition.cover) if text)
    own = {picture.digest for picture in rendition.images}
    return HOME_ADDRESS in texts or any(digest not in own for digest in _IMAGE.findall(texts))
