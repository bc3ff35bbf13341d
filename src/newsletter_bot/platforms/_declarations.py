"""What an adapter declares of itself: its settings with their meaning, and what it can prove."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import MISSING, Field, dataclass, fields
from enum import StrEnum
from types import MappingProxyType
from typing import Any, NamedTuple


class Ground(StrEnum):
    """On what an answer rests."""

    PROVEN = "proven"
    LOOKED_UP = "looked up"
    PERSON = "asked of a person"


class Proof(NamedTuple):
    """One row of the table of guarantees: what may be asked after a fault, the answer, and on what it rests."""

    question: str
    answer: str
    ground: Ground


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One field of an adapter as settings, help and schema need it; ``type`` is the annotation as written."""

    name: str
    help: str
    kind: str
    type: str
    required: bool
    default: Any

    @property
    def secret(self) -> bool:
        """Whether the value must never be shown."""
        return self.kind == "secret"


def about(text: str, kind: str = "text", choices: Sequence[str] = ()) -> Mapping[str, Any]:
    """Metadata of a field: what it means, what kind of value it holds, and the words it takes.

    Kinds are text, url, secret, flag, number, choice, and wiring (given by the program, not by settings).
    """
    return MappingProxyType({"help": text, "kind": kind, **({"choices": tuple(choices)} if choices else {})})


def settings_of(adapter: type) -> tuple[Setting, ...]:
    """The settings that an adapter takes, in order; what the program itself provides is not among them."""
    return tuple(_settings(adapter))


def _settings(adapter: type) -> Iterator[Setting]:
    for field in fields(adapter):
        kind = str(field.metadata.get("kind", "text"))
        if not field.init or kind == "wiring":
            continue
        yield Setting(
            name=field.name,
            help=str(field.metadata.get("help", "")),
            kind=kind,
            type=str(field.type),
            required=field.default is MISSING and field.default_factory is MISSING,
            default=_default(field),
        )


def _default(field: Field[Any]) -> Any:
    return None if field.default is MISSING else field.default
