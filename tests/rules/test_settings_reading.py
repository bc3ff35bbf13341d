"""What schedule.yaml says, and what stands in for what it does not say."""

from datetime import date, time, timedelta
from pathlib import Path

import pytest
from settings_samples import CONTRACT, FILE, PLATFORMS, ROOT, error_of, place_of, settings_of

from newsletter_bot.errors import SettingsError
from newsletter_bot.model import Level, digest_of
from newsletter_bot.settings import inspect, read
from newsletter_bot.settings.kinds import Address


def test_whole_contract_is_read() -> None:
    """Every key of the documented file reaches its setting."""
    settings = settings_of(CONTRACT)

    newsletter = settings.newsletter
    assert ("signals", "Signals", "Ada", "https://signals.example", "en", "America/Los_Angeles") == (
        newsletter.id,
        newsletter.title,
        newsletter.author,
        newsletter.url,
        newsletter.language,
        newsletter.timezone,
    )
    assert "Thanks for reading." == settings.issue.sign_off
    assert ("https://blog.example/feed.xml",) == settings.housekeeping.feeds
    assert ("_events.yaml", "https://example.org/talks.ics") == settings.events.sources
    assert "substack" == settings.home
    assert ["substack", "medium"] == [item.name for item in settings.publications]
    assert ["env:SUBSTACK_SID", "env:MEDIUM_TOKEN", "env:NOTIFY_URL"] == [str(secret) for secret in settings.secrets]


def test_cadence_of_the_contract() -> None:
    """The documented cadence is every Wednesday at nine, with its break and its grace."""
    cadence = settings_of(CONTRACT).cadence

    assert (1, False, (), 2) == (cadence.every_weeks, cadence.monthly, cadence.weekdays, cadence.day)
    assert (time(9), "America/Los_Angeles") == (cadence.time, cadence.zone)
    assert (timedelta(hours=36), timedelta(days=3)) == (cadence.grace, cadence.missed_limit)
    assert ((date(2026, 12, 21), date(2027, 1, 3)),) == cadence.breaks


def test_silence_means_the_documented_defaults() -> None:
    """A file that says almost nothing is filled with the values of the documented one."""
    short, long = settings_of("newsletter: {title: Signals}"), settings_of(CONTRACT)

    assert long.daemon == short.daemon
    assert long.network == short.network
    assert long.ledger == short.ledger
    assert long.issue.sections == short.issue.sections
    assert ("_events.yaml",) == short.events.sources
    assert (timedelta(days=60), "Events", "Housekeeping") == (
        short.events.horizon,
        short.events.heading,
        short.housekeeping.heading,
    )
    assert (None, ()) == (short.home, short.publications)
    assert (long.cadence.grace, long.cadence.time, long.cadence.day) == (
        short.cadence.grace,
        short.cadence.time,
        short.cadence.day,
    )


def test_identity_is_the_folder() -> None:
    """Without an id the newsletter is called after its folder, and without a title after its id."""
    newsletter = settings_of("home: a\npublications: {a: {platform: webhook, url: 'https://a.example'}}").newsletter

    assert ("signals", "signals") == (newsletter.id, newsletter.title)


def test_file_folder_and_digest_are_kept() -> None:
    """Settings know the file they came from, its folder and its digest."""
    settings = settings_of(CONTRACT)

    assert (FILE, FILE.absolute().parent, digest_of(CONTRACT)) == (settings.file, settings.folder, settings.digest)


def test_sample_file_is_valid() -> None:
    """The schedule.yaml at the top of the project can be read as it is."""
    settings = read(ROOT / "schedule.yaml", platforms=PLATFORMS)

    assert "substack" == settings.home
    assert "substack" in [item.platform for item in settings.publications]


def test_missing_file_is_told(tmp_path: Path) -> None:
    """A file that is not there is an error that says how to get one."""
    with pytest.raises(SettingsError) as caught:
        read(tmp_path / "schedule.yaml", platforms=PLATFORMS)

    assert "does not exist" in caught.value.message
    assert "init" in (caught.value.fix or "")


def test_folder_instead_of_file_is_told(tmp_path: Path) -> None:
    """A folder in place of the file is an error, not a traceback."""
    with pytest.raises(SettingsError, match="cannot be read"):
        read(tmp_path, platforms=PLATFORMS)


