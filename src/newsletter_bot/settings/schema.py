"""The JSON Schema of schedule.yaml, for editors: the same declarations that the reader goes by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from newsletter_bot.settings.fields import PlatformFields
from newsletter_bot.settings.keys import table_schema
from newsletter_bot.settings.publications import publications_schema
from newsletter_bot.settings.schedule import settings_keys


def schema(platforms: Mapping[str, PlatformFields]) -> dict[str, Any]:
    """The schema (draft 2020-12) of the whole file with the settings of these platforms.

    It is the strict form: whatever it allows is read, save what a schema cannot see (days and zones that do not exist,
    names that must fit each other); numbers and dates that stand unquoted where text is expected are read as text.
    """
    described = table_schema(settings_keys(platforms))
    described["properties"]["publications"] |= publications_schema(platforms)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "newsletter-bot: schedule.yaml",
        **described,
    }
