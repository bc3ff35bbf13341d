"""Pictures within a publication's limits: changed only when they must be, and what readers lose by it is said."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from newsletter_bot.model import Picture
from newsletter_bot.sources.images import (
    SVG,
    BadImageError,
    encoded,
    in_colour,
    is_animated,
    is_transparent,
    opened,
    picture,
    scale_down,
)
from newsletter_bot.sources.metadata import strip_metadata

if TYPE_CHECKING:
    from PIL.Image import Image

_SEE_THROUGH = ("image/png", "image/webp", "image/jpeg", "image/gif", "image/avif")
_LOSSLESS = ("image/png", "image/jpeg", "image/webp", "image/gif", "image/avif")
_PHOTO = ("image/jpeg", "image/webp", "image/png", "image/avif", "image/gif")
_QUALITIES = (90, 80, 70)
_SHRINKS = 6
_HEAVY = frozenset({"image/png", "image/gif"})
_SMALLEST = 16


def fit_picture(
    source: Picture, *, types: Collection[str], max_bytes: int, max_pixels: int
) -> tuple[Picture | None, str | None]:
    """The picture as a publication takes it, and what is lost, in one phrase; no picture when it cannot be made to fit.

    ``types`` are media types, ``max_pixels`` is the longest side; 0 means no limit for sizes. A picture that fits keeps
    its bytes.
    """
    fits_size = not max_pixels or max(source.width, source.height) <= max_pixels
    if source.media_type in types and fits_size and (not max_bytes or len(source.data) <= max_bytes):
        return _bare(source), None
    if source.media_type == SVG:
        return None, "an SVG drawing is left out: it is not taken there, and has to be exported as PNG"
    try:
        with opened(source.data) as image:
            return _fitted(image, source, tuple(types), (max_bytes, max_pixels))
    except BadImageError as error:
        return None, f"the image is left out: {error.message}"


def _bare(source: Picture) -> Picture:
    try:
        content = strip_metadata(source.data, source.media_type)
    except ValueError:
        return source
    if content is source.data:
        return source
    return picture(content, source.media_type, (source.width, source.height), name=source.name)


def _fitted(
    image: Image, source: Picture, types: tuple[str, ...], limits: tuple[int, int]
) -> tuple[Picture | None, str | None]:
    max_bytes, max_pixels = limits
    losses: list[str] = []
    if is_animated(image):
        losses.append("the animation becomes a still picture")
    image = _within(image, max_pixels)
    see_through = is_transparent(image)
    kinds = list(_kinds(source.media_type, types, see_through=see_through))
    for kind in kinds:
        shrink = kind not in _HEAVY or see_through or kind == kinds[-1]
        whole = kind != source.media_type or kind not in _HEAVY or image.size != (source.width, source.height)
        for made in _attempts(image, kind, source.name, whole=whole, shrink=shrink):
            if not max_bytes or len(made.data) <= max_bytes:
                return made, "; ".join(losses + _told(source, made, see_through=see_through)) or None
    return (
        None,
        f"the image is left out: it cannot be made to fit {max_bytes} bytes as {' or '.join(types) or 'nothing'}",
    )


def _within(image: Image, side: int) -> Image:
    """The decoded image with no side longer than this."""
    if not side or max(image.size) <= side:
        scale_down(image)
        image.load()
        return image
    scale_down(image, side)
    smaller = in_colour(image)
    smaller.thumbnail((side, side))
    return smaller


def _kinds(own: str, types: tuple[str, ...], *, see_through: bool) -> Iterator[str]:
    """Media types to try, the most faithful first."""
    order = (own, *(_SEE_THROUGH if see_through else _LOSSLESS if own in _HEAVY else _PHOTO))
    taken = [
        kind for kind in dict.fromkeys(order) if kind in types and (kind != "image/gif" or types == ("image/gif",))
    ]
    yield from taken or (kind for kind in ("image/gif",) if kind in types)


def _attempts(image: Image, kind: str, name: str, *, whole: bool, shrink: bool) -> Iterator[Picture]:
    """The picture as this type: whole, then at lower quality, then ever smaller."""
    for quality in _QUALITIES[: int(whole) if kind in _HEAVY else None]:
        yield encoded(image, kind, name=name, quality=quality)
    smaller = in_colour(image) if shrink else image
    for _ in range(_SHRINKS if shrink else 0):
        smaller = smaller.resize((max(_SMALLEST, smaller.width * 2 // 3), max(_SMALLEST, smaller.height * 2 // 3)))
        yield encoded(smaller, kind, name=name, quality=_QUALITIES[1])


def _told(source: Picture, made: Picture, *, see_through: bool) -> list[str]:
    losses: list[str] = []
    if (made.width, made.height) != (source.width, source.height):
        losses.append(
            f"made smaller: {made.width} by {made.height} pixels instead of {source.width} by {source.height}"
        )
    if made.media_type != source.media_type:
        losses.append(f"written as {made.media_type.partition('/')[2].upper()}")
    if see_through and made.media_type == "image/jpeg":
        losses.append("transparent parts become white")
    return losses
