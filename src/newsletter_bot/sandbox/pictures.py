"""What an uploaded file really is: type and size read from its first bytes."""

from __future__ import annotations

import struct
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Looks:
    """The real type of an image and its size in pixels."""

    kind: str
    width: int
    height: int

    @property
    def ending(self) -> str:
        """The file name's ending, without the dot."""
        return self.kind.removeprefix("image/")


def look(content: bytes) -> Looks | None:
    """The looks of an image; None when it is none that we know."""
    for reader in (_png, _gif, _webp, _jpeg, _tiff):
        try:
            found = reader(content)
        except (struct.error, IndexError):
            found = None
        if found is not None:
            return found
    return None


def _png(content: bytes) -> Looks | None:
    if not content.startswith(b"\x89PNG\r\n\x1a\n") or content[12:16] != b"IHDR":
        return None
    width, height = struct.unpack(">II", content[16:24])
    return Looks("image/png", width, height)


def _gif(content: bytes) -> Looks | None:
    if content[:6] not in {b"GIF87a", b"GIF89a"}:
        return None
    width, height = struct.unpack("<HH", content[6:10])
    return Looks("image/gif", width, height)


def _webp(content: bytes) -> Looks | None:
    if content[:4] != b"RIFF" or content[8:12] != b"WEBP":
        return None
    form = content[12:16]
    if form == b"VP8X":
        width = int.from_bytes(content[24:27], "little") + 1
        return Looks("image/webp", width, int.from_bytes(content[27:30], "little") + 1)
    if form == b"VP8L":
        bits = int.from_bytes(content[21:25], "little")
        return Looks("image/webp", (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
    width, height = struct.unpack("<HH", content[26:30])
    return Looks("image/webp", width & 0x3FFF, height & 0x3FFF)


def _jpeg(content: bytes) -> Looks | None:
    if content[:3] != b"\xff\xd8\xff":
        return None
    place = 2
    while content[place] == 0xFF:
        marker = content[place + 1]
        if 0xC0 <= marker <= 0xCF and marker not in {0xC4, 0xC8, 0xCC}:
            height, width = struct.unpack(">HH", content[place + 5 : place + 9])
            return Looks("image/jpeg", width, height)
        place += 2 + struct.unpack(">H", content[place + 2 : place + 4])[0]
    return None


def _tiff(content: bytes) -> Looks | None:
    order = {b"II*\x00": "<", b"MM\x00*": ">"}.get(content[:4])
    if order is None:
        return None
    start = struct.unpack(f"{order}I", content[4:8])[0]
    sizes = {256: 0, 257: 0}
    for entry in range(struct.unpack(f"{order}H", content[start : start + 2])[0]):
        place = start + 2 + 12 * entry
        tag, kind = struct.unpack(f"{order}HH", content[place : place + 4])
        if tag in sizes:
            sizes[tag] = struct.unpack(
                f"{order}{'H' if kind == 3 else 'I'}", content[place + 8 : place + (10 if kind == 3 else 12)]
            )[0]
    return Looks("image/tiff", sizes[256], sizes[257])
