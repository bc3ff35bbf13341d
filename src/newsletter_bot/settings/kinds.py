"""Kinds of values: how each is read, and how the JSON Schema says the same."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from newsletter_bot.settings.place import Place, advice
from newsletter_bot.settings.tree import Node, Row, Scalar, told

T = TypeVar("T")

NAME_PATTERN = r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}"
URL_PATTERN = r"https?://[^\s/?#@]+(?:[/?#]\S*)?"
LANGUAGE_PATTERN = r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{1,8})*"
SOURCE_PATTERN = rf"{URL_PATTERN}|webcal://[^\s/?#@]+(?:[/?#]\S*)?|(?!.*://).+"
ADDRESS_PATTERN = r"(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\]):[0-9]{1,5}|off"
_TRUE = {"true", "yes", "on"}
_FALSE = {"false", "no", "off"}


@dataclass(frozen=True, slots=True)
class Kind(Generic[T]):
    """One kind of value: ``read`` makes it from what stands in the file or raises SettingsError, ``schema`` describes it."""

    read: Callable[[Node, Place], T]
    schema: Mapping[str, Any]


def text_of(node: Node, place: Place, wanted: str) -> str:
    """The text of a single value."""
    if isinstance(node, Scalar) and not node.empty:
        return node.text
    if isinstance(node, Scalar):
        raise place.error(f"it has no value; {wanted} is expected", "give it one, or remove the line")
    raise place.error(f"{wanted} is expected, not {told(node)}")


def pattern_schema(pattern: str, **more: object) -> dict[str, Any]:
    """The schema of text that matches as a whole."""
    return {"type": "string", "pattern": f"^(?:{pattern})$", **more}


def text(*, lines: bool = False, longest: int = 300, blank: bool = False) -> Kind[str]:
    """Words of the writer's own: on one line unless ``lines``, and not empty unless ``blank``."""

    def read(node: Node, place: Place) -> str:
        value = text_of(node, place, "text")
        if not blank and not value.strip():
            raise place.error("text is expected, and this is empty")
        if not lines and "\n" in value.strip():
            raise place.error("one line of text is expected, and this has more")
        if len(value) > longest:
            raise place.error(f"this has {len(value)} characters, at most {longest} are expected")
        return value if lines else value.strip()

    wanted = r"[\s\S]*" if blank else r"\s*\S[\s\S]*" if lines else r"\s*\S.*\s*"
    return Kind(read, pattern_schema(wanted, maxLength=longest))


def patterned(pattern: str, wanted: str, fix: str) -> Kind[str]:
    """Text of a fixed form."""

    def read(node: Node, place: Place) -> str:
        value = text_of(node, place, wanted)
        if not re.fullmatch(pattern, value):
            raise place.error(f"{wanted} is expected, not {place.shown(value)}", fix)
        return value

    return Kind(read, pattern_schema(pattern))


def _read_flag(node: Node, place: Place) -> bool:
    value = text_of(node, place, "true or false").casefold()
    if isinstance(node, Scalar) and node.plain and value in _TRUE | _FALSE:
        return value in _TRUE
    fix = "write it without quotes" if value in _TRUE | _FALSE else None
    raise place.error(f"true or false is expected, not {place.shown(value)}", fix)


FLAG: Kind[bool] = Kind(_read_flag, {"type": "boolean"})


def count(least: int = 0, most: int = 10**15) -> Kind[int]:
    """A whole number within bounds, both included."""

    def read(node: Node, place: Place) -> int:
        value = text_of(node, place, "a whole number")
        if not (isinstance(node, Scalar) and node.plain and re.fullmatch(r"[+-]?[0-9]{1,16}", value)):
            raise place.error(f"a whole number is expected, not {place.shown(value)}")
        if not least <= int(value) <= most:
            raise place.error(f"a number from {least} to {most} is expected, not {int(value)}")
        return int(value)

    return Kind(read, {"type": "integer", "minimum": least, "maximum": most})


def choice(names: Iterable[str]) -> Kind[Any]:
    """One of a few words."""
    known = tuple(str(name) for name in names)
    wanted = f"one of {', '.join(known)}"

    def read(node: Node, place: Place) -> str:
        value = text_of(node, place, wanted)
        if value not in known:
            raise place.error(f"{wanted} is expected, not {place.shown(value)}", advice(value, known))
        return value

    return Kind(read, {"type": "string", "enum": list(known)})


