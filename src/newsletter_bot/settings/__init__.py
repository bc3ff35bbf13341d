"""schedule.yaml -> frozen settings; whatever is wrong is told with file, line, key path and the nearest valid name."""

from __future__ import annotations

from newsletter_bot.settings.cadence import CadenceSettings
from newsletter_bot.settings.fields import FieldSpec, PlatformFields, fields_of
from newsletter_bot.settings.findings import inspect
from newsletter_bot.settings.groups import (
    DaemonSettings,
    EventsSettings,
    HousekeepingSettings,
    IssueSettings,
    NetworkSettings,
    NewsletterSettings,
)
from newsletter_bot.settings.publications import PublicationSettings, fingerprint
from newsletter_bot.settings.schedule import Settings, parse, read
from newsletter_bot.settings.secrets import Secret

__all__ = [
    "CadenceSettings",
    "DaemonSettings",
    "EventsSettings",
    "FieldSpec",
    "HousekeepingSettings",
    "IssueSettings",
    "NetworkSettings",
    "NewsletterSettings",
    "PlatformFields",
    "PublicationSettings",
    "Secret",
    "Settings",
    "fields_of",
    "fingerprint",
    "inspect",
    "parse",
    "read",
]
