"""The configured publications: what is common to all, and what each platform asks for."""

from __future__ import annotations

import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeAlias

from newsletter_bot.errors import SettingsError
from newsletter_bot.model import Capabilities, Visibility
from newsletter_bot.settings.fields import FieldKind, FieldSpec, PlatformFields, fields_of
from newsletter_bot.settings.keys import Key, key, keys_of, read_table, table_of, table_schema
from newsletter_bot.settings.kinds import FLAG, NAME_PATTERN, URL, Kind, choice, count, text, text_of
from newsletter_bot.settings.place import Place, advice
from newsletter_bot.settings.secrets import SECRET, Secret
from newsletter_bot.settings.times import DURATION, as_written
from newsletter_bot.settings.tree import Node, Table

__all__ = [
    "FieldSpec",
    "PlatformFields",
    "PublicationSettings",
    "Value",
    "fields_of",
    "fingerprint",
    "publication_keys",
    "publications_kind",
    "publications_schema",
]

Value: TypeAlias = str | bool | int | timedelta | Secret

_PLAIN: dict[FieldKind, Kind[Any]] = {
    "secret": SECRET,
    "url": URL,
    "flag": FLAG,
    "count": count(),
    "duration": DURATION,
}
_PLATFORM = text()
_VISIBILITY = choice(Visibility)


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicationSettings:
    """One configured outlet; ``values`` are the platform's own settings as far as they are given.

    ``line`` is where its name stands, ``places`` where each of its keys does.
    """

    name: str
    platform: str = field(metadata=key(_PLATFORM, "kind of service"))
    publish: Visibility = field(
        default=Visibility.PUBLIC,
        metadata=key(
            _VISIBILITY,
            "public; draft: a person publishes there; scheduled: handed to the platform's own scheduler",
        ),
    )
    email: bool = field(default=False, metadata=key(FLAG, "a public post is also mailed; never on an update"))
    after: timedelta | None = field(default=None, metadata=key(DURATION, "not before this long after home has it"))
    strict: bool = field(default=False, metadata=key(FLAG, "a loss stops the delivery"))
    user_agent: str | None = field(default=None, metadata=key(text(), "name that the bot gives to this platform"))
    values: Mapping[str, Value] = field(default_factory=dict[str, Value])
    line: int = field(default=1, compare=False)
    places: Mapping[str, Place] = field(default_factory=dict[str, Place], compare=False, repr=False)

    def error(self, field: str, message: str, fix: str | None = None) -> SettingsError:
        """The error that names one of its keys."""
        place = self.places.get(field) or Place("schedule.yaml", self.line, f"publications.{self.name}.{field}")
        return place.error(message, fix)

    @property
    def secrets(self) -> tuple[Secret, ...]:
        """Its secrets, in the order of the file."""
        return tuple(value for value in self.values.values() if isinstance(value, Secret))


COMMON = keys_of(PublicationSettings)


def publication_keys(platform: PlatformFields) -> dict[str, Key]:
    """The keys of a publication on this platform: its own and the common ones, limited to what it can do."""
    common = {
        **COMMON,
        "platform": replace(COMMON["platform"], kind=choice([platform.name])),
        "publish": replace(COMMON["publish"], kind=_publish_kind(platform)),
        "email": replace(COMMON["email"], kind=_email_kind(platform)),
    }
    return common | {spec.name: _key_of(platform.name, spec) for spec in platform.fields if spec.name not in COMMON}


def _key_of(platform: str, spec: FieldSpec) -> Key:
    if spec.kind == "choice":
        kind = choice(spec.choices)
    elif spec.kind == "text":
        kind = text(longest=2000, blank=not spec.required)
    else:
        kind = _PLAIN[spec.kind]
    example = "env:" + f"{platform}_{spec.name}".upper() if spec.kind == "secret" else "…"
    return Key(spec.name, kind, spec.help, required=spec.required, default=spec.default, example=example)


def _visibilities(powers: Capabilities) -> tuple[Visibility, ...]:
    """What a publication can be asked for there."""
    able = {Visibility.PUBLIC: True, Visibility.DRAFT: powers.drafts, Visibility.SCHEDULED: powers.scheduling}
    return tuple(visibility for visibility, can in able.items() if can)


