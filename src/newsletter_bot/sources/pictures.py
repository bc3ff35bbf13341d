"""Pictures: images by what they are, not by what they are called; whole, upright and without metadata."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, unquote_to_bytes, urlsplit

from newsletter_bot.errors import BadPictureError, DraftError
from newsletter_bot.model import Origin, Picture
from newsletter_bot.sources.files import inside, read_bytes, shown_path
from newsletter_bot.sources.images import BadImageError, picture_of

if TYPE_CHECKING:
    from newsletter_bot.sources.fetch import Limits

BYTES = 30_000_000
"""Longest image file that is read."""
_SHRINK = "make it smaller: fewer pixels, or a stronger compression"


def load_picture(folder: Path, src: str, *, base: Path, origin: Origin | None = None) -> Picture:
    """The image that a draft in the folder ``base`` names, from inside the newsletter's folder, or a ``data:`` address.

    ``origin`` is the place in the draft that the errors name, else they name the image itself. Raises DraftError for a
    path that leads out of the folder, and for a file that is no image, is not whole, is a bomb or is active.
    """
    try:
        if src[:5].lower() == "data:":
            return picture_of(_embedded(src), name="image")
        path = _find(folder.absolute(), src, folder.absolute() / base)
        shown = shown_path(folder.absolute(), path)
        return picture_of(read_bytes(path, file=shown, limit=BYTES, shorten=_SHRINK), name=path.name)
    except (BadImageError, DraftError) as error:
        place = origin or Origin(file=src[:100])
        message = f"image `{src[:100]}`: {error.message}" if origin else error.message
        raise DraftError(message, file=place.file, line=place.line, key=place.key, fix=error.fix) from error


def fetch_picture(address: str, *, limits: Limits | None = None) -> Picture:
    """The image behind an http(s) address; raises SourceError when it cannot be had, BadPictureError when it is none."""
    from newsletter_bot.sources.addresses import shown_address
    from newsletter_bot.sources.fetch import fetch
    from newsletter_bot.sources.fields import is_web_address

    if not is_web_address(address):
        fix = "begin it with https:// and the host's name"
        raise BadPictureError("this is no http(s) address", file=shown_address(address), fix=fix)
    found = fetch(address, limits=limits, accept="image/*")
    return fetched_picture(found.body, address=shown_address(address))


def fetched_picture(content: bytes, *, address: str) -> Picture:
    """An image that was fetched from an address (without credentials); raises BadPictureError when it is none."""
    try:
        return picture_of(content, name=unquote(urlsplit(address).path).rpartition("/")[2])
    except BadImageError as error:
        raise BadPictureError(error.message, file=address, fix=error.fix) from error


def _find(folder: Path, src: str, base: Path) -> Path:
    """The real file that is meant: percent signs as written or decoded, a leading slash meaning the newsletter's folder."""
    text = src.replace("\\", "/")
    plain = re.split(r"[?#]", text)[0]
    if not plain or "\0" in unquote(text) or re.match(r"[A-Za-z][A-Za-z0-9+.-]+:", text):
        raise BadImageError("this names no file", "name a file beside the draft")
    root = folder if text.startswith("/") else base
    outside = False
    for name in dict.fromkeys(name.lstrip("/") for name in _spellings(text, unquote(text), plain, unquote(plain))):
        path = Path(os.path.normpath(root / name))
        real = inside(folder, path)
        if real is not None:
            return real
        outside = outside or os.path.lexists(path) or not path.is_relative_to(folder)
    if outside:
        raise BadImageError("it lies outside the newsletter's folder", "put a copy of the image beside the draft")
    raise BadImageError(
        "there is no such image", "check the spelling of its path, which begins in the folder of the file that names it"
    )


def _spellings(*names: str) -> Iterator[str]:
    """Names as they are, then with their accents composed and decomposed, as other machines write them."""
    yield from names
    for form in ("NFC", "NFD"):
        yield from (unicodedata.normalize(form, name) for name in names)


def _embedded(src: str) -> bytes:
    import base64
    import binascii

    head, _, payload = src.partition(",")
    try:
        content = unquote_to_bytes(payload)
        return base64.b64decode(content, validate=True) if head.endswith(";base64") else content
    except (binascii.Error, ValueError) as error:
        raise BadImageError("the embedded image cannot be read", "put it into a file beside the draft") from error
