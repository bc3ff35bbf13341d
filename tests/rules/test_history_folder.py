"""History from a folder of Markdown: every generator's dates are read, and none is invented."""

from collections import Counter
from datetime import datetime
from pathlib import Path

import pytest

from newsletter_bot.errors import SourceError, UsageError
from newsletter_bot.history import Fetched, History, read_history

CORPUS = Path(__file__).parents[3] / "shared" / "corpora" / "markdown"
ZONE = "America/Los_Angeles"


def offline(url: str) -> Fetched:
    raise SourceError(f"no network for {url}")


def read(source: Path) -> History:
    return read_history(str(source), zone=ZONE, fetch=offline)


def one(folder: Path, name: str, text: str) -> History:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return read(folder)


@pytest.mark.parametrize(
    ("name", "text", "published"),
    [
        ("_posts/2016-01-07-a.md", "---\ntitle: A\n---\nText", "2016-01-07T00:00:00-08:00"),
        ("2016-1-7-a.markdown", "# A", "2016-01-07T00:00:00-08:00"),
        ("2016.01.07 A.md", "# A", "2016-01-07T00:00:00-08:00"),
        ("2016_1_7.md", "# A", "2016-01-07T00:00:00-08:00"),
        ("20160107-a.md", "# A", "2016-01-07T00:00:00-08:00"),
        ("2016-01-07T.md", "# A", "2016-01-07T00:00:00-08:00"),
        ("2016/01/07/a.md", "# A", "2016-01-07T00:00:00-08:00"),
        ("2016-01-07-a/index.md", "# A", "2016-01-07T00:00:00-08:00"),
        ("2015-12-31-a.md", "---\ndate: 2016-01-07 10:00:00 +0100\n---\n", "2016-01-07T01:00:00-08:00"),
        ("a.md", "---\ndate: 2016-07-07\n---\n", "2016-07-07T00:00:00-07:00"),
        ("a.md", "---\r\ndate: 2016-07-07 18:30\r\n---\r\n", "2016-07-07T18:30:00-07:00"),
        ("a.md", '---\ndate: "2016-7-7"\n...\n', "2016-07-07T00:00:00-07:00"),
        ("a.md", "---\nDate: 7 July 2016\n---\n", "2016-07-07T00:00:00-07:00"),
        ("a.md", "---\ndate: Jul 7th, 2016\n---\n", "2016-07-07T00:00:00-07:00"),
        ("a.md", "---\ndate: Thu, 07 Jul 2016 10:00:00 GMT\n---\n", "2016-07-07T03:00:00-07:00"),
        ("a.md", "---\ndate: 2016-03-13 02:30\n---\n", "2016-03-13T03:30:00-07:00"),
        ("a.md", "+++\ndate = 2016-07-07T10:00:00Z\n+++\n", "2016-07-07T03:00:00-07:00"),
        ("a.md", "+++\ndate = 2016-07-07\n+++\n", "2016-07-07T00:00:00-07:00"),
        ("a.md", "+++\npublishDate = 2016-07-07T10:00:00\n+++\n", "2016-07-07T10:00:00-07:00"),
        ("Release.1.9.md", '+++\npath = "2016/07/07/Release-1.9"\n+++\n', "2016-07-07T00:00:00-07:00"),
        ("team@4.md", '+++\npath = "inside/2016/7/7/team"\n+++\n', "2016-07-07T00:00:00-07:00"),
        ("a.md", '{\n "title": "A",\n "date": "2016-07-07T10:00:00+02:00"\n}\nText', "2016-07-07T01:00:00-07:00"),
        ("a.md", "Title: A\nDate: 2016-07-07 10:20\nTags: b, c\n\nText", "2016-07-07T10:20:00-07:00"),
        (
            "a.md",
            "\ufeffTitle: A\nSummary: long\n    and longer\nDate: 2016-07-07\n\nText",
            "2016-07-07T00:00:00-07:00",
        ),
    ],
)
def test_dates_of_every_generator(tmp_path: Path, name: str, text: str, published: str) -> None:
    """The head comes first, then the name; without an offset a date is wall time in the newsletter's zone."""
    found = one(tmp_path, name, text)

    assert [published] == [past.published.isoformat() for past in found.pasts], found.skipped


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("issue-10.md", "# Ten", "no date, neither in its head nor in its name"),
        ("2016/issue-1.md", "# One", "no date, neither in its head nor in its name"),
        ("2016-01.md", "# January", "no date, neither in its head nor in its name"),
        ("1.2.3-release.md", "# Release", "no date, neither in its head nor in its name"),
        ("7-mars-2016.md", "---\ndate: 7 mars 2016\n---\n", "'7 mars 2016' is no date"),
        ("2016-13-40-a.md", "# A", "2016-13-40 is no day of the calendar"),
        ("a.md", "---\ndate: soon\n---\n", "'soon' is no date"),
        ("a.md", "---\ndate: 0001-01-01\n---\n", "0001-01-01 stands for no date"),
        ("a.md", "+++\ndate = 10:00:00\n+++\n", "'10:00:00' is no date"),
        ("2016-01-07-a.md", "---\ndraft: true\n---\n", "a draft: it was not out"),
        ("2016-01-07-a.md", "---\npublished: false\n---\n", "a draft: it was not out"),
        ("2016-01-07-a.md", "Title: A\nStatus: hidden\n\nText", "a draft: it was not out"),
        ("_index.md", "---\ndate: 2016-01-07\n---\n", "the page of a list, no issue"),
        ("2016-01-07-a.md", "---\n- a\n---\n", "its front matter is no list of keys"),
    ],
)
def test_what_is_left_out_and_why(tmp_path: Path, name: str, text: str, reason: str) -> None:
    """A file without a date, with an impossible one, or that was never out is no past issue, and the reason is told."""
    found = one(tmp_path, name, text)

    assert [(name, reason)] == [(left.source, left.reason) for left in found.skipped]
    assert () == found.pasts


