"""What a person should know of settings that can be read: secrets that are missing or open to others, idle settings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from newsletter_bot.errors import SettingsError
from newsletter_bot.model import Finding, Level
from newsletter_bot.settings.schedule import Settings
from newsletter_bot.settings.secrets import Secret


def inspect(settings: Settings, *, environ: Mapping[str, str]) -> tuple[Finding, ...]:
    """Findings in the order of the file; secrets are looked up, never shown."""
    secrets = (finding for secret in settings.secrets for finding in _of_secret(secret, settings, environ))
    return (*secrets, *_of_publications(settings))


def _of_secret(secret: Secret, settings: Settings, environ: Mapping[str, str]) -> Iterator[Finding]:
    try:
        secret.reveal(environ, settings.folder)
    except SettingsError as error:
        yield finding_of(error)
    exposure = secret.exposure(settings.folder)
    if exposure is not None:
        yield exposure


def finding_of(error: SettingsError) -> Finding:
    """An error as one finding among others."""
    return Finding(
        level=Level.ERROR, message=error.message, fix=error.fix, file=error.file, line=error.line, key=error.key
    )


def _of_publications(settings: Settings) -> Iterator[Finding]:
    if not settings.publications:
        message, fix = "no publication is configured: an issue can be looked at but goes nowhere", "add publications:"
        yield Finding(level=Level.WARNING, message=message, fix=fix, file=str(settings.file), key="publications")
    elif settings.home is None and len(settings.publications) > 1:
        message, fix = "no publication is home: posts name no canonical address", "add home: and a publication's name"
        yield Finding(level=Level.INFO, message=message, fix=fix, file=str(settings.file), key="home")