@pytest.mark.parametrize(
    ("written", "line", "key", "meant"),
    [
        ("newsletter:\n  titel: x", 2, "newsletter.titel", "title"),
        ("newsleter: {}", 1, "newsleter", "newsletter"),
        ("daemon:\n  quiet: 1s\n  remid: []", 3, "daemon.remid", "remind"),
        ("cadence: {missedlimit: 3d}", 1, "cadence.missedlimit", "missed_limit"),
        ("cadence:\n  missed: skipp", 2, "cadence.missed", "skip"),
        ("issue:\n  sections:\n    - body\n    - event", 4, "issue.sections[1]", "events"),
        ("issue: {sections: [body, sign-off]}", 1, "issue.sections[1]", "sign_off"),
        ("\n\nnewsletter:\n  timezone: America/Los Angelas", 4, "newsletter.timezone", "America/Los_Angeles"),
        ("newsletter: {timezone: Lisbon}", 1, "newsletter.timezone", "Europe/Lisbon"),
        ("home: sub\npublications:\n  subs: {platform: webhook, url: 'https://a.example'}", 1, "home", "subs"),
        ("publications:\n  m:\n    platform: meduim", 3, "publications.m.platform", "medium"),
        ("publications:\n  m:\n    platform: medium\n    tokn: env:T", 4, "publications.m.tokn", "token"),
    ],
)
def test_wrong_name_tells_place_and_nearest(written: str, line: int, key: str, meant: str) -> None:
    """A name that does not exist is told with its line, its key path and the nearest that does."""
    assert (line, key) == place_of(written)
    assert f'"{meant}"' in (error_of(written).fix or "")


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("newsletter: Signals", "newsletter"),
        ("newsletter: [a]", "newsletter"),
        ("newsletter: {title: [a]}", "newsletter.title"),
        ("newsletter: {title: ''}", "newsletter.title"),
        ('newsletter: {title: "a\\nb"}', "newsletter.title"),
        ("newsletter: {url: signals.example}", "newsletter.url"),
        ("newsletter: {url: 'https://[::1'}", "newsletter.url"),
        ("newsletter: {language: english, title: x}", "newsletter.language"),
        ("newsletter:", "newsletter"),
        ("issue: {number_from: one}", "issue.number_from"),
        ("issue: {number_from: -1}", "issue.number_from"),
        ("issue: {number_from: '1'}", "issue.number_from"),
        ("issue: {sections: body}", "issue.sections"),
        ("issue: {sections: []}", "issue.sections"),
        ("issue: {sections: [body, body]}", "issue.sections[1]"),
        ("issue: {number_in_title: 'No. {nummer}'}", "issue.number_in_title"),
        ("events: {sources: ['ftp://a.example/x']}", "events.sources[0]"),
        ("network: {allow_private: perhaps}", "network.allow_private"),
        ("network: {allow_private: 'true'}", "network.allow_private"),
        ("daemon: {status: '8484'}", "daemon.status"),
        ("daemon: {status: '127.0.0.1:99999'}", "daemon.status"),
        ("daemon: {poll: 0s}", "daemon.poll"),
        ("ledger: 'mysql://host/db'", "ledger"),
        ("ledger: [a]", "ledger"),
        ("notify: env:A", "notify"),
        ("publications: [a]", "publications"),
        ("publications: {a: medium}", "publications.a"),
        ("publications: {'a b': {platform: medium, token: env:T}}", "publications.a b"),
        ("publications: {a: {token: env:T}}", "publications.a.platform"),
        ("publications: {a: {platform: medium}}", "publications.a.token"),
    ],
)
def test_wrong_value_tells_its_key(written: str, key: str) -> None:
    """A value of the wrong kind is told with its key path."""
    assert (1, key) == place_of(written)


def test_first_error_of_the_file_is_told() -> None:
    """Of several errors the one that stands first is told."""
    assert (2, "network.colour") == place_of("network:\n  colour: red\ncadence:\n  day: 9")


def test_number_in_title_is_a_pattern() -> None:
    """True stands for a usual pattern, false for none, and a text for itself."""
    written = ["true", "false", '"{title} (no. {number})"']

    assert [
        "#{number}: {title}",
        "",
        "{title} (no. {number})",
    ] == [settings_of(f"issue: {{number_in_title: {value}}}").issue.number_in_title for value in written]


def test_status_page_can_be_off() -> None:
    """The status page listens where the file says, or not at all."""
    assert Address("::1", 0) == settings_of("daemon: {status: '[::1]:0'}").daemon.status
    assert settings_of("daemon: {status: off}").daemon.status is None


def test_home_cannot_wait_for_itself() -> None:
    """``after`` counts from home, so home cannot have it and somebody must be home."""
    other = "publications:\n  a:\n    platform: webhook\n    url: https://a.example\n    after: 1d\n"

    assert (5, "publications.a.after") == place_of(other)
    assert (5, "publications.a.after") == place_of(other + "home: a\n")


def test_settings_that_lead_nowhere_are_found() -> None:
    """Settings without publications can be read, and are a finding."""
    findings = inspect(settings_of("newsletter: {title: Signals}"), environ={})

    assert [(Level.WARNING, "publications")] == [(finding.level, finding.key) for finding in findings]


def test_several_publications_without_home_are_a_hint() -> None:
    """Without home no post can name the canonical address; with several publications that is worth saying."""
    two = "publications:\n" + "".join(f"  {name}: {{platform: webhook, url: 'https://a.example'}}\n" for name in "ab")

    assert [(Level.INFO, "home")] == [(item.level, item.key) for item in inspect(settings_of(two), environ={})]
    assert () == inspect(settings_of(two + "home: a\n"), environ={})
