"""Drafts are read one by one: each key by its kind, each mistake with its place, and the others stay usable."""

import os
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from newsletter_bot.errors import DraftError
from newsletter_bot.model import Audience, Draft, Level
from newsletter_bot.ports import DraftCard
from newsletter_bot.slugs import slug_of
from newsletter_bot.sources.drafts import read_draft
from newsletter_bot.sources.folder import scan, seal
from newsletter_bot.sources.shelf import DraftShelf, read_drafts

ZONE = "America/Los_Angeles"
NAMES = ("medium", "substack")
LONG_AGO = 1_700_000_000


def put(folder: Path, name: str, text: str | bytes) -> Path:
    path = folder / "drafts" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    os.utime(path, (LONG_AGO, LONG_AGO))
    return path


def draft(folder: Path, front: str, body: str = "Text\n", name: str = "a.md") -> Draft:
    return read_draft(folder, put(folder, name, f"---\n{front}\n---\n{body}"), zone=ZONE, publications=NAMES)


def error_of(folder: Path, front: str) -> DraftError:
    with pytest.raises(DraftError) as caught:
        draft(folder, front)
    return caught.value


def shelf(folder: Path, known: Mapping[str, DraftCard] | None = None) -> DraftShelf:
    return read_drafts(folder, zone=ZONE, publications=NAMES, known=known)


def test_every_key_of_front_matter(tmp_path: Path) -> None:
    """All that a writer can say about a draft arrives with its type; unknown keys are kept."""
    front = """title: Flywheels
subtitle: On turning
slug: fly-wheels
id: wheel
status: ready
date: 2026-11-25 09:00
tags: [one, Two, one]
canonical_url: https://example.org/x
cover: a.png
cover_alt: A wheel
publications: [medium]
audience: paid
housekeeping: ["Moved (until 2026-12-01)", "New"]
events:
  - {title: Fair, start: 2026-12-01}
mood: calm"""

    read = draft(tmp_path, front)

    assert ("wheel", "drafts/a.md", "Flywheels", "On turning") == (read.id, read.path, read.title, read.subtitle)
    assert ("fly-wheels", True, ("one", "Two"), ("medium",)) == (read.slug, read.ready, read.tags, read.publications)
    assert datetime(2026, 11, 25, 17, 0, tzinfo=UTC) == read.date
    assert ("https://example.org/x", "a.png", "A wheel") == (read.canonical_url, read.cover, read.cover_alt)
    assert Audience.PAID == read.audience
    assert [("Moved", date(2026, 12, 1)), ("New", None)] == [(one.text, one.until) for one in read.housekeeping]
    assert [("Fair", 16)] == [(one.title, one.origin and one.origin.line) for one in read.events]
    assert ({"mood": "calm"}, "Text\n", 19) == (read.extra, read.body, read.body_line)


def test_defaults(tmp_path: Path) -> None:
    """A title is enough: identity from the path, slug from the title, draft first, for everyone, everywhere."""
    read = draft(tmp_path, "title: Über die Größe", name="2026/größe.v2.markdown")

    assert ("2026/größe.v2", "uber-die-grosse", False) == (read.id, read.slug, read.ready)
    assert (None, None, (), Audience.EVERYONE) == (read.date, read.publications, read.tags, read.audience)


def test_toml_front_matter(tmp_path: Path) -> None:
    """A draft between plus signs is a draft like any other."""
    path = put(tmp_path, "a.md", '+++\ntitle = "A"\nstatus = "ready"\ndate = 2026-11-25\n+++\nText')

    read = read_draft(tmp_path, path, zone=ZONE, publications=NAMES)

    assert ("A", True, datetime(2026, 11, 25, 8, 0, tzinfo=UTC)) == (read.title, read.ready, read.date)


@pytest.mark.parametrize(
    ("value", "hours"),
    [("2026-07-01", 7), ("2026-07-01T00:00Z", 0), ("2026-07-01 00:00:00+02:00", -2), ('"2026-07-01 01:30"', 8.5)],
)
def test_a_date_is_wall_time_of_the_newsletter(tmp_path: Path, value: str, hours: float) -> None:
    """Without an offset it is local, without a time it is the day's start."""
    read = draft(tmp_path, f"title: A\ndate: {value}").date

    assert read is not None
    assert hours * 3600 == (read - datetime(2026, 7, 1, tzinfo=UTC)).total_seconds()


