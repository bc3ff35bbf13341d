"""What a platform asks for in schedule.yaml, derived from the fields of its adapter.

An adapter's dataclass field is a setting when its metadata says what it means: ``help`` (required), and where the
type does not say it all ``kind``, ``secret`` (true) or ``choices``. Fields without ``help``, and those of the kind
``wiring``, are given by the program.
"""

from __future__ import annotations

import sys
from dataclasses import MISSING, Field, dataclass, fields
from datetime import timedelta
from enum import Enum
from types import NoneType, UnionType
from typing import Any, Literal, TypeAlias, Union, cast, get_args, get_origin, get_type_hints

from newsletter_bot.errors import SettingsError
from newsletter_bot.model import Capabilities
from newsletter_bot.settings.secrets import Secret

FieldKind: TypeAlias = Literal["text", "secret", "url", "flag", "count", "choice", "duration"]

_BY_TYPE: dict[Any, FieldKind] = {
    str: "text",
    bool: "flag",
    int: "count",
    timedelta: "duration",
    Secret: "secret",
}
_OTHER_WORDS: dict[str, FieldKind] = {"number": "count"}


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One setting of a platform; ``choices`` are the words it may be."""

    name: str
    kind: FieldKind
    required: bool = False
    default: str | bool | int | timedelta | None = None
    choices: tuple[str, ...] = ()
    help: str = ""


@dataclass(frozen=True, slots=True)
class PlatformFields:
    """A platform as settings see it: what it asks for, and what it can do."""

    name: str
    fields: tuple[FieldSpec, ...]
    capabilities: Capabilities


def fields_of(adapter: type[Any]) -> PlatformFields:
    """The settings that an adapter (a dataclass with ``name`` and ``capabilities``) declares by its fields."""
    specs = tuple(_spec(adapter, item) for item in fields(adapter) if item.init and _is_setting(item))
    return PlatformFields(adapter.name, specs, adapter.capabilities)


def _is_setting(item: Field[Any]) -> bool:
    return "help" in item.metadata and item.metadata.get("kind") != "wiring"


def _spec(adapter: type[Any], item: Field[Any]) -> FieldSpec:
    hint = _hint(adapter, item)
    default = None if item.default is MISSING else item.default
    choices = tuple(str(word) for word in item.metadata.get("choices", ()) or _choices(hint))
    kind = _kind(item, hint, default, choices)
    known = (*_BY_TYPE.values(), "url", "choice")
    if kind not in known:
        raise SettingsError(f'the platform "{adapter.name}" declares {item.name} in a way that settings cannot read')
    return FieldSpec(
        name=item.name,
        kind=kind,
        required=item.default is MISSING and item.default_factory is MISSING,
        default=None if kind == "secret" else default.value if isinstance(default, Enum) else default,
        choices=choices,
        help=str(item.metadata["help"]),
    )


def _kind(item: Field[Any], hint: Any, default: Any, choices: tuple[str, ...]) -> FieldKind | None:
    """What the field holds, by what its metadata, type and default say, in this order.

    ``text`` leaves it to the type, ``choice`` without known words to the adapter.
    """
    if item.metadata.get("secret"):
        return "secret"
    stated = item.metadata.get("kind", "text")
    if stated not in {"text", "choice"}:
        return cast("FieldKind", _OTHER_WORDS.get(stated, stated))
    if choices:
        return "choice"
    if isinstance(default, str) and default.startswith(("https://", "http://")):
        return "url"
    return _BY_TYPE.get(hint)


def _choices(hint: Any) -> tuple[Any, ...]:
    """The words of a Literal or an enum."""
    if get_origin(hint) is Literal:
        return get_args(hint)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return tuple(member.value for member in hint)
    return ()


def _hint(adapter: type[Any], item: Field[Any]) -> Any:
    """The field's type without its None, resolved where the class that declares it stands."""
    owner = next(cls for cls in adapter.__mro__ if item.name in vars(cls).get("__annotations__", {}))
    holder = type("Holder", (), {"__annotations__": {item.name: item.type}})
    names = dict(vars(sys.modules[owner.__module__]))
    try:
        hint: Any = get_type_hints(holder, globalns=names, localns={"Secret": Secret})[item.name]
    except NameError:
        return None
    if get_origin(hint) in {Union, UnionType}:
        rest = [part for part in get_args(hint) if part is not NoneType]
        return rest[0] if len(rest) == 1 else None
    return hint
