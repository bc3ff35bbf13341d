"""Nodes of a Substack document as JSON text: each is written once, from the inside out, and never looked at again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from json.encoder import encode_basestring as quoted
from typing import TypeAlias

Node: TypeAlias = str
"""A node as JSON text; its ``type`` stands first."""
Mark: TypeAlias = str
"""A mark of a text as JSON text; its ``type`` stands first."""

Value: TypeAlias = str | int | None

_TYPE = len('{"type":"')
_NAMES = {None: "null", True: "true", False: "false"}


def as_node(kind: str, content: Iterable[Node] = (), attrs: Mapping[str, Value] | None = None) -> Node:
    """A node; without attributes or content it has no such key."""
    inside = f',"content":[{joined}]' if (joined := ",".join(content)) else ""
    return f'{{"type":"{kind}"{_attributes(attrs)}{inside}}}' if attrs else f'{{"type":"{kind}"{inside}}}'


def _attributes(attrs: Mapping[str, Value]) -> str:
    told = ",".join([f'"{name}":{_value(value)}' for name, value in attrs.items()])
    return f',"attrs":{{{told}}}'


def _value(value: Value) -> str:
    if isinstance(value, str):
        return quoted(value)
    return _NAMES[value] if value is None or isinstance(value, bool) else str(value)


def as_text(words: str, marks: tuple[Mark, ...] = ()) -> Node:
    """Characters with their marks."""
    if not marks:
        return f'{{"type":"text","text":{quoted(words)}}}'
    return f'{{"type":"text","text":{quoted(words)},"marks":[{",".join(marks)}]}}'


def as_plain_paragraph(words: str) -> Node:
    """A paragraph of characters without marks, as most are."""
    return f'{{"type":"paragraph","content":[{{"type":"text","text":{quoted(words)}}}]}}'


def as_link(href: str) -> Mark:
    """The mark of a hyperlink."""
    return (
        f'{{"type":"link","attrs":{{"href":{quoted(href)},"target":"_blank",'
        '"rel":"noopener noreferrer nofollow","class":null}}'
    )


def is_a(written: Node | Mark, *kinds: str) -> bool:
    """Whether a node or mark is of one of these types."""
    return written[_TYPE : written.index('"', _TYPE)] in kinds
