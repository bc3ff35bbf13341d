"""schedule.yaml as a whole: read, checked against itself, frozen."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from newsletter_bot.errors import SettingsError
from newsletter_bot.model import digest_of
from newsletter_bot.settings.cadence import CADENCE, CadenceSettings
from newsletter_bot.settings.fields import PlatformFields
from newsletter_bot.settings.groups import (
    DaemonSettings,
    EventsSettings,
    HousekeepingSettings,
    IssueSettings,
    NetworkSettings,
    NewsletterSettings,
)
from newsletter_bot.settings.keys import Found, Key, group, key, keys_of, read_table
from newsletter_bot.settings.kinds import NAME_PATTERN, Kind, list_of, pattern_schema, refuse_password, text_of
from newsletter_bot.settings.place import Place, advice
from newsletter_bot.settings.publications import PublicationSettings, publications_kind
from newsletter_bot.settings.secrets import REFERENCE_PATTERN, SECRET, Secret, refers
from newsletter_bot.settings.tree import FILE_BYTES, Node, grow

_DATABASE = r"postgres(?:ql)?://\S+"
_PATH = r"(?!.*://)\S(?:.*\S)?"


def _read_ledger(node: Node, place: Place) -> str | Secret:
    value = text_of(node, place, "a path or a postgresql:// address")
    if refers(value):
        return Secret(value, place)
    refuse_password(value, place)
    if not re.fullmatch(f"{_DATABASE}|{_PATH}", value):
        raise place.error("a path or a postgresql:// address is expected", "such as .newsletter-bot/ledger.db")
    return value


_LEDGER: Kind[str | Secret] = Kind(
    _read_ledger, pattern_schema(f"{REFERENCE_PATTERN}|postgres(?:ql)?://(?!\\S*:[^@/\\s]*@)\\S+|{_PATH}")
)


def _read_name(node: Node, place: Place) -> str:
    return text_of(node, place, "the name of a publication")


_NAME: Kind[str] = Kind(_read_name, pattern_schema(NAME_PATTERN))


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What schedule.yaml says, with every default filled in.

    ``folder`` is the newsletter's, absolute; ``digest`` is the SHA-256 of the file's bytes; ``ledger`` is a path
    relative to the folder, a postgresql:// address, or a secret that holds one.
    """

    newsletter: NewsletterSettings = field(metadata=key(group(NewsletterSettings), "whose newsletter it is"))
    cadence: CadenceSettings = field(metadata=key(CADENCE, "when issues are due"))
    issue: IssueSettings = field(metadata=key(group(IssueSettings), "what an issue is made of"))
    housekeeping: HousekeepingSettings = field(metadata=key(group(HousekeepingSettings), "the notices"))
    events: EventsSettings = field(metadata=key(group(EventsSettings), "the events"))
    home: str | None = field(
        default=None, metadata=key(_NAME, "publication whose address is the canonical one; without it any counts")
    )
    publications: tuple[PublicationSettings, ...] = ()
    ledger: str | Secret = field(
        default=".newsletter-bot/ledger.db", metadata=key(_LEDGER, "path of the ledger, or postgresql://…, or env:NAME")
    )
    daemon: DaemonSettings = field(metadata=key(group(DaemonSettings), "the long-running process"))
    notify: tuple[Secret, ...] = field(
        default=(), metadata=key(list_of(SECRET), "who hears of failures and of a streak at risk (apprise addresses)")
    )
    network: NetworkSettings = field(metadata=key(group(NetworkSettings), "behaviour on the network"))
    folder: Path
    file: Path
    digest: str

    def publication(self, name: str) -> PublicationSettings | None:
        """The publication of this name."""
        return next((item for item in self.publications if item.name == name), None)

    @property
    def secrets(self) -> tuple[Secret, ...]:
        """Every secret that the file refers to."""
        own = tuple(secret for item in self.publications for secret in item.secrets)
        ledger = (self.ledger,) if isinstance(self.ledger, Secret) else ()
        return (*own, *ledger, *self.notify)


_GROUPS: Mapping[str, Any] = {
    "newsletter": NewsletterSettings,
    "cadence": CadenceSettings,
    "issue": IssueSettings,
    "housekeeping": HousekeepingSettings,
    "events": EventsSettings,
    "daemon": DaemonSettings,
    "network": NetworkSettings,
}


def settings_keys(platforms: Mapping[str, PlatformFields]) -> dict[str, Key]:
    """The keys at the top of the file; none is required."""
    keys = {name: replace(declared, required=False) for name, declared in keys_of(Settings).items()}
    meaning = "where issues go: a name of your choice, and below it the platform and its settings"
    return keys | {"publications": Key("publications", publications_kind(platforms), meaning)}


def read(path: Path, *, platforms: Mapping[str, PlatformFields]) -> Settings:
    """The settings in a file. Raises SettingsError for the first thing in it that is wrong."""
    try:
        with path.open("rb") as stream:
            data = stream.read(FILE_BYTES + 1)
    except FileNotFoundError:
        fix = '"newsletter-bot init" writes one; --config names another'
        raise SettingsError("the file does not exist", file=str(path), fix=fix) from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "no such path"
        raise SettingsError(f"the file cannot be read: {reason}", file=str(path)) from None
    return parse(data, path=path, platforms=platforms)


def parse(data: bytes, *, path: Path, platforms: Mapping[str, PlatformFields]) -> Settings:
    """The settings in the bytes of a file that stands at ``path``. Raises SettingsError."""
    found = read_table(grow(data, str(path)), Place(str(path)), settings_keys(platforms))
    _check_home(found)
    folder = path.absolute().parent
    values = {name: kind() for name, kind in _GROUPS.items()} | found.values
    newsletter = _named(values.pop("newsletter"), folder)
    cadence = replace(values.pop("cadence"), zone=newsletter.timezone)
    return Settings(newsletter=newsletter, cadence=cadence, folder=folder, file=path, digest=digest_of(data), **values)


def _named(newsletter: NewsletterSettings, folder: Path) -> NewsletterSettings:
    """The newsletter with its identity and title."""
    identity = newsletter.id or folder.resolve().name or "newsletter"
    return replace(newsletter, id=identity, title=newsletter.title or identity)


def _check_home(found: Found) -> None:
    """Home must be a publication, and only others can come after it."""
    publications: tuple[PublicationSettings, ...] = found.values.get("publications", ())
    home: str | None = found.values.get("home")
    names = [item.name for item in publications]
    if home is not None and home not in names:
        fix = advice(home, names, kind="publication")
        raise found.places["home"].error("there is no publication of this name", fix)
    for item in publications:
        if item.after is None:
            continue
        if home is None:
            raise item.error(
                "after", "this waits for home, and there is none", "add home: and the name of a publication"
            )
        if item.name == home:
            raise item.error("after", "home cannot come after itself", "remove this line")
