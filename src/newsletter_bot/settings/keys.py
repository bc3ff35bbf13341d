"""Keys of a table: declared once as fields of a dataclass, read and described from there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from datetime import time, timedelta
from enum import Enum
from typing import Any, TypeVar

from newsletter_bot.settings.kinds import Address, Kind
from newsletter_bot.settings.place import Place, advice
from newsletter_bot.settings.times import as_written
from newsletter_bot.settings.tree import Node, Table, told

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Key:
    """One key that a table may have."""

    name: str
    kind: Kind[Any]
    help: str
    required: bool = False
    default: Any = None
    example: str = "…"


@dataclass(frozen=True, slots=True)
class Found:
    """The keys that stand in a table: their values, and where each stands."""

    values: dict[str, Any]
    places: dict[str, Place]


def key(kind: Kind[Any], meaning: str) -> dict[str, Any]:
    """Metadata that makes a dataclass field a key of the file."""
    return {"kind": kind, "help": meaning}


def keys_of(group: type) -> dict[str, Key]:
    """The keys that a dataclass declares, in its order."""
    return {
        item.name: Key(
            item.name,
            item.metadata["kind"],
            item.metadata["help"],
            required=item.default is MISSING and item.default_factory is MISSING,
            default=None if item.default is MISSING else item.default,
        )
        for item in fields(group)
        if "kind" in item.metadata
    }


def table_of(node: Node, place: Place) -> Table:
    """The node as a table."""
    if isinstance(node, Table):
        return node
    raise place.error(f"keys and values are expected, not {told(node)}", "indent them below, or remove the line")


def read_table(node: Node, place: Place, keys: Mapping[str, Key]) -> Found:
    """Every key of a table in the order of the file. Raises SettingsError for the first that is unknown or wrong."""
    found = Found({}, {})
    for entry in table_of(node, place).entries:
        where = place.under(entry.name, entry.line)
        if entry.name not in keys:
            raise where.error("there is no such key", advice(entry.name, keys, kind="key"))
        found.values[entry.name] = keys[entry.name].kind.read(entry.node, where)
        found.places[entry.name] = where
    for wanted in keys.values():
        if wanted.required and wanted.name not in found.values:
            raise place.under(wanted.name, place.line or 1).error(
                "this key is missing", f"add {wanted.name}: {wanted.example}; {wanted.help}"
            )
    return found


def group(kind: type[T]) -> Kind[T]:
    """A table whose keys are the declared fields of a dataclass."""
    keys = keys_of(kind)

    def read(node: Node, place: Place) -> T:
        return kind(**read_table(node, place, keys).values)

    return Kind(read, table_schema(keys))


def table_schema(keys: Mapping[str, Key]) -> dict[str, Any]:
    """The JSON Schema of a table with these keys and no others."""
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {name: key_schema(declared) for name, declared in keys.items()},
        "additionalProperties": False,
    }
    required = [name for name, declared in keys.items() if declared.required]
    return {**schema, "required": required} if required else schema


def key_schema(declared: Key) -> dict[str, Any]:
    """The JSON Schema of one key with its meaning and default."""
    schema = {**declared.kind.schema, "description": declared.help}
    default = in_json(declared.default)
    return schema if default in (None, "") else {**schema, "default": default}


def in_json(value: Any) -> Any:
    """A default as it would be written in the file; None when there is nothing to write."""
    match value:
        case timedelta():
            return as_written(value)
        case time():
            return value.isoformat("minutes" if not value.second else "seconds")
        case Address() | Enum():
            return str(value)
        case tuple():
            return [in_json(item) for item in value]
        case _:
            return None if is_dataclass(value) else value