@pytest.mark.parametrize(
    ("front", "line", "key"),
    [
        ("title: 2026-11-25", 2, "title"),
        ("title: 12", 2, "title"),
        ("title: no", 2, "title"),
        ("title: [a]", 2, "title"),
        ("title:", 2, "title"),
        ("subtitle: A", 2, "title"),
        ("title: A\nsubtitle: {a: b}", 3, "subtitle"),
        ("title: A\nstatus: redy", 3, "status"),
        ("title: A\nstatus: true", 3, "status"),
        ("title: A\naudience: all", 3, "audience"),
        ("title: A\ndate: soon", 3, "date"),
        ("title: A\ndate: [2026-01-01]", 3, "date"),
        ("title: A\ndate: 0001-01-01", 3, "date"),
        ("title: A\ntags: 5", 3, "tags"),
        ("title: A\ntags: [1]", 3, "tags"),
        ("title: A\npublications: medium", 3, "publications"),
        ("title: A\npublications: [mediun]", 3, "publications"),
        ("title: A\npublications: []", 3, "publications"),
        ("title: A\nslug: A b", 3, "slug"),
        ("title: A\nid: 7", 3, "id"),
        ("title: A\ncanonical_url: javascript:x()", 3, "canonical_url"),
        ("title: A\ncanonical_url: example.org", 3, "canonical_url"),
        ("title: A\nhousekeeping: text", 3, "housekeeping"),
        ("title: A\nhousekeeping: ['a (until 2026-02-30)']", 3, "housekeeping"),
        ("title: A\nevents: {title: a}", 3, "events"),
        ("title: A\nevents:\n  - title: B", 4, "events[0].start"),
        ("title: A\nevents:\n  - title: B\n    start: 2026-01-02\n    end: 2026-01-01", 6, "events[0].end"),
        ("title: A\ntitle: B", 3, "title"),
    ],
)
def test_wrong_values_are_told_with_line_key_and_fix(tmp_path: Path, front: str, line: int, key: str) -> None:
    """One error that names the file, the line, the key and the mend."""
    error = error_of(tmp_path, front)

    assert ("drafts/a.md", line, key) == (error.file, error.line, error.key)
    assert error.fix


def test_a_date_as_title_is_to_be_quoted(tmp_path: Path) -> None:
    """The mend is shown as it is to be typed."""
    assert 'quote it: title: "…"' == error_of(tmp_path, "title: 2026-11-25").fix


def test_the_nearest_publication_is_named(tmp_path: Path) -> None:
    """A slip of the finger is recognized."""
    assert "did you mean `medium`?" == error_of(tmp_path, "title: A\npublications: [mediun]").fix


@pytest.mark.parametrize("text", ["", "Text only", "---\n---\n", "# Heading\n"])
def test_a_draft_without_title_is_an_error(tmp_path: Path, text: str) -> None:
    """Nothing as front matter is told with what to write."""
    with pytest.raises(DraftError) as caught:
        read_draft(tmp_path, put(tmp_path, "a.md", text), zone=ZONE, publications=NAMES)

    assert ("title", 1) == (caught.value.key, caught.value.line)
    assert "title: …" in str(caught.value.fix)


def test_line_endings_change_no_text_digest(tmp_path: Path) -> None:
    """CRLF, a byte order mark and blank lines at the end are no edits."""
    plain = put(tmp_path, "a.md", "---\ntitle: A\n---\nb\nc\n")
    other = put(tmp_path, "b.md", "\ufeff---\r\ntitle: A\r\n---\r\nb\r\nc\r\n\r\n")

    first, second = (read_draft(tmp_path, path, zone=ZONE, publications=NAMES) for path in (plain, other))

    assert first.text_digest == second.text_digest
    assert first.digest != second.digest


@pytest.mark.parametrize("name", ["_a.md", ".a.md", "_x/a.md", "a.txt"])
def test_other_names_are_no_drafts(tmp_path: Path, name: str) -> None:
    """Names that start with _ or . are no drafts, nor are other kinds of files."""
    path = put(tmp_path, name, "---\ntitle: A\n---\n")

    assert [] == scan(tmp_path).signatures
    with pytest.raises(DraftError):
        read_draft(tmp_path, path, zone=ZONE, publications=NAMES)


def test_drafts_lie_in_drafts(tmp_path: Path) -> None:
    """A file elsewhere, a missing one, a folder and a link that leads out are errors of their own."""
    (tmp_path / "out.md").write_text("---\ntitle: A\n---\n")
    news = tmp_path / "news"
    (news / "drafts" / "folder.md").mkdir(parents=True)
    (news / "drafts" / "link.md").symlink_to(tmp_path / "out.md")
    (news / "a.md").write_text("---\ntitle: A\n---\n")

    for name in ("a.md", "../out.md", "drafts/link.md", "drafts/missing.md", "drafts/folder.md", "drafts/../a.md"):
        with pytest.raises(DraftError) as caught:
            read_draft(news, Path(name), zone=ZONE, publications=NAMES)
        assert caught.value.fix


