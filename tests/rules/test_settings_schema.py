"""The JSON Schema says what the reader does."""

import json
from typing import Any

import pytest
from settings_samples import CONTRACT, PLATFORMS, ROOT, allows, as_editor_reads, error_of, settings_of

from newsletter_bot.settings.schema import schema

SCHEMA = schema(PLATFORMS)
PLACES = "publications: {m: {platform: medium, token: env:T, %s}}"

GOOD = [
    CONTRACT,
    "newsletter: {title: Signals}",
    "cadence: {every: 2 weeks, day: fri, time: '09:00:30'}",
    "cadence: {every: month, day: 31}",
    "cadence: {every: [monday, Thu], breaks: ['2026-12-24']}",
    "issue: {number_in_title: true, sign_off: ''}",
    "issue: {number_in_title: '{title} (no. {number})', reading_time: true}",
    "events: {style: prose, sources: ['webcal://a.example/x.ics', 'sub/a.csv'], horizon: 1w3d}",
    "daemon: {status: 'off', remind: []}",
    "daemon: {status: '[::1]:8484'}",
    "ledger: env:LEDGER",
    "ledger: postgresql://ada@a.example:5432/signals",
    "ledger: keyring:newsletter-bot/ledger",
    PLACES % "publish: draft, email: false, notify: true, pause: 1m",
    "publications: {s: {platform: substack, url: 'https://s.example', session: 'file:s', publish: scheduled, email: true}}",
    "publications: {}",
]

BAD = [
    "newsletter: {titel: x}",
    "newsletter: [a]",
    "newsletter: {title: ''}",
    "newsletter: {url: signals}",
    "newsletter: {url: 'https://ada:pw@a.example'}",
    "newsletter: {language: english!}",
    "newsletter: {timezone: 'a b'}",
    "cadence: {every: fortnight}",
    "cadence: {every: [mon, mon]}",
    "cadence: {every: [], time: '09:00'}",
    "cadence: {every: 0 weeks}",
    "cadence: {day: 3}",
    "cadence: {every: week, day: noday}",
    "cadence: {every: month, day: friday}",
    "cadence: {every: month, day: 32}",
    "cadence: {every: [mon], day: mon}",
    "cadence: {time: '24:00'}",
    "cadence: {time: 540}",
    "cadence: {grace: 36}",
    "cadence: {grace: '36'}",
    "cadence: {grace: h}",
    "cadence: {breaks: '2026-12-24'}",
    "cadence: {breaks: ['24.12.2026']}",
    "cadence: {missed: perhaps}",
    "issue: {sections: [body, body]}",
    "issue: {sections: []}",
    "issue: {sections: [header]}",
    "issue: {number_from: -1}",
    "issue: {number_from: '1'}",
    "issue: {compose: double}",
    "issue: {number_in_title: '{title}'}",
    "housekeeping: {feeds: ['feed.xml']}",
    "events: {sources: ['ftp://a.example']}",
    "events: {horizon: -1d}",
    "home: ''",
    "publications: [a]",
    "publications: {a b: {platform: medium, token: env:T}}",
    "publications: {a: {platform: medum}}",
    "publications: {a: {token: env:T}}",
    "publications: {a: {platform: medium}}",
    PLACES % "publish: scheduled",
    PLACES % "publish: later",
    PLACES % "email: true",
    PLACES % "url: 'https://a.example'",
    PLACES % "after: soon",
    PLACES % "notify: 'true'",
    PLACES % "api: 7",
    "publications: {m: {platform: medium, token: literal}}",
    "ledger: mysql://a.example",
    "ledger: postgresql://ada:pw@a.example/x",
    "ledger: [a]",
    "daemon: {status: 8484}",
    "daemon: {quiet: 2}",
    "notify: ['mailto://a.example']",
    "network: {allow_private: 'yes'}",
    "network:",
    "unknown: 1",
]


@pytest.mark.parametrize("text", GOOD)
def test_reader_and_schema_take_the_same(text: str) -> None:
    """What the schema allows can be read."""
    assert settings_of(text)
    assert allows(SCHEMA, as_editor_reads(text))


@pytest.mark.parametrize("text", BAD)
def test_reader_and_schema_refuse_the_same(text: str) -> None:
    """What the reader refuses the schema refuses too."""
    assert error_of(text)
    assert not allows(SCHEMA, as_editor_reads(text))


def test_sample_file_fits_the_schema() -> None:
    """The schedule.yaml at the top of the project is as the schema wants it."""
    assert allows(SCHEMA, as_editor_reads((ROOT / "schedule.yaml").read_text(encoding="utf-8")))


def test_schema_is_json_with_a_meaning_for_every_key() -> None:
    """The schema can be written as JSON, and says what each key means."""
    found = json.loads(json.dumps(SCHEMA))
    groups = [group for group in found["properties"].values() if "properties" in group]
    keys = [key for group in groups for key in group["properties"].values()]

    assert "https://json-schema.org/draft/2020-12/schema" == found["$schema"]
    assert len(keys) > 25
    assert all(key["description"] for key in keys)


def test_schema_knows_each_platform() -> None:
    """Each platform's own keys, needs, choices and defaults stand in the schema."""
    rules = {rule["if"]["properties"]["platform"]["const"]: rule["then"] for rule in _platform_rules()}

    assert ["medium", "substack", "webhook"] == sorted(rules)
    assert ["platform", "token"] == rules["medium"]["required"]
    assert ["everyone", "only_paid", "none"] == rules["substack"]["properties"]["comments"]["enum"]
    assert "2s" == rules["medium"]["properties"]["pause"]["default"]


def _platform_rules() -> list[dict[str, Any]]:
    rules: list[dict[str, Any]] = SCHEMA["properties"]["publications"]["additionalProperties"]["allOf"]
    return rules


def test_defaults_of_the_schema_are_the_readers() -> None:
    """A default that the schema states is what the reader fills in."""
    stated = {
        f"{name}.{key}": rule["default"]
        for name, group in SCHEMA["properties"].items()
        for key, rule in group.get("properties", {}).items()
        if "default" in rule
    }

    assert ("36h", "09:00", "60d", ["2d", "12h"], "127.0.0.1:8484", ["_events.yaml"]) == (
        stated["cadence.grace"],
        stated["cadence.time"],
        stated["events.horizon"],
        stated["daemon.remind"],
        stated["daemon.status"],
        stated["events.sources"],
    )
