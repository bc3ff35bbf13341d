"""Images as bytes: what they are, told from their content, made upright and bare of metadata, bombs refused."""

from __future__ import annotations

import io
import struct
import warnings
from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from newsletter_bot.model import Picture, digest_of
from newsletter_bot.slugs import slug_of
from newsletter_bot.sources.drawings import bare_drawing, looks_like_drawing, read_drawing
from newsletter_bot.sources.metadata import jpeg_scans, strip_metadata

if TYPE_CHECKING:
    from PIL.Image import Image

PIXELS = 25_000_000
"""Most pixels of one image: a file of a few kB can claim billions."""
PHOTO_PIXELS = 65_000_000
"""Most pixels of a JPEG, which can be decoded at a part of its size."""
SCANS = 100
"""Most scans of one JPEG: each costs a pass over all of its pixels, in a file of a few bytes more."""
TYPES = {
    "JPEG": ("image/jpeg", ".jpg"),
    "MPO": ("image/jpeg", ".jpg"),
    "PNG": ("image/png", ".png"),
    "GIF": ("image/gif", ".gif"),
    "WEBP": ("image/webp", ".webp"),
    "AVIF": ("image/avif", ".avif"),
    "BMP": ("image/bmp", ".bmp"),
    "TIFF": ("image/tiff", ".tiff"),
}
"""The kinds of images that are understood, with media type and the usual ending of their names."""
SVG = "image/svg+xml"
_SUFFIXES = {**dict(TYPES.values()), SVG: ".svg"}
_FORMATS = {media_type: name for name, (media_type, _) in TYPES.items() if name != "MPO"}
_QUALITY = {"image/jpeg": 90, "image/webp": 90, "image/avif": 80}
_RED_GREEN_BLUE = frozenset({"P", "PA", "RGBX", "RGBa"})
_ORIENTATION = 0x0112
_EXPORT = "export it again as JPEG, PNG, GIF or WebP"


class BadImageError(Exception):
    """These bytes are no image that can go out: why, and what to do."""

    def __init__(self, message: str, fix: str) -> None:
        super().__init__(message)
        self.message = message
        self.fix = fix


def picture_of(content: bytes, *, name: str) -> Picture:
    """The image that the bytes are, whatever the name says; raises BadImageError."""
    if looks_like_drawing(content):
        return _drawing(content, name)
    with opened(content) as image:
        media_type = TYPES[image.format or ""][0]
        turned = orientation(image) not in {0, 1}
        _decode(image, whole=turned)
        if media_type in {"image/bmp", "image/tiff"}:
            return encoded(_upright(image), "image/png", name=name)
        if turned or not _strips(content, media_type, image):
            return _anew(image, media_type, name)
        bare = strip_metadata(content, media_type)
        return picture(bare, media_type, size_of(bare), name=name)


def _anew(image: Image, media_type: str, name: str) -> Picture:
    """Written anew, upright and bare. One that moves would lose its movement by that, unseen, and is refused."""
    if is_animated(image):
        message = "the moving image is not whole, lies on its side, or says more than it shows"
        raise BadImageError(message, "export it again, upright and without metadata, as GIF or WebP")
    return encoded(_upright(image), media_type, name=name)


def picture(content: bytes, media_type: str, size: tuple[int, int], *, name: str) -> Picture:
    """A picture of these bytes, under a harmless file name with the ending that its type asks for."""
    stem = slug_of(name.rpartition(".")[0] or name) or "image"
    full = f"{stem}{_SUFFIXES.get(media_type, '')}"
    width, height = size
    return Picture(
        digest=digest_of(content), media_type=media_type, width=width, height=height, name=full, data=content
    )


@contextmanager
def opened(content: bytes) -> Generator[Image]:
    """The image behind the bytes, not decoded yet; what goes wrong with it meanwhile is a BadImageError."""
    from PIL import Image, UnidentifiedImageError

    warnings.filterwarnings("ignore", category=Image.DecompressionBombWarning)
    try:
        with Image.open(io.BytesIO(content), formats=tuple(_FORMATS.values())) as image:
            _check_size(image)
            _check_scans(image, content)
            yield image
    except UnidentifiedImageError as error:
        raise BadImageError(_what(content), _EXPORT) from error
    except (Image.DecompressionBombError, MemoryError) as error:
        message = f"the image claims more than {PIXELS // 1_000_000} million pixels, or a photo more than {PHOTO_PIXELS // 1_000_000} million"
        raise BadImageError(message, "make it smaller") from error
    except (OSError, SyntaxError, ValueError, struct.error, EOFError, LookupError, TypeError, ArithmeticError) as error:
        raise BadImageError("the image is broken or not whole", _EXPORT) from error


def _check_size(image: Image) -> None:
    if image.width * image.height > _most(image):
        raise MemoryError


def _check_scans(image: Image, content: bytes) -> None:
    if image.format in {"JPEG", "MPO"} and (scans := jpeg_scans(content)) > SCANS:
        raise BadImageError(f"the photo is drawn {scans} times over, at most {SCANS} are usual", _EXPORT)