@pytest.mark.parametrize("unit", ["- a\n", "*a* ", "https://a.example/b ", "me@a.example "])
def test_a_draft_with_endless_structure_is_refused(unit: str) -> None:
    """More marks and addresses than any person wrote are one error with the file and what to do."""
    from newsletter_bot.sources.drafts import parse_draft

    with pytest.raises(DraftError) as caught:
        parse_draft(f"---\ntitle: A\n---\n\n{unit * 120_000}".encode(), "drafts/a.md", zone=ZONE, publications=NAMES)

    assert ("drafts/a.md", "split it into several drafts") == (caught.value.file, caught.value.fix)


def test_a_draft_that_is_too_long_is_refused(tmp_path: Path) -> None:
    """Five megabytes of text are one error that says what to do."""
    with pytest.raises(DraftError, match="MB") as caught:
        draft(tmp_path, "title: A", "word " * 1_000_000)

    assert caught.value.fix


def test_a_broken_draft_harms_no_other(tmp_path: Path) -> None:
    """Each broken draft is one finding with its place; the rest is read, at any depth."""
    put(tmp_path, "good.md", "---\ntitle: Good\n---\n")
    put(tmp_path, "x/y/deep.md", "---\ntitle: Deep\n---\n")
    put(tmp_path, "list.md", "---\n- a\n---\n")
    put(tmp_path, "latin.md", b"---\ntitle: caf\xe9\n---\n")
    put(tmp_path, "nul.md", b"---\ntitle: a\n---\n\0")
    put(tmp_path, "_housekeeping.md", "- note")

    seen = shelf(tmp_path)

    assert ["Good", "Deep"] == [card.title for card in seen.cards]
    assert ["drafts/latin.md", "drafts/list.md", "drafts/nul.md"] == [one.file for one in seen.findings]
    assert {Level.ERROR} == {one.level for one in seen.findings}
    assert [2, 2, 4] == [one.line for one in seen.findings]


def test_drafts_with_one_identity_are_both_refused(tmp_path: Path) -> None:
    """Neither can be told from the other, so neither goes out; the third does."""
    put(tmp_path, "a.md", "---\ntitle: A\n---\n")
    put(tmp_path, "a.markdown", "---\ntitle: A\n---\n")
    put(tmp_path, "b.md", "---\ntitle: B\nid: c\n---\n")
    put(tmp_path, "c.md", "---\ntitle: C\n---\n")
    put(tmp_path, "d.md", "---\ntitle: D\n---\n")

    seen = shelf(tmp_path)

    assert ["D"] == [card.title for card in seen.cards]
    assert {"drafts/a.markdown", "drafts/a.md", "drafts/b.md", "drafts/c.md"} == {one.file for one in seen.findings}


def test_links_and_pipes_are_left_out_and_named(tmp_path: Path) -> None:
    """A link out of the folder, to another draft or to nothing, a linked folder and a pipe are findings."""
    news = tmp_path / "news"
    put(news, "a.md", "---\ntitle: A\n---\n")
    (tmp_path / "secret.md").write_text("---\ntitle: Secret\nstatus: ready\n---\n")
    (news / "kept.md").write_text("---\ntitle: Kept\n---\n")
    drafts = news / "drafts"
    (drafts / "out.md").symlink_to(tmp_path / "secret.md")
    (drafts / "twin.md").symlink_to("a.md")
    (drafts / "dead.md").symlink_to("nothing.md")
    (drafts / "loop.md").symlink_to("loop.md")
    (drafts / "folder").symlink_to(tmp_path)
    (drafts / "kept.md").symlink_to("../kept.md")
    os.mkfifo(drafts / "pipe.md")

    seen = shelf(news)

    assert ["A", "Kept"] == [card.title for card in seen.cards]
    names = {"dead.md", "folder", "loop.md", "out.md", "pipe.md", "twin.md"}
    assert {f"drafts/{name}" for name in names} == {one.file for one in seen.findings}


def test_a_missing_folder_is_a_finding(tmp_path: Path) -> None:
    """No drafts/ is told, with what to do."""
    seen = shelf(tmp_path)

    assert ((), ["drafts"]) == (seen.cards, [one.file for one in seen.findings])


