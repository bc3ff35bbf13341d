"""From settings to outlets: adapters are described at once and made only when something is to be sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from newsletter_bot.platforms import adapter, adapters, construct, powers
from newsletter_bot.ports import Outlet, Platform
from newsletter_bot.settings import PlatformFields, PublicationSettings, Secret, Settings, fields_of, fingerprint

OPTIONS = ("section", "comments", "license")
"""Settings of a publication that a draft may override, and that belong to what a reader sees."""


class _Fields(Mapping[str, PlatformFields]):
    """Each adapter is loaded when its fields are asked for; platforms of other packages are looked for when all are."""

    def __getitem__(self, name: str) -> PlatformFields:
        return fields_of(adapters()[name])

    def __iter__(self) -> Iterator[str]:
        return iter(adapters())

    def __len__(self) -> int:
        return len(adapters())

    def __contains__(self, name: object) -> bool:
        return name in adapters()


def platform_fields() -> Mapping[str, PlatformFields]:
    """What each platform can be told in the settings."""
    return _Fields()


def outlets_of(
    settings: Settings, *, environ: Mapping[str, str], salt: bytes, clock: Callable[[], datetime]
) -> Mapping[str, Outlet]:
    """Every configured publication, in the order of the settings."""
    made = [_outlet(settings, each, environ=environ, salt=salt, clock=clock) for each in settings.publications]
    return {outlet.name: outlet for outlet in made}


def _outlet(
    settings: Settings,
    publication: PublicationSettings,
    *,
    environ: Mapping[str, str],
    salt: bytes,
    clock: Callable[[], datetime],
) -> Outlet:
    kind = adapter(publication.platform)

    def make() -> Platform:
        return construct(kind, _values(settings, publication, environ), clock=clock)

    return Outlet(
        name=publication.name,
        platform=publication.platform,
        capabilities=kind.capabilities,
        open=make,
        powers=powers(kind),
        visibility=publication.publish,
        email=publication.email,
        after=publication.after,
        strict=publication.strict,
        fingerprint=fingerprint(
            replace(publication, user_agent=_agent(settings, publication)),
            key=salt,
            environ=environ,
            folder=settings.folder,
        ),
        options={name: str(publication.values[name]) for name in OPTIONS if name in publication.values},
    )


def _values(settings: Settings, publication: PublicationSettings, environ: Mapping[str, str]) -> dict[str, Any]:
    """The adapter's own settings with secrets revealed; they go nowhere else."""
    known = {field.name for field in fields_of(adapter(publication.platform)).fields}
    agent = _agent(settings, publication)
    said = {"user_agent": agent} if agent and "user_agent" in known else {}
    revealed = {name: reveal(value, environ, settings.folder) for name, value in publication.values.items()}
    return {**said, **revealed}


def _agent(settings: Settings, publication: PublicationSettings) -> str | None:
    """The name that the bot gives to this platform, where the settings say one."""
    return publication.user_agent or settings.network.user_agent


def reveal(value: object, environ: Mapping[str, str], folder: Path) -> object:
    """A setting's plain value. Raises SettingsError when a secret cannot be had."""
    return value.reveal(environ, folder) if isinstance(value, Secret) else value


def require_secrets(settings: Settings, names: frozenset[str], environ: Mapping[str, str]) -> None:
    """Raise SettingsError for the first secret of these publications that cannot be had, before anything is sent."""
    for publication in settings.publications:
        if publication.name in names:
            for secret in publication.secrets:
                secret.reveal(environ, settings.folder)
