"""Front matter is read with the line of each key; what is wrong is one error with file, line and fix, quickly."""

import contextlib
import time
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter_bot.errors import DraftError
from newsletter_bot.sources.files import decode_text
from newsletter_bot.sources.front_matter import split_front_matter

FILE = "drafts/a.md"


def error_of(text: str) -> DraftError:
    with pytest.raises(DraftError) as caught:
        split_front_matter(text, file=FILE)
    return caught.value


def test_yaml_between_dashes() -> None:
    """Values, body and the line on which each begins."""
    front = split_front_matter("---\ntitle: A\ndate: 2026-11-25\nat: 10:30\n---\n\nText\n", file=FILE)

    assert {"title": "A", "date": date(2026, 11, 25), "at": "10:30"} == front.values
    assert {"title": 2, "date": 3, "at": 4} == front.values.lines
    assert ("\nText\n", 6) == (front.body, front.body_line)


def test_toml_between_plus_signs() -> None:
    """TOML is read by the standard library, tables and lists of tables included."""
    text = '+++\ntitle = "A"\n[[events]]\ntitle = "x"\n[[events]]\ntitle = "y"\n[extra]\nn = 1\n+++\nText'

    front = split_front_matter(text, file=FILE)

    assert {"title": "A", "events": [{"title": "x"}, {"title": "y"}], "extra": {"n": 1}} == front.values
    assert {"title": 2, "events": 3, "extra": 7} == front.values.lines
    assert [3, 5] == [event.line for event in front.values["events"]]
    assert ("Text", 10) == (front.body, front.body_line)


def test_a_text_without_front_matter_is_all_body() -> None:
    """A rule or a dash in the text opens nothing."""
    for text in ("Text\n---\nmore", "-- x", "--- x\n", "", "\n\n"):
        front = split_front_matter(text, file=FILE)
        assert (text, 1, False, {}) == (front.body, front.body_line, front.present, front.values)


def test_merged_keys_are_no_doubles() -> None:
    """YAML's own way to share values works; own keys win."""
    front = split_front_matter("---\na: &a {x: 1, y: 1}\nb:\n  <<: *a\n  x: 2\n---\n", file=FILE)

    assert {"x": 2, "y": 1} == front.values["b"]


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        ("---\ntitle: A\n", 1, "not closed"),
        ("\n\n---\ntitle: A\n", 3, "not closed"),
        ("---\n- a\n- b\n---\n", 2, "a list"),
        ("---\njust text\n---\n", 2, "a single value"),
        ("---\ntitle: A\nslug: b\ntitle: C\n---\n", 4, "doubled"),
        ("---\nevents:\n  - title: A\n    title: B\n---\n", 4, "doubled"),
        ("---\ntitle: A: B\n---\n", 2, "mapping values"),
        ("---\ndate: 2026-02-30\n---\n", 2, "no valid value"),
        ("---\na: 1\nb: !!int ''\n---\n", 3, "no valid value"),
        ("---\na: 'b\n---\n", 3, "end of stream"),
        ("---\na: 1\n\tb: 2\n---\n", 3, "tab"),
        ("---\na: 1\nb: \x07\n---\n", 3, "control characters"),
        ("---\n? [a]\n: b\n---\n", 2, "plain text"),
        ("---\na: !!python/object:os.system x\n---\n", 2, "a tag (`!`)"),
        ("---\na: 1\n--- x\nb: 2\n---\n", 3, "document"),
        ("---\na: *missing\n---\n", 2, "alias"),
        ('+++\na = 1\nb = "x\n+++\n', 3, "Illegal"),
        ("+++\na = 1\nb = x\n+++\n", 3, "Invalid value"),
        ('+++\na = 1\na = "x"\n+++\n', 3, "doubled"),
        ("+++\na = 2026-02-30\n+++\n", 2, "Invalid"),
    ],
)
def test_errors_name_line_and_fix(text: str, line: int, told: str) -> None:
    """Each mistake is told on its line, with what to do about it."""
    error = error_of(text)

    assert (FILE, line) == (error.file, error.line)
    assert told in error.message
    assert error.fix


NINE = ",".join(["*{0}"] * 9)
BOMBS = {
    "laughs": "\n".join(
        [
            "a: &a [x,x,x,x,x,x,x,x,x]",
            *(f"{b}: &{b} [{NINE.format(a)}]" for a, b in zip("abcdefgh", "bcdefghi", strict=True)),
        ]
    ),
    "merges": "a: &a {x: 1}\n"
    + "\n".join(f"k{n}: &k{n} {{<<: [{', '.join([f'*k{n - 1}' if n else '*a'] * 9)}]}}" for n in range(12)),
    "itself": "a: &a [*a]",
    "itself merged": "a: &a {x: 1, <<: *a}",
    "deep flow": "a: " + "[" * 30_000,
    "deep blocks": "a:\n  " + "- " * 30_000,
    "short but deep": "a:\n  " + "- " * 900 + "x",
    "long number": "a: " + "9" * 60_000,
    "long": "a: " + "x" * 5_000_000,
}


@pytest.mark.parametrize("name", list(BOMBS))
def test_bombs_are_refused_quickly(name: str) -> None:
    """Nothing that a few kilobytes of YAML can say costs much time or memory."""
    began = time.process_time()

    error = error_of(f"---\ntitle: x\n{BOMBS[name]}\n---\n")

    assert error.fix
    assert time.process_time() - began < 3


@pytest.mark.parametrize(
    "text", ["a = " + "[" * 30_000, "a." * 25_000 + "a = 1", "x = {" + "a." * 20_000 + "b = 1}", "a=1\n" * 9000]
)
def test_toml_bombs_are_refused_quickly(text: str) -> None:
    """The same holds for TOML."""
    began = time.process_time()

    assert error_of(f"+++\n{text}\n+++\n").fix
    assert time.process_time() - began < 3


@pytest.mark.parametrize(
    "text", ["---\n" * 1_000_000, "-" * 4_000_000, "\n" * 4_000_000, "a\n" * 2_000_000, "---\n+++\n" * 500_000]
)
def test_long_texts_are_split_quickly(text: str) -> None:
    """Megabytes of fences and blank lines take linear time."""
    began = time.process_time()

    with contextlib.suppress(DraftError):
        split_front_matter(text, file=FILE)

    assert time.process_time() - began < 3


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=300), st.sampled_from(["---", "+++"]))
def test_no_front_matter_whatever_gives_a_traceback(text: str, fence: str) -> None:
    """Any text at all between the fences is values or one DraftError."""
    with contextlib.suppress(DraftError):
        front = split_front_matter(f"{fence}\n{text}\n{fence}\nbody", file=FILE)
        assert all(isinstance(key, str) for key in front.values)


def test_bytes_become_text_with_one_kind_of_line_ending() -> None:
    """A byte order mark goes, CRLF and lone CR end lines like LF."""
    assert "---\ntitle: A\n---\nb\nc" == decode_text(b"\xef\xbb\xbf---\r\ntitle: A\r\n---\rb\nc", file=FILE)


@pytest.mark.parametrize(
    ("content", "line"),
    [(b"a\nb\xff", 2), (b"a\r\nb\rc\0", 3), (b"\xff\xfea\0", 1), (b"\xc3(", 1), (b"\xed\xa0\x80", 1)],
)
def test_what_is_no_text_is_told_with_its_line(content: bytes, line: int) -> None:
    """Invalid UTF-8, UTF-16 and NUL are errors with line and fix."""
    with pytest.raises(DraftError) as caught:
        decode_text(content, file=FILE)

    assert line == caught.value.line
    assert caught.value.fix
