"""Drawings: SVG that only draws. One that runs scripts, loads from elsewhere or declares entities is refused."""

from __future__ import annotations

import re
from typing import NamedTuple
from xml.parsers import expat

LENGTH = 2_000_000
DEPTH = 200
_ACTIVE = frozenset({"script", "foreignobject", "iframe", "object", "embed", "handler", "listener", "audio", "video"})
_SIZE = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(?:px|pt)?\s*$")
_CSS_LOAD = re.compile(r"url\(\s*+['\"]?+\s*+(?!#)|@import|expression\s*\(|javascript:", re.IGNORECASE)


class Drawing(NamedTuple):
    """The size of a drawing in pixels, 0 where it names none."""

    width: int
    height: int


class _Reader:
    """Walks the elements of one drawing and stops at what is not drawing."""

    def __init__(self) -> None:
        self.size: Drawing | None = None
        self.depth = 0
        self.styles = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2].lower()
        self.depth += 1
        if self.size is None:
            if name != "svg":
                raise ValueError("its root element is not svg")
            self.size = _size(attributes)
        if self.depth > DEPTH:
            raise ValueError("it is nested too deeply")
        if name in _ACTIVE:
            raise ValueError(f"it holds an active element <{name}>")
        self.styles += name == "style"
        for key, value in attributes.items():
            _check_attribute(key.lower(), value)

    def end(self, tag: str) -> None:
        self.depth -= 1
        self.styles -= tag.rpartition(":")[2].lower() == "style"

    def text(self, text: str) -> None:
        if self.styles and _CSS_LOAD.search(text):
            raise ValueError("its style loads from elsewhere")

    def refuse_entity(self, *_: object) -> None:
        raise ValueError("it declares entities")

    def refuse_instruction(self, target: str, _: str) -> None:
        raise ValueError(f"it holds a processing instruction <?{target}")


def _check_attribute(key: str, value: str) -> None:
    local = key.rpartition(":")[2]
    if local == "attributename" and value.strip().rpartition(":")[2].lower() in {"href", "src"}:
        raise ValueError("it changes where something leads")
    if local.startswith("on"):
        raise ValueError(f"it reacts to events ({local})")
    if local in {"href", "src"}:
        target = value.strip()
        if target and not target.startswith(
            ("#", "data:image/png", "data:image/jpeg", "data:image/gif", "data:image/webp")
        ):
            raise ValueError("it refers to something outside itself")
    elif _CSS_LOAD.search(value):
        raise ValueError("its style loads from elsewhere")


def _size(attributes: dict[str, str]) -> Drawing:
    width, height = (_SIZE.match(attributes.get(key, "")) for key in ("width", "height"))
    if width and height:
        return Drawing(round(float(width[1])), round(float(height[1])))
    box = re.split(r"[\s,]+", attributes.get("viewBox", "").strip())
    try:
        return Drawing(round(float(box[2])), round(float(box[3])))
    except (IndexError, ValueError, OverflowError):
        return Drawing(0, 0)


def read_drawing(content: bytes) -> Drawing:
    """The size of an SVG that only draws; raises ValueError that says what else it does."""
    if len(content) > LENGTH:
        raise ValueError(f"it is longer than {LENGTH // 1_000_000} MB")
    reader = _Reader()
    parser = expat.ParserCreate()
    parser.buffer_text, parser.buffer_size = True, LENGTH
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parser.EntityDeclHandler = reader.refuse_entity
    parser.ProcessingInstructionHandler = reader.refuse_instruction
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        raise ValueError(f"it is no valid XML ({error})") from error
    return reader.size or Drawing(0, 0)


def bare_drawing(content: bytes) -> bytes:
    """The drawing without comments and ``<metadata>``."""
    for start, end in ((b"<!--", b"-->"), (b"<metadata", b"</metadata>")):
        content = _cut(content, start, end)
    return content


def _cut(content: bytes, start: bytes, end: bytes) -> bytes:
    kept: list[bytes] = []
    at = 0
    while (begin := content.find(start, at)) >= 0 and (close := content.find(end, begin)) >= 0:
        kept.append(content[at:begin])
        at = close + len(end)
    return b"".join((*kept, content[at:])) if kept else content


def looks_like_drawing(content: bytes) -> bool:
    """Whether the bytes begin like an SVG."""
    head = content[:2000].lstrip(b"\xef\xbb\xbf \t\r\n")
    return head.startswith(b"<") and re.search(rb"<(?:\w+:)?svg[\s>]", content[:20_000]) is not None
