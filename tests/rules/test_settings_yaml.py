"""The YAML of schedule.yaml: what is accepted rightly, and what is one clear error."""

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from settings_samples import CONTRACT, PLATFORMS, error_of, place_of, settings_of

from newsletter_bot.errors import SettingsError
from newsletter_bot.settings import Settings, parse


def answer(data: bytes) -> Settings | SettingsError:
    """What a file is answered with; any other exception fails the test."""
    try:
        return parse(data, path=Path("schedule.yaml"), platforms=PLATFORMS)
    except SettingsError as error:
        return error


def test_scalars_keep_their_text() -> None:
    """What YAML 1.1 would take for a number, a flag or a date is the text that the writer wrote."""
    written = "newsletter: {title: 1984, id: 010, language: no, author: 2026-01-01}\ncadence: {time: 09:00}"
    read = settings_of(written)

    assert ("1984", "010", "no", "2026-01-01") == (
        read.newsletter.title,
        read.newsletter.id,
        read.newsletter.language,
        read.newsletter.author,
    )
    assert 9 == read.cadence.time.hour


@pytest.mark.parametrize(("written", "meant"), [("yes", True), ("On", True), ("no", False), ("FALSE", False)])
def test_flags_in_every_spelling(written: str, meant: bool) -> None:
    """A flag may be spelled as YAML 1.1 allows."""
    assert meant == settings_of(f"network: {{allow_private: {written}}}").network.allow_private


def test_doubled_key_tells_both_lines() -> None:
    """A key that stands twice is an error that names both lines."""
    error = error_of("newsletter:\n  title: a\n  author: b\n  title: c\n")

    assert (4, "newsletter.title") == (error.line, error.key)
    assert "line 2" in error.message
    assert "line 4" in error.message


def test_doubled_publication_is_refused() -> None:
    """Two publications of one name are an error."""
    one = "  a: {platform: webhook, url: 'https://a.example'}\n"

    assert (3, "publications.a") == place_of(f"publications:\n{one}{one}")


def test_byte_order_mark_and_windows_lines_are_accepted() -> None:
    """A file saved by Windows means the same and keeps its line numbers."""
    windows = b"\xef\xbb\xbf" + CONTRACT.replace("\n", "\r\n").encode()

    assert settings_of(CONTRACT).newsletter == settings_of(windows).newsletter
    assert (2, "newsletter.titel") == place_of(b"\xef\xbb\xbfnewsletter:\r\n  titel: x\r\n")


@pytest.mark.parametrize(
    ("data", "line", "said"),
    [
        (b"", None, "empty"),
        (b"# only a remark\n", None, "empty"),
        (b"---\n...\n", None, "empty"),
        (b"- a\n- b\n", 1, "a list"),
        (b"Signals", 1, "keys and values"),
        (b"newsletter:\n\ttitle: x\n", 2, "tab"),
        (b"newsletter:\n  title: caf\xe9\n", 2, "UTF-8"),
        ("newsletter: {}".encode("utf-16"), 1, "UTF-16"),
        (b"newsletter:\n  title: a\x00b\n", 2, "control character"),
        (b'newsletter:\n  title: "a\\0b"\n', 2, "control character"),
        (b"newsletter: {}\n---\nnewsletter: {}\n", 2, "second document"),
        (b"newsletter: [a\n", 1, "not valid YAML"),
        (b"newsletter:\n  title: 'a\n", 2, "not valid YAML"),
        (b"newsletter: {title: a: b}\n", 1, "not valid YAML"),
        (b"newsletter: !!python/object/apply:os.system [ls]\n", 1, "tag"),
        (b"? [a]\n: b\n", 1, "key must be a word"),
        (b"newsletter: {title: *name}\n", 1, "alias"),
        (b"newsletter: &loop {title: *loop}\n", 1, "alias"),
        (b"x: " + b"a" * 600_000, None, "larger"),
        (b"[" * 10_000, 1, "nested"),
    ],
)
def test_broken_file_is_one_clear_error(data: bytes, line: int | None, said: str) -> None:
    """A file that is no plain table of keys is an error with its line and its reason."""
    error = error_of(data)

    assert said in str(error)
    assert line is None or line == error.line


def test_bomb_of_aliases_is_refused_at_once() -> None:
    """Aliases of aliases are counted as if written out, and refused before they are."""
    rows = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    rows += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    began = time.process_time()

    assert "aliases" in error_of("\n".join(rows)).message
    assert time.process_time() - began < 2


def test_aliases_and_merges_mean_what_they_say() -> None:
    """A publication may take over another's keys and keep its own."""
    read = settings_of(
        "publications:\n"
        "  a: &common {platform: medium, token: env:A, publish: draft, strict: true}\n"
        "  b:\n    <<: *common\n    token: env:B\n"
    )
    first, second = read.publications

    assert (first.publish, True) == (second.publish, second.strict)
    assert ["env:A", "env:B"] == [str(first.values["token"]), str(second.values["token"])]


def test_syntax_errors_repeat_nothing_of_the_file() -> None:
    """An unquoted secret that breaks the YAML does not stand in the error."""
    for mark in "*&!%@`{[|>'\"":
        text = f"publications:\n  m:\n    platform: medium\n    token: {mark}hunter2secret\n"
        assert "hunter2" not in str(error_of(text))


@settings(max_examples=50, deadline=None)
@given(some.text(max_size=300))
def test_any_text_is_answered(text: str) -> None:
    """Any text is settings or a settings error, never another exception."""
    answer(text.encode("utf-8", "surrogatepass"))


@settings(max_examples=50, deadline=None)
@given(some.binary(max_size=200))
def test_any_bytes_are_answered(data: bytes) -> None:
    """Any bytes are settings or a settings error."""
    answer(data)


LINES = CONTRACT.splitlines()
ODD = some.sampled_from(
    [
        "~",
        "[]",
        "{}",
        "x",
        "1",
        "-1",
        "09:00",
        "540",
        "true",
        "*a",
        "env:",
        "file:",
        "keyring:/",
        "https://",
        "9999999999999999999",
        "\u2028",
        "١h",
        "'",
        '"',
        "|",
        "\t",
        "",
        "- x",
        "&a b",
        "!t x",
        "<<: *a",
        "{a: {a: {a: 1}}}",
        "a: b: c",
    ]
)


@settings(max_examples=50, deadline=None)
@given(some.lists(some.tuples(some.integers(0, len(LINES) - 1), ODD), min_size=1, max_size=3))
def test_any_damage_is_answered(damage: list[tuple[int, str]]) -> None:
    """The documented file with odd values in any place is settings or a settings error."""
    lines = list(LINES)
    for number, value in damage:
        lines[number] = f"{lines[number].partition(':')[0]}: {value}"

    found = answer("\n".join(lines).encode())

    assert isinstance(found, Settings) or found.file == "schedule.yaml"
