"""The head of a Markdown file as its generator writes it: YAML, TOML or JSON front matter, or lines of ``Key: value``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_YAML = re.compile(r"---[ \t]*\n(?P<head>.*?)(?:^|\n)(?:---|\.\.\.)[ \t]*(?:\n|$)", re.DOTALL)
_TOML = re.compile(r"\+\+\+[ \t]*\n(?P<head>.*?)(?:^|\n)\+\+\+[ \t]*(?:\n|$)", re.DOTALL)
_LINE = re.compile(r"(?P<key>[A-Za-z][\w-]*):(?P<value>.*)")
LONGEST_HEAD = 200_000


class HeadError(ValueError):
    """The head is there, but it cannot be read."""


@dataclass(frozen=True, slots=True)
class Page:
    """A Markdown file: the keys of its head (in lower case) and its body."""

    head: Mapping[str, Any]
    body: str


def read_page(text: str) -> Page:
    """The file's head and body; without a head it has no keys. Raises HeadError for a head that is broken."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    for pattern, read in ((_YAML, _yaml), (_TOML, _toml)):
        if found := pattern.match(text, 0, LONGEST_HEAD):
            return Page(_mapping(read(found["head"])), text[found.end() :])
    if text.startswith("{") and (found_json := _json(text)):
        return found_json
    return _lines(text)


def _yaml(head: str) -> object:
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return yaml.load(head, Loader=loader)  # noqa: S506 - both are safe loaders
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise HeadError(f"its YAML cannot be read: {_first_line(error)}") from error


def _toml(head: str) -> object:
    import tomllib

    try:
        return tomllib.loads(head)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise HeadError(f"its TOML cannot be read: {_first_line(error)}") from error


def _json(text: str) -> Page | None:
    """JSON at the start of a file is its head when it is an object that ends its line."""
    import json

    try:
        head, end = json.JSONDecoder().raw_decode(text[:LONGEST_HEAD])
    except (ValueError, RecursionError):
        return None
    rest = text[end:]
    return Page(_mapping(head), rest.lstrip(" \t").removeprefix("\n")) if rest.lstrip(" \t")[:1] in {"", "\n"} else None


def _lines(text: str) -> Page:
    """Lines of ``Key: value`` up to an empty one; indented lines go on with the value before them."""
    head: dict[str, str] = {}
    key = None
    lines = text.split("\n")
    for number, line in enumerate(lines):
        if found := _LINE.fullmatch(line):
            key = found["key"].casefold()
            head[key] = found["value"].strip()
        elif key and line[:1].isspace() and line.strip():
            head[key] = f"{head[key]} {line.strip()}".strip()
        elif head and not line.strip() and {"title", "date"} & head.keys():
            return Page(head, "\n".join(lines[number + 1 :]))
        else:
            break
    return Page({}, text)


def _mapping(head: object) -> Mapping[str, Any]:
    if head is None:
        return {}
    if not isinstance(head, dict):
        raise HeadError("its front matter is no list of keys")
    return {str(key).casefold(): value for key, value in head.items()}


def _first_line(error: Exception) -> str:
    problem = getattr(error, "problem", None) or str(error)
    return problem.splitlines()[0][:120] if problem else type(error).__name__