def list_of(kind: Kind[T], *, least: int = 0, unique: bool = True) -> Kind[tuple[T, ...]]:
    """A list of values of one kind, none of them twice."""

    def read(node: Node, place: Place) -> tuple[T, ...]:
        if not isinstance(node, Row):
            fix = "write it in brackets: [ … ]" if isinstance(node, Scalar) and not node.empty else None
            raise place.error(f"a list is expected, not {told(node)}", fix)
        values: list[T] = []
        seen: set[T] = set()
        for index, item in enumerate(node.items):
            where = place.item(index, item.line)
            value = kind.read(item, where)
            if unique and value in seen:
                raise where.error("this stands in the list twice", "remove one of the two")
            seen.add(value)
            values.append(value)
        if len(values) < least:
            raise place.error(f"at least {least} entry is expected" if least == 1 else f"at least {least} are expected")
        return tuple(values)

    return Kind(read, {"type": "array", "items": dict(kind.schema), "minItems": least, "uniqueItems": unique})


def has_password(address: str) -> bool:
    """Whether an address carries a user name with a password, in the usual place or as a parameter."""
    _, found, rest = address.partition("://")
    authority = re.split(r"[/?#]", rest, maxsplit=1)[0] if found else ""
    user, at, _ = authority.rpartition("@")
    return bool(at and ":" in user) or bool(re.search(r"(?i)\bpassw(?:or)?d=", address))


def refuse_password(address: str, place: Place) -> None:
    """An address with a credential in it is a literal secret."""
    if has_password(address):
        fix = "take it out; where the setting allows it write env:NAME, file:PATH or keyring:SERVICE/NAME"
        raise place.error("a password stands in this address; literal secrets are refused", fix)


def _valid_address(address: str) -> bool:
    """Whether host and port of an address can be read."""
    from urllib.parse import urlsplit

    try:
        parts = urlsplit(address)
        return bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        return False


def _read_url(node: Node, place: Place) -> str:
    value = text_of(node, place, "an address (http or https)")
    refuse_password(value, place)
    if len(value) > 2000 or not re.fullmatch(URL_PATTERN, value) or not _valid_address(value):
        raise place.error("an address is expected that begins with https:// or http://", "write it as in a browser")
    return value


URL: Kind[str] = Kind(_read_url, pattern_schema(URL_PATTERN, format="uri", maxLength=2000))


def _read_source(node: Node, place: Place) -> str:
    value = text_of(node, place, "a path or an address")
    refuse_password(value, place)
    if len(value) > 2000 or not re.fullmatch(SOURCE_PATTERN, value) or ("://" in value and not _valid_address(value)):
        raise place.error("a path (relative to drafts/) or an address (https, http, webcal) is expected")
    return value


SOURCE: Kind[str] = Kind(_read_source, pattern_schema(SOURCE_PATTERN, maxLength=2000))


@dataclass(frozen=True, slots=True)
class Address:
    """Host and port on which to listen; port 0 takes a free one."""

    host: str
    port: int

    def __str__(self) -> str:
        """As it is written in the file."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def _read_address(node: Node, place: Place) -> Address | None:
    value = text_of(node, place, "host:port")
    host, _, port = value.rpartition(":")
    if re.fullmatch(ADDRESS_PATTERN, value) is None or (host and int(port) > 65535):
        raise place.error(f"host:port is expected, not {place.shown(value)}", "such as 127.0.0.1:8484, or off")
    return Address(host.strip("[]"), int(port)) if host else None


ADDRESS: Kind[Address | None] = Kind(_read_address, pattern_schema(ADDRESS_PATTERN))


def _read_language(node: Node, place: Place) -> str:
    value = text_of(node, place, "a language code")
    if not re.fullmatch(LANGUAGE_PATTERN, value):
        raise place.error(f"a language code is expected, not {place.shown(value)}", "such as en, de or pt-BR")
    return value.replace("_", "-")


LANGUAGE: Kind[str] = Kind(_read_language, pattern_schema(LANGUAGE_PATTERN))
