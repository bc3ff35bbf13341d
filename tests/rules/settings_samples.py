"""Platforms, files and a small JSON Schema validator for the rules of settings."""

import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from newsletter_bot.errors import SettingsError
from newsletter_bot.model import Capabilities, Certainty, Format, TextPowers
from newsletter_bot.settings import FieldSpec, PlatformFields, Settings, parse

ROOT = Path(__file__).parents[2]
FILE = Path("signals/schedule.yaml")


def _powers(**more: Any) -> Capabilities:
    formats = (Format.HTML,)
    return Capabilities(formats=formats, certainty=Certainty.LOOKUP, settle=timedelta(), text=TextPowers(), **more)


PLATFORMS: Mapping[str, PlatformFields] = {
    "substack": PlatformFields(
        "substack",
        (
            FieldSpec("url", "url", required=True, help="address of the publication"),
            FieldSpec("session", "secret", required=True, help="value of the cookie"),
            FieldSpec("api", "url", default="https://substack.com/api/v1", help="address of the API"),
            FieldSpec("section", "text", default="", help="section of posts"),
            FieldSpec("byline", "count", help="number of the author"),
            FieldSpec(
                "comments", "choice", default="everyone", choices=("everyone", "only_paid", "none"), help="who may"
            ),
        ),
        _powers(scheduling=True, mail=True),
    ),
    "medium": PlatformFields(
        "medium",
        (
            FieldSpec("token", "secret", required=True, help="integration token"),
            FieldSpec("api", "url", default="https://api.medium.com/v1", help="address of the API"),
            FieldSpec("notify", "flag", default=False, help="whether followers are told"),
            FieldSpec("pause", "duration", default=timedelta(seconds=2), help="time between requests"),
        ),
        _powers(),
    ),
    "webhook": PlatformFields(
        "webhook", (FieldSpec("url", "url", required=True, help="address"),), _powers(drafts=False)
    ),
}

CONTRACT = """\
newsletter:
  id: signals
  title: Signals
  author: Ada
  url: https://signals.example
  language: en
  timezone: America/Los_Angeles
cadence:
  every: week
  day: wednesday
  time: "09:00"
  grace: 36h
  breaks: ["2026-12-21..2027-01-03"]
  missed: publish
  missed_limit: 3d
issue:
  sections: [housekeeping, events, body, footnotes, sign_off]
  number_from: 1
  compose: single
  sign_off: "Thanks for reading."
housekeeping:
  heading: Housekeeping
  feeds: ["https://blog.example/feed.xml"]
events:
  heading: Events
  sources: [_events.yaml, "https://example.org/talks.ics"]
  horizon: 60d
home: substack
publications:
  substack:
    platform: substack
    url: https://signals.substack.com
    session: env:SUBSTACK_SID
    publish: public
    email: false
  medium:
    platform: medium
    token: env:MEDIUM_TOKEN
    after: 3d
ledger: .newsletter-bot/ledger.db
daemon: {quiet: 2s, poll: 15m, remind: [48h, 12h], status: 127.0.0.1:8484}
notify: [env:NOTIFY_URL]
network: {allow_private: false}
"""


def settings_of(text: str | bytes) -> Settings:
    """The settings in a text that stands in the folder ``signals``."""
    data = text if isinstance(text, bytes) else text.encode()
    return parse(data, path=FILE, platforms=PLATFORMS)


def error_of(text: str | bytes) -> SettingsError:
    """The error that a text is answered with."""
    with pytest.raises(SettingsError) as caught:
        settings_of(text)
    return caught.value


def place_of(text: str | bytes) -> tuple[int | None, str | None]:
    """Line and key that the error names."""
    error = error_of(text)
    assert str(FILE) == error.file
    return error.line, error.key


class CoreLoader(yaml.SafeLoader):
    """YAML as editors read it: only true, false, null and whole numbers are more than text."""

    yaml_implicit_resolvers: Any = {}  # noqa: RUF012  the class attribute of PyYAML


CoreLoader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(?:true|false)$"), list("tf"))
CoreLoader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile("^[-+]?[0-9]+$"), list("-+0123456789"))
CoreLoader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile("^(?:~|null|)$"), ["~", "n", ""])


def as_editor_reads(text: str) -> Any:
    """The plain values of a YAML text."""
    return yaml.load(text, Loader=CoreLoader)


_TYPES: dict[str, Any] = {"object": dict, "array": list, "string": str, "boolean": bool, "integer": int}


def allows(schema: Any, value: Any) -> bool:
    """Whether a JSON Schema, as far as ours goes, allows a value."""
    if isinstance(schema, bool):
        return schema
    rules = {key: rule for key, rule in schema.items() if key not in _NOTES}
    return all(_allowed(key, rule, value, schema) for key, rule in rules.items())


_NOTES = {"$schema", "title", "description", "default", "format", "then"}


def _allowed(key: str, rule: Any, value: Any, schema: Mapping[str, Any]) -> bool:
    match key:
        case "type":
            return isinstance(value, _TYPES[rule]) and not (rule == "integer" and isinstance(value, bool))
        case "enum":
            return value in rule
        case "const":
            return value == rule and type(value) is type(rule)
        case "anyOf":
            return any(allows(one, value) for one in rule)
        case "allOf":
            return all(allows(one, value) for one in rule)
        case "not":
            return not allows(rule, value)
        case "if":
            return not allows(rule, value) or allows(schema["then"], value)
    return _of_its_type(key, rule, value, schema)


def _of_its_type(key: str, rule: Any, value: Any, schema: Mapping[str, Any]) -> bool:
    """The rules that only concern values of one type; others pass."""
    kind, holds = _RULES[key]
    return not isinstance(value, kind) or bool(holds(rule, value, schema))


_RULES: dict[str, tuple[type, Callable[[Any, Any, Any], Any]]] = {
    "pattern": (str, lambda rule, value, _: re.search(rule, value)),
    "maxLength": (str, lambda rule, value, _: len(value) <= rule),
    "minimum": (int, lambda rule, value, _: value >= rule),
    "maximum": (int, lambda rule, value, _: value <= rule),
    "items": (list, lambda rule, value, _: all(allows(rule, item) for item in value)),
    "minItems": (list, lambda rule, value, _: len(value) >= rule),
    "uniqueItems": (list, lambda rule, value, _: not rule or len({repr(item) for item in value}) == len(value)),
    "required": (dict, lambda rule, value, _: set(rule) <= set(value)),
    "propertyNames": (dict, lambda rule, value, _: all(allows(rule, name) for name in value)),
    "properties": (dict, lambda rule, value, _: all(allows(rule[name], value[name]) for name in value if name in rule)),
    "additionalProperties": (
        dict,
        lambda rule, value, schema: all(
            allows(rule, item) for name, item in value.items() if name not in schema.get("properties", {})
        ),
    ),
}
