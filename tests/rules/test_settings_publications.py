"""Publications: common keys, the platform's own, and how adapters declare them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, ClassVar, Literal

import pytest
from settings_samples import PLATFORMS, error_of, settings_of

from newsletter_bot.errors import SettingsError
from newsletter_bot.model import Audience, Capabilities, Visibility
from newsletter_bot.settings import FieldSpec, PublicationSettings, Secret, fields_of


def medium(more: str) -> PublicationSettings:
    """A publication on Medium with more keys."""
    head = "home: w\npublications:\n  w: {platform: webhook, url: 'https://a.example'}\n  m:\n"
    return settings_of(f"{head}    {{platform: medium, token: env:T, {more}}}").publications[1]


def test_common_keys_have_defaults() -> None:
    """A publication is public, unmailed and lenient unless it says otherwise."""
    found = medium("")

    assert (Visibility.PUBLIC, False, None, False, None) == (
        found.publish,
        found.email,
        found.after,
        found.strict,
        found.user_agent,
    )


def test_common_keys_are_read() -> None:
    """Each common key reaches its setting."""
    found = medium("publish: draft, after: 3d, strict: true, user_agent: Signals Carrier")

    assert (Visibility.DRAFT, timedelta(days=3), True, "Signals Carrier") == (
        found.publish,
        found.after,
        found.strict,
        found.user_agent,
    )


def test_own_keys_are_values() -> None:
    """The platform's own keys are values of their kinds, and only those that are given."""
    expected = {"token": Secret("env:T"), "notify": True, "pause": timedelta(seconds=5)}

    assert expected == medium("notify: yes, pause: 5s").values


def test_places_are_kept() -> None:
    """A publication knows the line of its name and of each key, for errors that are found later."""
    found = settings_of("publications:\n  m:\n    platform: medium\n    token: env:T\n").publications[0]

    error = found.error("token", "this is used up")
    assert (2, 4, "publications.m.token") == (found.line, error.line, error.key)
    assert "publications.m.api" == found.error("api", "this is wrong").key


@pytest.mark.parametrize(
    ("more", "key", "said"),
    [
        ("publish: scheduled", "publish", "scheduler"),
        ("publish: drafts", "publish", '"draft"'),
        ("email: true", "email", "no mail"),
        ("session: env:S", "session", "no such key"),
        ("notify: 1", "notify", "true or false"),
        ("pause: 5", "pause", "duration"),
        ("api: api.medium.com", "api", "https://"),
    ],
)
def test_what_a_platform_cannot_do_is_refused(more: str, key: str, said: str) -> None:
    """A publication can only be asked for what its platform has got."""
    error = error_of(f"publications: {{m: {{platform: medium, token: env:T, {more}}}}}")

    assert f"publications.m.{key}" == error.key
    assert said in str(error)


def test_platform_without_drafts() -> None:
    """Where there are no drafts, none can be asked for."""
    error = error_of("publications: {w: {platform: webhook, url: 'https://a.example', publish: draft}}")

    assert "has not got drafts" in error.message


def test_platform_that_can_does() -> None:
    """Scheduling and mail can be asked for where the platform has them."""
    found = settings_of(
        "publications: {s: {platform: substack, url: 'https://s.example', session: env:S, publish: scheduled, email: true,"
        " comments: none, byline: 7, section: ''}}"
    ).publications[0]

    assert (Visibility.SCHEDULED, True, "none", 7, "") == (
        found.publish,
        found.email,
        *(found.values[name] for name in ("comments", "byline", "section")),
    )


def test_unknown_platform_is_not_there_yet() -> None:
    """A platform that is not known is told so, with those that are."""
    error = error_of("publications: {g: {platform: zzz}}")

    assert "(yet)" in error.message
    assert "medium, substack, webhook" in (error.fix or "")


def test_missing_credential_tells_what_to_write() -> None:
    """A required key that is missing is told with an example of where to keep it."""
    assert "token: env:MEDIUM_TOKEN" in (error_of("publications: {m: {platform: medium}}").fix or "")


def test_publications_can_be_looked_up() -> None:
    """A publication is found by its name."""
    found = settings_of("publications: {m: {platform: medium, token: env:T}}")

    assert found.publications[0] == found.publication("m")
    assert found.publication("n") is None


@dataclass(frozen=True, kw_only=True)
class Pigeon:
    """An adapter with a field of every kind."""

    name: ClassVar[str] = "pigeon"
    capabilities: ClassVar[Capabilities] = PLATFORMS["medium"].capabilities

    loft: str = field(metadata={"help": "where it lives", "kind": "url"})
    ring: str = field(repr=False, metadata={"help": "who it is", "secret": True})
    seal: Secret | None = field(default=None, metadata={"help": "seal"})
    api: str = field(default="https://pigeon.example/v1", metadata={"help": "address"})
    grain: "Literal['oats', 'corn'] | None" = field(default=None, metadata={"help": "food", "kind": "choice"})
    coat: str = field(default="grey", metadata={"help": "colour", "choices": ("grey", "white")})
    audience: Audience = field(default=Audience.EVERYONE, metadata={"help": "for whom"})
    flock: int = field(default=3, metadata={"help": "how many", "kind": "text"})
    quick: bool = field(default=False, metadata={"help": "haste"})
    rest: timedelta = field(default=timedelta(hours=1), metadata={"help": "pause"})
    note: str | None = field(default=None, metadata={"help": "words"})
    clock: Callable[[], float] | None = field(default=None, metadata={"help": "", "kind": "wiring"})
    client: Any = None


def test_adapter_declares_by_its_fields() -> None:
    """Name, kind, need, default and choices come from the adapter's fields; the program's own wiring does not."""
    assert (
        FieldSpec("loft", "url", required=True, help="where it lives"),
        FieldSpec("ring", "secret", required=True, help="who it is"),
        FieldSpec("seal", "secret", help="seal"),
        FieldSpec("api", "url", default="https://pigeon.example/v1", help="address"),
        FieldSpec("grain", "choice", choices=("oats", "corn"), help="food"),
        FieldSpec("coat", "choice", default="grey", choices=("grey", "white"), help="colour"),
        FieldSpec("audience", "choice", default="everyone", choices=("everyone", "paid"), help="for whom"),
        FieldSpec("flock", "count", default=3, help="how many"),
        FieldSpec("quick", "flag", default=False, help="haste"),
        FieldSpec("rest", "duration", default=timedelta(hours=1), help="pause"),
        FieldSpec("note", "text", help="words"),
    ) == fields_of(Pigeon).fields


@dataclass(frozen=True)
class Snail:
    """An adapter whose field is of no kind that a file can hold."""

    name: ClassVar[str] = "snail"
    capabilities: ClassVar[Capabilities] = PLATFORMS["medium"].capabilities
    trail: dict[str, str] = field(metadata={"help": "where it went"})


def test_field_of_no_kind_is_told() -> None:
    """An adapter that asks for what a file cannot hold is told by name."""
    with pytest.raises(SettingsError, match=r'"snail" declares trail'):
        fields_of(Snail)
