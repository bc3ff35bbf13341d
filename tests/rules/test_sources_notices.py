"""Notices are the bullets of the inbox; what the note command writes is what is read."""

from datetime import date
from pathlib import Path
from threading import Thread

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter_bot.errors import DraftError, SettingsError
from newsletter_bot.model import Level
from newsletter_bot.sources.notices import append_notice, parse_notices, read_notices

FILE = "drafts/_housekeeping.md"


def texts(source: str) -> list[str]:
    return [notice.text for notice in parse_notices(source, file=FILE)[0]]


def test_each_bullet_is_one_notice() -> None:
    """Bullets of any kind, over several lines, with lists inside them, in their order."""
    source = (
        "# Inbox\n\n- One\n  goes on\n* Two\nlazily\n+ Three\n  - inner\n\n  Another paragraph.\n\n    code\n- Four\n"
    )

    assert ["One\ngoes on", "Two\nlazily", "Three\n- inner\n\nAnother paragraph.\n\n  code", "Four"] == texts(source)


def test_a_notice_can_end() -> None:
    """The last day stands in brackets at the end of the bullet or of its first line."""
    source = "- One (until 2026-11-30)\n- Two (until 2026-12-01)\n  - inner\n- Three (until friday)\n"

    notices, findings = parse_notices(source, file=FILE)

    assert [("One", date(2026, 11, 30)), ("Two\n- inner", date(2026, 12, 1)), ("Three (until friday)", None)] == [
        (one.text, one.until) for one in notices
    ]
    assert [] == findings


def test_a_day_that_is_none_is_told_and_the_others_stay() -> None:
    """One broken notice is one finding with its line."""
    notices, findings = parse_notices("- a\n- b (until 2026-02-30)\n- c\n", file=FILE)

    assert ["a", "c"] == [one.text for one in notices]
    assert [(Level.ERROR, FILE, 2)] == [(one.level, one.file, one.line) for one in findings]
    assert findings[0].fix


def test_what_is_no_bullet_is_told_once() -> None:
    """Loose paragraphs are left out and named; headings, rules and comments are the writer's own."""
    notices, findings = parse_notices("---\n# H\n<!-- - x\n- y -->\nloose\ntext\n\n- a\n\nmore\n", file=FILE)

    assert ["a"] == [one.text for one in notices]
    assert [5, 10] == [one.line for one in findings]
    assert {Level.WARNING} == {one.level for one in findings}


def test_an_open_comment_is_told() -> None:
    """A comment that is never closed hides what follows, so it is said."""
    notices, findings = parse_notices("- a\n<!-- x\n- b\n", file=FILE)

    assert ["a"] == [one.text for one in notices]
    assert [2] == [one.line for one in findings]


def test_no_inbox_holds_no_notices(tmp_path: Path) -> None:
    """The inbox need not be there."""
    assert ([], []) == read_notices(tmp_path / "drafts" / "_housekeeping.md")


def test_an_inbox_that_is_no_text_is_an_error(tmp_path: Path) -> None:
    """It names the file as the writer knows it."""
    path = tmp_path / "drafts" / "_housekeeping.md"
    path.parent.mkdir()
    path.write_bytes(b"- a\n- \xff\n")

    with pytest.raises(DraftError) as caught:
        read_notices(path)

    assert (FILE, 2) == (caught.value.file, caught.value.line)


@pytest.mark.parametrize("before", ["", "- a", "- a\n", "\ufeff# H\r\n\r\n- a\r\n", "text\n", "- a\n  - b\n\n\n"])
def test_a_note_is_put_behind_what_is_there(tmp_path: Path, before: str) -> None:
    """The bytes that were there stay, and the new notice is read back with its last day."""
    path = tmp_path / "drafts" / "_housekeeping.md"
    path.parent.mkdir()
    path.write_bytes(before.encode())

    append_notice(path, "New  thing\nover two lines", date(2026, 11, 30))

    last = read_notices(path)[0][-1]
    assert path.read_bytes().startswith(before.encode())
    assert ("New  thing\nover two lines", date(2026, 11, 30)) == (last.text, last.until)


def test_a_note_makes_the_inbox(tmp_path: Path) -> None:
    """The first note needs nothing to be there."""
    path = tmp_path / "drafts" / "_housekeeping.md"

    append_notice(path, "Hello")

    assert "- Hello\n" == path.read_text()
    assert [path] == list(path.parent.iterdir())


@pytest.mark.parametrize("text", ["", "  \n ", "a\0b", "a\x1b[31mb"])
def test_a_note_must_say_something(tmp_path: Path, text: str) -> None:
    """Empty and invisible texts are refused."""
    with pytest.raises(DraftError):
        append_notice(tmp_path / "drafts" / "_housekeeping.md", text)


def test_notes_at_once_all_arrive(tmp_path: Path) -> None:
    """Commands that run side by side lose none of their notices."""
    path = tmp_path / "drafts" / "_housekeeping.md"
    threads = [Thread(target=append_notice, args=(path, f"note {n}")) for n in range(12)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert {f"note {n}" for n in range(12)} == {one.text for one in read_notices(path)[0]}


def test_an_inbox_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    """A file where the folder should be is an error of the settings, with a fix."""
    (tmp_path / "drafts").write_text("")

    with pytest.raises(SettingsError) as caught:
        append_notice(tmp_path / "drafts" / "_housekeeping.md", "Hello")

    assert caught.value.fix


@settings(max_examples=50, deadline=None)
@given(st.text(alphabet="ab -*#>`1.\n\t()<!", max_size=80))
def test_any_inbox_is_read(source: str) -> None:
    """No list is so odd that reading it fails, and no notice is empty."""
    notices, findings = parse_notices(source, file=FILE)

    assert all(notice.text for notice in notices)
    assert all(finding.line for finding in findings)


def test_a_numbered_line_at_the_margin_is_no_notice() -> None:
    """It neither continues the bullet before it nor is one: it is named."""
    notices, findings = parse_notices("- One\n1. Two\n- Three\n> Four\n", file=FILE)

    assert ["One", "Three"] == [notice.text for notice in notices]
    assert [2, 4] == [finding.line for finding in findings]


def test_oddities_of_notices_are_told() -> None:
    """A last day that is not read as one, and a notice that stands there twice."""
    text = "- One (until 2026-12-01).\n- **Two (until 2026-12-01)**\n- Three (Until 2026-12-01)\n- Four\n- Four\n"
    notices, findings = parse_notices(text, file=FILE)

    assert [None, None, date(2026, 12, 1), None, None] == [notice.until for notice in notices]
    assert [(1, Level.WARNING), (2, Level.WARNING), (5, Level.INFO)] == [(one.line, one.level) for one in findings]
    assert "this notice stands in line 4 already: it goes out once" == findings[2].message
