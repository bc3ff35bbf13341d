"""What a picture's file says beyond the picture: position, camera, comments. It is cut out without touching a pixel.

Formats: JPEG segments (ITU T.81 annex B), PNG chunks (W3C PNG), RIFF chunks of WebP, GIF89a extensions. Colour
profiles and what steers an animation stay.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterator

_PNG_HEAD = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT = frozenset(
    b"IHDR PLTE IDAT IEND tRNS cHRM gAMA iCCP sBIT sRGB cICP mDCV cLLI bKGD hIST pHYs sPLT acTL fcTL fdAT".split()
)
"""What makes the picture; programs put what else they know of it, and of its maker, into parts of their own."""
_JPEG_KEPT_APPS = {0xE0: b"JFIF\0", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}
_JPEG_SCAN = 0xDA
_JPEG_END = 0xD9
_JPEG_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]", re.DOTALL)
_WEBP_KEPT = frozenset({b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"})
_WEBP_FLAGS = 0x08 | 0x04
_GIF_KEPT_APPS = (b"NETSCAPE2.0", b"ANIMEXTS1.0")


def strip_metadata(content: bytes, media_type: str) -> bytes:
    """The file without metadata; the very same bytes where there is none, or where the format is not known here.

    Raises ValueError when the file does not keep to its format.
    """
    cutter = _CUTTERS.get(media_type)
    if cutter is None:
        return content
    try:
        return cutter(content)
    except (struct.error, IndexError) as error:
        raise ValueError("the file ends in the middle of a part") from error


def _without_jpeg_segments(content: bytes) -> bytes:
    """Everything up to the end of the first image: a second one, or a film, may follow it in the file."""
    parts = (
        content[start:end]
        for marker, start, end in _jpeg_parts(content)
        if _is_jpeg_picture(marker, content[start + 4 : start + 20])
    )
    return _same_or(content, b"".join((content[:2], *parts)) + b"\xff\xd9")


def jpeg_scans(content: bytes) -> int:
    """How many times a decoder goes over the picture, as far as the file keeps to its format; else never too few."""
    try:
        return sum(marker == _JPEG_SCAN for marker, _, _ in _jpeg_parts(content))
    except (struct.error, IndexError, ValueError):
        return content.count(bytes([0xFF, _JPEG_SCAN]))


def _jpeg_parts(content: bytes) -> Iterator[tuple[int, int, int]]:
    """Marker, begin and end of each part of the first image."""
    at = 2
    while content[at + 1] != _JPEG_END:
        if content[at] != 0xFF:
            raise ValueError("the file holds an unknown part")
        marker = content[at + 1]
        if marker == 0xFF:  # a fill byte
            at += 1
            continue
        (length,) = struct.unpack_from(">H", content, at + 2)
        end = at + 2 + length
        if marker == _JPEG_SCAN:
            end = _scan_end(content, end)
        yield marker, at, end
        at = end


def _is_jpeg_picture(marker: int, head: bytes) -> bool:
    if 0xE0 <= marker <= 0xEF:
        wanted = _JPEG_KEPT_APPS.get(marker)
        return wanted is not None and head.startswith(wanted)
    return marker != 0xFE


def _scan_end(content: bytes, at: int) -> int:
    found = _JPEG_MARKER.search(content, at)
    if found is None:
        raise ValueError("the file ends in the middle of the picture")
    return found.start()


def _without_png_chunks(content: bytes) -> bytes:
    kept = [_PNG_HEAD]
    at = len(_PNG_HEAD)
    while at < len(content):
        (length,) = struct.unpack_from(">I", content, at)
        name = content[at + 4 : at + 8]
        if name in _PNG_KEPT:
            kept.append(content[at : at + 12 + length])
        at += 12 + length
        if name == b"IEND":
            break
    return _same_or(content, b"".join(kept))


def _without_webp_chunks(content: bytes) -> bytes:
    kept: list[bytes] = []
    at = 12
    limit = min(len(content), 8 + struct.unpack_from("<I", content, 4)[0])
    while at + 8 <= limit:
        name = content[at : at + 4]
        (length,) = struct.unpack_from("<I", content, at + 4)
        chunk = content[at : at + 8 + length + length % 2]
        if name == b"VP8X":
            chunk = chunk[:8] + bytes([chunk[8] & ~_WEBP_FLAGS]) + chunk[9:]
        if name in _WEBP_KEPT:
            kept.append(chunk)
        at += 8 + length + length % 2
    body = b"WEBP" + b"".join(kept)
    return _same_or(content, b"RIFF" + struct.pack("<I", len(body)) + body)


def _without_gif_extensions(content: bytes) -> bytes:
    at = 13 + _colour_table(content[10])
    kept = [content[:at]]
    while content[at] != 0x3B:
        end = _gif_block_end(content, at)
        comment = content[at] == 0x21 and content[at + 1] == 0xFE
        application = (
            content[at] == 0x21 and content[at + 1] == 0xFF and content[at + 3 : at + 14] not in _GIF_KEPT_APPS
        )
        if not comment and not application:
            kept.append(content[at:end])
        at = end
    return _same_or(content, b"".join(kept) + b"\x3b")


def _gif_block_end(content: bytes, at: int) -> int:
    if content[at] == 0x21:
        at += 2
    elif content[at] == 0x2C:
        at += 10 + _colour_table(content[at + 9]) + 1
    else:
        raise ValueError("the file holds an unknown part")
    while content[at]:
        at += content[at] + 1
    return at + 1


def _colour_table(flags: int) -> int:
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _same_or(before: bytes, after: bytes) -> bytes:
    return before if after == before else after


_CUTTERS: dict[str, Callable[[bytes], bytes]] = {
    "image/jpeg": _without_jpeg_segments,
    "image/png": _without_png_chunks,
    "image/webp": _without_webp_chunks,
    "image/gif": _without_gif_extensions,
}