def test_unchanged_drafts_are_not_read_again(tmp_path: Path) -> None:
    """What has the signature of the last look is taken from its card, even when the file cannot be read."""
    path = put(tmp_path, "a.md", "---\ntitle: A\n---\n")
    put(tmp_path, "b.md", "---\ntitle: B\n---\n")
    first = shelf(tmp_path)
    known = {card.path: card for card in first.cards}
    path.write_text("---\ntitle: Z\n---\n")
    os.utime(path, (LONG_AGO, LONG_AGO))

    second = shelf(tmp_path, known)

    assert (first.cards, (), ()) == (second.cards, second.changed, second.gone)
    assert 2 == len(first.changed)


def test_changed_and_gone_drafts_are_told(tmp_path: Path) -> None:
    """The index learns what to write and what to forget."""
    for name in "abc":
        put(tmp_path, f"{name}.md", f"---\ntitle: {name}\n---\n")
    known = {card.path: card for card in shelf(tmp_path).cards}
    put(tmp_path, "a.md", "---\ntitle: changed\n---\n")
    put(tmp_path, "b.md", "---\nbroken\n---\n")
    (tmp_path / "drafts" / "c.md").unlink()

    seen = shelf(tmp_path, known)

    assert ["changed"] == [card.title for card in seen.changed] == [card.title for card in seen.cards]
    assert {"drafts/b.md", "drafts/c.md"} == set(seen.gone)


def test_a_file_that_was_just_written_is_read_again(tmp_path: Path) -> None:
    """Two writes within the clock's grain could look the same, so the young are not trusted."""
    path = put(tmp_path, "a.md", "---\ntitle: A\n---\n")
    os.utime(path)
    known = {card.path: card for card in shelf(tmp_path).cards}

    assert 1 == len(shelf(tmp_path, known).changed)


def test_the_seal_changes_with_any_draft(tmp_path: Path) -> None:
    """One short text tells whether anything was touched."""
    put(tmp_path, "a.md", "---\ntitle: A\n---\n")
    before = seal(scan(tmp_path).signatures)
    assert before == seal(scan(tmp_path).signatures)

    put(tmp_path, "a.md", "---\ntitle: AB\n---\n")

    assert before != seal(scan(tmp_path).signatures)


def test_drafts_are_found_by_identity_and_path(tmp_path: Path) -> None:
    """The whole text is read when it is asked for."""
    put(tmp_path, "a.md", "---\ntitle: A\nid: first\n---\nBody")

    seen = shelf(tmp_path)

    for name in ("first", "drafts/a.md"):
        found = seen.draft(name)
        assert found is not None
        assert "Body" == found.body
    assert seen.draft("other") is None
    assert ["Body"] == [one.body for one in seen.drafts]


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Don’t stop: 50% more!", "dont-stop-50-more"),
        ("Smørrebrød & Œuvre", "smorrebrod-oeuvre"),
        ("日本語", ""),
        ("日本語 2", "2"),
        ("word " * 40, "word-word-word-word-word-word-word-word-word-word-word-word-word-word-word-word"),
        ("x" * 200, "x" * 80),
    ],
)
def test_slugs_read_like_the_title(text: str, slug: str) -> None:
    """Letters are folded to ASCII, the rest becomes hyphens, long ones are cut between words."""
    assert slug == slug_of(text)


def test_a_title_without_letters_to_fold_takes_the_slug_of_the_path(tmp_path: Path) -> None:
    """Where the title gives none, the identity does, and at last the content."""
    assert "issue-nine" == draft(tmp_path, "title: 日本語", name="Issue Nine.md").slug
    assert str(draft(tmp_path, "title: 日本語", name="日本.md").slug).startswith("issue-")


CORPUS = Path(__file__).parents[3] / "shared" / "corpora" / "markdown"


@pytest.mark.skipif(not CORPUS.is_dir(), reason="needs the real newsletters of ../shared/corpora/markdown")
def test_real_newsletters_are_read_or_told() -> None:
    """Every Markdown file of others is a draft, or one error with a fix."""
    from newsletter_bot.sources.drafts import parse_draft

    read = told = 0
    for path in CORPUS.rglob("*.md"):
        try:
            parse_draft(path.read_bytes(), f"drafts/{path.name}", zone=ZONE, publications=NAMES)
            read += 1
        except DraftError as error:
            told += bool(error.fix and error.line)

    assert read > 300
    assert read + told == sum(1 for _ in CORPUS.rglob("*.md"))
