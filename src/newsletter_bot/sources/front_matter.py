"""Front matter: the key: value pairs between ``---`` (YAML) or ``+++`` (TOML) at the head of a text, each with its line."""

from __future__ import annotations

import re
import tomllib
from typing import Any, NamedTuple

from frontmatter.default_handlers import BaseHandler, YAMLHandler

from newsletter_bot.errors import DraftError
from newsletter_bot.sources.yaml_values import Placed, load_yaml

LENGTH = 64_000
"""Longest front matter, in characters."""
NAMES = 40
"""Most names that a dotted TOML key may hold."""


class FrontMatter(NamedTuple):
    """Values with their lines, and the text that follows them; ``present`` is False when the file has none."""

    values: Placed
    body: str
    body_line: int
    present: bool


class Yaml(YAMLHandler):
    """Between lines of three or more dashes: YAML."""

    FM_BOUNDARY = re.compile(r"^-{3,}[ \t]*$", re.MULTILINE)

    def load(self, fm: str, **kwargs: Any) -> Any:
        """The values, read as ``yaml_values`` does."""
        return load_yaml(fm, file=kwargs["file"], first_line=kwargs["first_line"])


class Toml(BaseHandler):
    """Between lines of three or more plus signs: TOML, read by the standard library."""

    FM_BOUNDARY = re.compile(r"^\+{3,}[ \t]*$", re.MULTILINE)
    START_DELIMITER = END_DELIMITER = "+++"

    def load(self, fm: str, **kwargs: Any) -> Any:
        """The values; raises DraftError with the line that the parser names."""
        return load_toml(fm, file=kwargs["file"], first_line=kwargs["first_line"])


HANDLERS: tuple[Yaml | Toml, ...] = (Yaml(), Toml())


def split_front_matter(text: str, *, file: str) -> FrontMatter:
    """Front matter and body of a text whose lines end in line feeds; raises DraftError with line, key and fix."""
    start = len(text) - len(text.lstrip())
    head = text[start:] if start else text
    handler = next((one for one in HANDLERS if one.detect(head)), None)
    if handler is None:
        return FrontMatter(Placed(1), text, 1, present=False)
    above = text.count("\n", 0, start)
    try:
        source, body = handler.split(head)
    except ValueError as error:
        fence = head[:3]
        message = f"the front matter that `{fence}` opens is not closed"
        raise DraftError(message, file=file, line=above + 1, fix=f"end it with a line `{fence}`") from error
    if len(source) > LENGTH:
        message = f"the front matter is {len(source)} characters long, at most {LENGTH} are read"
        raise DraftError(message, file=file, line=above + 1, fix="move text below the front matter")
    values = handler.load(source, file=file, first_line=above + 1)
    body_line = above + 1 + source.count("\n") + 1
    return FrontMatter(_mapping(values, file, above + 1), body.removeprefix("\n"), body_line, present=True)


def _mapping(values: Any, file: str, line: int) -> Placed:
    if values is None:
        return Placed(line)
    if isinstance(values, Placed):
        return values
    kind = "a list" if isinstance(values, list) else "a single value"
    message = f"the front matter is {kind}, not pairs of key and value"
    raise DraftError(message, file=file, line=line + 1, fix="write lines such as `title: My title`")


def load_toml(text: str, *, file: str, first_line: int = 1) -> Placed:
    """The pairs of a TOML text that starts on ``first_line`` of ``file``."""
    _check_names(text, file, first_line)
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _toml_error(error, text, file, first_line) from error
    except (RecursionError, ValueError) as error:
        message = "the front matter is nested too deeply or holds a value out of range"
        raise DraftError(message, file=file, line=first_line, fix="write plain values") from error
    return _placed(values, text.split("\n"), first_line)


def _check_names(text: str, file: str, first_line: int) -> None:
    """A key of thousands of names costs the parser their square."""
    for number, line in enumerate(text.split("\n"), first_line):
        if line.count(".") > NAMES and any(part.count(".") > NAMES for part in re.split(r"[=,{}\[\]\"']", line)):
            raise DraftError("a key has too many dots", file=file, line=number, fix="put the value in quotes")


def _toml_error(error: tomllib.TOMLDecodeError, text: str, file: str, first_line: int) -> DraftError:
    problem, _, place = str(error).partition(" (at ")
    found = re.match(r"line (\d+)", place)
    line = int(found[1]) if found else text.rstrip().count("\n") + 1
    if problem.startswith(("Cannot overwrite", "Cannot declare", "Duplicate inline")):
        key = text.split("\n")[line - 1].partition("=")[0].strip(" []")
        message, fix = f"the key `{key}` is doubled", "keep one of the two"
        return DraftError(message, file=file, line=line + first_line - 1, key=key, fix=fix)
    fix = (
        'put text in quotes: key = "value"' if "Invalid value" in problem else "check quotes, brackets and equals signs"
    )
    return DraftError(problem, file=file, line=line + first_line - 1, fix=fix)


def _placed(values: dict[str, Any], lines: list[str], first_line: int) -> Placed:
    placed = Placed(first_line)
    used = 0
    for key, value in values.items():
        starts = [
            number
            for number, line in enumerate(lines)
            if re.match(rf"\s*\[*\s*[\"']?{re.escape(key)}[\"'\]\s.=]", line)
        ]
        placed.lines[key] = (starts[0] if starts else used) + first_line
        placed[key] = _nested_list(value, [one + first_line for one in starts], placed.lines[key])
    return placed


def _nested_list(value: Any, lines: list[int], line: int) -> Any:
    """A list of tables whose mappings know their lines, other values as they are."""
    if not isinstance(value, list):
        return value
    places = lines if len(lines) == len(value) else [line] * len(value)
    return [_nested(one, place) for one, place in zip(value, places, strict=True)]


def _nested(value: Any, line: int) -> Any:
    if not isinstance(value, dict):
        return value
    placed = Placed(line)
    placed.update(value)
    return placed