def _publish_kind(platform: PlatformFields) -> Kind[Visibility]:
    able = _visibilities(platform.capabilities)
    lacks = {Visibility.DRAFT: "drafts", Visibility.SCHEDULED: "a scheduler of its own"}

    def read(node: Node, place: Place) -> Visibility:
        wanted = Visibility(_VISIBILITY.read(node, place))
        if wanted not in able:
            fix = f"{platform.name} takes {' or '.join(able)}"
            raise place.error(f"{platform.name} has not got {lacks[wanted]}", fix)
        return wanted

    return Kind(read, choice(able).schema)


def _email_kind(platform: PlatformFields) -> Kind[bool]:
    def read(node: Node, place: Place) -> bool:
        wanted = FLAG.read(node, place)
        if wanted and not platform.capabilities.mail:
            raise place.error(f"{platform.name} sends no mail", "remove this line")
        return wanted

    return Kind(read, FLAG.schema if platform.capabilities.mail else {"const": False})


def publications_kind(platforms: Mapping[str, PlatformFields]) -> Kind[tuple[PublicationSettings, ...]]:
    """All publications by name, each on one of these platforms, of which only those are looked up that are used."""

    def read(node: Node, place: Place) -> tuple[PublicationSettings, ...]:
        table = table_of(node, place)
        return tuple(
            _read_publication(entry.node, place.under(entry.name, entry.line), entry.name, platforms)
            for entry in table.entries
        )

    return Kind(read, {"type": "object"})


def _read_publication(
    node: Node, place: Place, name: str, platforms: Mapping[str, PlatformFields]
) -> PublicationSettings:
    if not re.fullmatch(NAME_PATTERN, name):
        raise place.error("this cannot be a publication's name", "use letters, digits, hyphens and underscores")
    platform = _platform_of(table_of(node, place), place, name, platforms)
    found = read_table(node, place, publication_keys(platform))
    common = {item: value for item, value in found.values.items() if item in COMMON}
    own = {item: value for item, value in found.values.items() if item not in COMMON}
    return PublicationSettings(name=name, values=own, line=place.line or 1, places=found.places, **common)


def _platform_of(table: Table, place: Place, name: str, platforms: Mapping[str, PlatformFields]) -> PlatformFields:
    """The platform that a publication names; what else may stand there depends on it."""
    for entry in table.entries:
        if entry.name == "platform":
            where = place.under("platform", entry.line)
            wanted = text_of(entry.node, where, "the name of a platform")
            if wanted in platforms:
                return platforms[wanted]
            raise where.error(f"there is no platform {where.shown(wanted)} here (yet)", advice(wanted, platforms))
    fix = f"add platform: {name if name in platforms else '…'}; {_known(platforms)}"
    raise place.under("platform", place.line or 1).error("this key is missing", fix)


def _known(platforms: Mapping[str, PlatformFields]) -> str:
    return f"known: {', '.join(sorted(platforms)) or 'none'}"


def publications_schema(platforms: Mapping[str, PlatformFields]) -> dict[str, Any]:
    """Each publication by its platform's rules; which those are is chosen by ``platform``."""
    chosen = [
        {
            "if": {"properties": {"platform": {"const": name}}, "required": ["platform"]},
            "then": table_schema(publication_keys(platform)),
        }
        for name, platform in sorted(platforms.items())
    ]
    one: dict[str, Any] = {
        "type": "object",
        "properties": {"platform": {"enum": sorted(platforms), "description": COMMON["platform"].help}},
        "required": ["platform"],
    }
    return {
        "type": "object",
        "propertyNames": {"pattern": f"^(?:{NAME_PATTERN})$"},
        "additionalProperties": {**one, "allOf": chosen} if chosen else one,
    }


def fingerprint(publication: PublicationSettings, *, key: bytes, environ: Mapping[str, str], folder: Path) -> str:
    """Changes whenever the publication's settings or credentials change; tells nothing of them without ``key``.

    A secret that cannot be had counts as absent, so that the fingerprint can be taken at any time.
    """

    def plain(value: Value | None) -> object:
        if isinstance(value, Secret):
            return ["secret", value.reference, _revealed(value, environ, folder)]
        return as_written(value) if isinstance(value, timedelta) else value

    said = {name: plain(getattr(publication, name)) for name in ("name", *COMMON)}
    own = {name: plain(value) for name, value in publication.values.items()}
    text = json.dumps([said, own], sort_keys=True, ensure_ascii=True)
    return hmac.new(key, text.encode("ascii"), "sha256").hexdigest()


def _revealed(secret: Secret, environ: Mapping[str, str], folder: Path) -> str | None:
    try:
        return secret.reveal(environ, folder)
    except SettingsError:
        return None