def _most(image: Image) -> int:
    return PHOTO_PIXELS if image.format in {"JPEG", "MPO"} else PIXELS


def scale_down(image: Image, side: int = 0) -> None:
    """Has a photo decoded at the part of its size that is still no less than ``side``, or that memory allows."""
    width, height = image.size
    if side:
        image.draft(None, (min(side, width), min(side, height)))
    while image.width * image.height > PIXELS:
        before = image.size
        image.draft(None, (image.width // 2, image.height // 2))
        if image.size == before:
            break


def _what(content: bytes) -> str:
    if not content:
        return "the file is empty"
    if content[4:8] == b"ftyp" and content[8:12] in {b"heic", b"heix", b"mif1", b"msf1", b"hevc"}:
        return "this is a HEIC photo, which no browser shows"
    return "the content is no image of a known kind"


def orientation(image: Image) -> int:
    """How the camera was held, 1 for upright; also 1 when the file does not say it clearly."""
    try:
        return int(image.getexif().get(_ORIENTATION, 1))
    except (SyntaxError, OSError, ValueError, struct.error, TypeError, LookupError):
        return 1


def size_of(content: bytes) -> tuple[int, int]:
    """Width and height in pixels."""
    with opened(content) as image:
        return image.size


def _decode(image: Image, *, whole: bool) -> None:
    """Reads every pixel, so that a file that is cut off is found out; a photo at an eighth of its size where that does."""
    if whole:
        scale_down(image)
    elif image.format in {"JPEG", "MPO"}:
        image.draft(None, (image.width // 8, image.height // 8))
    image.load()


def _strips(content: bytes, media_type: str, image: Image) -> bool:
    """Whether metadata can be cut out of the file as it is."""
    if media_type == "image/avif":
        return not {"exif", "xmp"} & set(image.info)
    try:
        strip_metadata(content, media_type)
    except ValueError:
        return False
    return True


def _upright(image: Image) -> Image:
    from PIL import ImageOps

    return ImageOps.exif_transpose(image)


def encoded(image: Image, media_type: str, *, name: str, quality: int | None = None) -> Picture:
    """A picture of these pixels; colour profile and transparency stay, nothing else that the source said."""
    image = for_format(image, media_type)
    image.info = {key: value for key, value in image.info.items() if key in {"icc_profile", "transparency"}}
    options: dict[str, Any] = {}
    if media_type in _QUALITY:
        options["quality"] = quality or _QUALITY[media_type]
    if media_type == "image/jpeg":
        options |= {"optimize": True, "progressive": True}
    if "icc_profile" in image.info:
        options["icc_profile"] = image.info["icc_profile"]
    target = io.BytesIO()
    image.save(target, _FORMATS[media_type], **options)
    return picture(target.getvalue(), media_type, image.size, name=name)


def is_transparent(image: Image) -> bool:
    """Whether anything shines through."""
    if not image.has_transparency_data:
        return False
    alpha = image.getchannel("A") if image.mode in {"RGBA", "LA"} else image.convert("RGBA").getchannel("A")
    return alpha.histogram()[255] < image.width * image.height


def is_animated(image: Image) -> bool:
    """Whether it moves (the second picture of a stereo photo is no movement)."""
    return image.format in {"GIF", "PNG", "WEBP", "AVIF"} and bool(getattr(image, "is_animated", False))


def for_format(image: Image, media_type: str) -> Image:
    """The same picture in colours that the format can hold; what was transparent is white in JPEG."""
    from PIL import Image

    if media_type == "image/jpeg" and image.has_transparency_data:
        white = Image.new("RGBA", image.size, "white")
        return Image.alpha_composite(white, image.convert("RGBA")).convert("RGB")
    if media_type in {"image/png", "image/gif"} and image.mode in {"RGB", "RGBA", "L", "P", "LA", "1"}:
        half = media_type == "image/gif" and isinstance(image.info.get("transparency"), bytes)
        return in_colour(image) if half else image
    return in_colour(image)


def in_colour(image: Image) -> Image:
    """The picture in 8 bits for red, green and blue, and for transparency where it has any."""
    if image.mode in {"RGB", "RGBA"}:
        return image
    if image.mode.startswith("I") or image.mode == "F":
        scale = 1 / 256 if image.mode.startswith("I;16") else 1
        grey = image.convert("F").point(lambda value: value * scale).convert("L").convert("RGB")
        grey.info.pop("icc_profile", None)
        return grey
    converted = image.convert("RGBA" if image.has_transparency_data else "RGB")
    if image.mode not in _RED_GREEN_BLUE:
        converted.info.pop("icc_profile", None)  # it describes other colours than these
    return converted


def _drawing(content: bytes, name: str) -> Picture:
    try:
        size = read_drawing(content)
        bare = bare_drawing(content)
        if bare is not content:
            read_drawing(bare)
    except ValueError as error:
        raise BadImageError(f"the SVG cannot go out: {error}", "export it as PNG, or save it as plain SVG") from error
    return picture(bare, SVG, size, name=name)