@pytest.mark.parametrize("head", ["a: [", "a: &b [*b", "date: 2016-13-40", "a: !ruby/object {}", "\tb: c\n\t- d"])
def test_broken_yaml_is_told(tmp_path: Path, head: str) -> None:
    """A head that cannot be read is a reason, never a crash, and nothing in it is executed."""
    found = one(tmp_path, "2016-01-07-a.md", f"---\n{head}\n---\n")

    assert found.skipped[0].reason.startswith("its YAML cannot be read: ")


def test_broken_toml_is_told(tmp_path: Path) -> None:
    """TOML that cannot be read is a reason as well."""
    found = one(tmp_path, "2016-01-07-a.md", "+++\na = \n+++\n")

    assert found.skipped[0].reason.startswith("its TOML cannot be read: ")


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    """Bytes that are no text are told; what is hidden or no Markdown is not looked at."""
    (tmp_path / "2016-01-07-latin.md").write_bytes(b"caf\xe9")
    (tmp_path / "2016-01-08-picture.png").write_bytes(b"\x89PNG")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "2016-01-09-a.md").write_text("# A", encoding="utf-8")

    found = read(tmp_path)

    assert [("2016-01-07-latin.md", "is not UTF-8 (byte 3)")] == [(left.source, left.reason) for left in found.skipped]


@pytest.mark.parametrize(
    ("name", "text", "title", "slug", "url"),
    [
        ("2016-01-07-big-news.md", "---\ntitle: ! 'Issue #1'\n---\n", "Issue #1", "big-news", None),
        ("2016-01-07-big-news.md", "Intro\n\n# The *news*  #\n", "The *news*", "big-news", None),
        ("2016-01-07-big-news.md", "The news\n========\n", "The news", "big-news", None),
        ("2016-01-07-big_news.md", "Text", "big news", "big_news", None),
        ("2016-01-07.md", "Text", "2016 01 07", "2016-01-07", None),
        ("2016-01-07-a.md", "---\ntitle: 2016\nslug: real\n---\n", "2016", "real", None),
        ("a.md", '+++\npath = "2016/01/07/Rust-1.0"\ntitle = "Out"\n+++\n', "Out", "Rust-1.0", None),
        ("2016-01-07-a.md", "---\npermalink: /old/a/\n---\n", "a", "a", None),
        ("2016-01-07-a.md", "---\nurl: https://old.example/a\n---\n", "a", "a", "https://old.example/a"),
    ],
)
def test_title_slug_and_address(tmp_path: Path, name: str, text: str, title: str, slug: str, url: str | None) -> None:
    """The title is that of the head, the first heading or the name; an address only where a whole one is written."""
    past = one(tmp_path, name, text).pasts[0]

    assert (title, slug, url) == (past.title, past.slug, past.url)


def test_one_file_is_a_folder_of_one(tmp_path: Path) -> None:
    """A single Markdown file can be imported too."""
    path = tmp_path / "2016-01-07-a.md"
    path.write_text("# A", encoding="utf-8")

    assert ["2016-01-07-a.md"] == [past.id for past in read(path).pasts]


@pytest.mark.parametrize("name", ["missing", "archive.zip"])
def test_source_that_is_none(tmp_path: Path, name: str) -> None:
    """A source that is not there, or that is neither feed nor Markdown, is a mistake in the command."""
    (tmp_path / "archive.zip").write_bytes(b"PK")

    with pytest.raises(UsageError):
        read(tmp_path / name)


@pytest.mark.skipif(not CORPUS.is_dir(), reason="no Markdown at ../shared/corpora/markdown")
@pytest.mark.parametrize(
    ("name", "pasts", "skipped"), [("swiftweekly", 202, 0), ("haskellweekly", 0, 538), ("rust-blog", 125, 0)]
)
def test_real_folders(name: str, pasts: int, skipped: int) -> None:
    """Real newsletters come in whole when they have dates, and not at all when they have none."""
    found = read(CORPUS / name)

    assert (pasts, skipped) == (len(found.pasts), len(found.skipped)), Counter(left.reason for left in found.skipped)
    assert list(found.pasts) == sorted(found.pasts, key=lambda past: past.published)


@pytest.mark.skipif(not CORPUS.is_dir(), reason="no Markdown at ../shared/corpora/markdown")
def test_real_dates() -> None:
    """The dates of a real newsletter are those of its file names."""
    dates = (CORPUS.parent / "cadence" / "swiftweekly-dates.tsv").read_text(encoding="utf-8").splitlines()

    found = read(CORPUS / "swiftweekly")

    assert [datetime.fromisoformat(line.split("\t")[0]).date() for line in dates] == [
        past.published.date() for past in found.pasts
    ]
