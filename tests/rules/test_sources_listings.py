"""Listings come from YAML, JSON and CSV under many names; a broken one is a finding and the others stay."""

# ruff: noqa: DTZ001 - wall time without a zone is what is read

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from newsletter_bot.errors import DraftError
from newsletter_bot.model import Finding, Level, Listing
from newsletter_bot.sources.listing_files import parse_listings, read_listing_file

FILE = "drafts/_events.yaml"
DOUBLING = "- k0: &k0 [x, x]\n" + "".join(f"  k{n}: &k{n} [*k{n - 1}, *k{n - 1}]\n" for n in range(1, 40))


def read(text: str, file: str = FILE) -> tuple[list[Listing], list[Finding]]:
    return parse_listings(text.encode(), file=file)


def one(text: str, file: str = FILE) -> Listing:
    listings, findings = read(text, file)
    assert [] == findings
    return listings[0]


def test_an_event_with_everything() -> None:
    """All keys of the contract, with the line of the event."""
    listing = one(
        "# mine\n- title: Fair\n  start: 2026-06-03\n  end: 2026-06-05\n  place: Oslo\n"
        "  url: https://fair.example/x\n  note: Come *early*\n  until: 2026-06-01\n"
    )

    assert ("Fair", date(2026, 6, 3), date(2026, 6, 5)) == (listing.title, listing.start, listing.end)
    assert ("Oslo", "https://fair.example/x", "Come *early*") == (listing.place, listing.url, listing.note)
    assert (date(2026, 6, 1), 2) == (listing.until, listing.origin and listing.origin.line)


@pytest.mark.parametrize(
    ("start", "end", "first", "last"),
    [
        ("2026-06-03", "", date(2026, 6, 3), None),
        ("2026-06-03", "2026-06-03", date(2026, 6, 3), None),
        ("2026-06-03 19:00", "", datetime(2026, 6, 3, 19), None),
        ("2026-06-03T19:00:00", "21:30", datetime(2026, 6, 3, 19), datetime(2026, 6, 3, 21, 30)),
        ("2026-06-03 22:00", "1:00", datetime(2026, 6, 3, 22), datetime(2026, 6, 4, 1)),
        ("2026-06-03 19:00", "2026-06-03", datetime(2026, 6, 3, 19), None),
        ("2026-06-03 19:00", "2026-06-05", date(2026, 6, 3), date(2026, 6, 5)),
        ("2026-06-03", "2026-06-05 12:00", date(2026, 6, 3), date(2026, 6, 5)),
        ("2026/06/03", "", date(2026, 6, 3), None),
        ("2026-06-03 9:00", "9:30 PM", datetime(2026, 6, 3, 9), datetime(2026, 6, 3, 21, 30)),
        ("2026-06-03T19:00Z", "", datetime(2026, 6, 3, 19, tzinfo=UTC), None),
    ],
)
def test_days_and_times(start: str, end: str, first: date, last: date | None) -> None:
    """Start and end are both days or both moments, however they are written."""
    listing = one(f"- title: A\n  start: {start}\n  end: {end}\n")

    assert (first, last) == (listing.start, listing.end)


def test_the_place_has_its_own_zone() -> None:
    """A zone makes the wall time of the place a moment."""
    listing = one("- title: A\n  start: 2026-06-03 19:00\n  zone: Asia/Tokyo\n")

    assert isinstance(listing.start, datetime)
    assert (datetime(2026, 6, 3, 10, tzinfo=UTC), "Asia/Tokyo") == (listing.start.astimezone(UTC), listing.zone)


@pytest.mark.parametrize(
    ("zone", "expected"), [("Pacific Standard Time", "America/Los_Angeles"), ("europe/berlin", "Europe/Berlin")]
)
def test_zones_have_more_than_one_name(zone: str, expected: str) -> None:
    """Lists that programs of Windows write are understood as calendars are."""
    assert expected == one(f"- title: A\n  start: 2026-06-03 19:00\n  zone: {zone}\n").zone


def test_an_offset_of_no_place_is_a_mistake() -> None:
    """Two hours with a hyphen between them are no hour with an offset."""
    listings, findings = read("- title: A\n  start: 2026-06-03 19:00-21:00\n")

    assert [] == listings
    assert [("events[0].start", 2)] == [(one.key, one.line) for one in findings]
    assert "end: 21:00" in str(findings[0].fix)


@pytest.mark.parametrize("text", ["", "events:\n", "events: []\n", "[]"])
def test_no_events_are_no_mistake(text: str) -> None:
    """An empty file lists nothing."""
    assert ([], []) == read(text)


@pytest.mark.parametrize(
    ("item", "line", "key"),
    [
        ("title: A", 3, "events[1].start"),
        ("start: 2026-01-01", 3, "events[1].title"),
        ("{title: 2026-01-01, start: 2026-01-01}", 3, "events[1].title"),
        ("title: A\n  start: soon", 4, "events[1].start"),
        ("title: A\n  start: 2026-01-02\n  end: 2026-01-01", 5, "events[1].end"),
        ("title: A\n  start: 2026-01-02\n  zone: Mars/Base", 5, "events[1].zone"),
        ("title: A\n  start: 2026-01-02\n  until: later", 5, "events[1].until"),
        ("title: A\n  start: 2026-01-02\n  place: [x]", 5, "events[1].place"),
    ],
)
def test_a_broken_event_is_a_finding_and_the_others_stay(item: str, line: int, key: str) -> None:
    """Each is told with line, key and fix."""
    listings, findings = read(f"- title: First\n  start: 2026-01-01\n- {item}\n- title: Last\n  start: 2026-01-01\n")

    assert ["First", "Last"] == [listing.title for listing in listings]
    assert [(Level.ERROR, FILE, line, key)] == [(one.level, one.file, one.line, one.key) for one in findings]
    assert findings[0].fix


def test_a_misspelt_key_is_told() -> None:
    """The nearest key is named; keys of other people's lists are not."""
    _, findings = read("- title: A\n  start: 2026-01-01\n  plaec: Oslo\n  twitter: x\n")

    assert [("did you mean `place`?", 3)] == [(one.fix, one.line) for one in findings]


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "example.org", "data:text/html,x", "https:///x", "http://a b/"]
)
def test_an_address_that_is_none_is_left_out_and_named(address: str) -> None:
    """The event stays, without the link."""
    listings, findings = read(f"- title: A\n  start: 2026-01-01\n  url: '{address}'\n")

    assert [None] == [listing.url for listing in listings]
    assert [(Level.WARNING, 3)] == [(one.level, one.line) for one in findings]


@pytest.mark.parametrize("text", ["5", "text", "a: 1", "{events: 3}", "a: [1]\nb: [2]"])
def test_a_file_that_is_no_list_is_told(text: str) -> None:
    """One finding says how a list looks."""
    listings, findings = read(text)

    assert ([], 1) == (listings, len(findings))
    assert findings[0].fix


def test_conferences_in_json() -> None:
    """Other people's names for the same things are understood."""
    text = (
        '[{"name": "X", "startDate": "2026-01-02", "endDate": "2026-01-03", "city": "Rome", "country": "Italy"},'
        ' {"name": "Y", "startDate": "2026-01-02", "online": true},'
        ' {"@type": "Event", "name": "Z", "startDate": "2026-01-02T09:00:00+01:00", "eventStatus": "EventCancelled",'
        ' "location": {"name": "Hall", "address": {"addressLocality": "Bern"}}},'
        ' {"summary": "G", "start": {"dateTime": "2026-01-02T09:00:00Z", "timeZone": "Asia/Tokyo"}}]'
    )

    listings, findings = read(text, "drafts/confs.json")

    assert [] == findings
    assert [("X", "Rome, Italy", False), ("Y", "Online", False), ("Z", "Hall, Bern", True), ("G", None, False)] == [
        (listing.title, listing.place, listing.cancelled) for listing in listings
    ]
    assert date(2026, 1, 3) == listings[0].end


def test_mistakes_in_json_have_their_line() -> None:
    """The line of the key is named, as in YAML."""
    _, findings = read('[\n  {"name": "A",\n   "start": "soon"},\n  {"start": "2026-01-01"}\n]', "drafts/confs.json")

    assert [(3, "events[0].start"), (4, "events[1].title")] == [(one.line, one.key) for one in findings]


@pytest.mark.parametrize(
    ("head", "row", "first", "last"),
    [
        (
            "start_date,start_time,end_time",
            "2026-06-03,19:00,21:30",
            datetime(2026, 6, 3, 19),
            datetime(2026, 6, 3, 21, 30),
        ),
        ("Start Date,Start Time", "2026-06-03,7:05:00 PM", datetime(2026, 6, 3, 19, 5), None),
        ("date,time", "2026-06-03,9:00", datetime(2026, 6, 3, 9), None),
        ("start,time", "2026-06-03 18:00,19:00", datetime(2026, 6, 3, 18), None),
        ("start_time", "2026-06-03 18:00", datetime(2026, 6, 3, 18), None),
        ("date,time", "2026-06-03,", date(2026, 6, 3), None),
    ],
)
def test_day_and_hour_in_columns_of_their_own(head: str, row: str, first: date, last: date | None) -> None:
    """They make one moment."""
    listings, findings = read(f"Subject,{head}\nA,{row}\n", "drafts/events.csv")

    assert [] == findings
    assert [("A", first, last)] == [(one.title, one.start, one.end) for one in listings]


def test_a_spreadsheet() -> None:
    """Columns are found by their names, whatever separates them; lines are those of the file."""
    text = 'Name;Start Date;Location;Link\nA;2026-11-25;"Bad\nTown";https://e.example\n\nB;25.11.2026;;\n'

    listings, findings = read(text, "drafts/events.csv")

    assert [("A", "Bad Town", "https://e.example")] == [(one.title, one.place, one.url) for one in listings]
    assert [5] == [one.line for one in findings]


@pytest.mark.parametrize(
    ("text", "file"),
    [
        ("[" * 100_000, "a.json"),
        ("[1,", "a.json"),
        ('{"a": NaN}', "a.json"),
        ("[" * 100_000, "a.yaml"),
        ("- " * 100_000, "a.yaml"),
        (DOUBLING, "a.yaml"),
        ('title,start\n"' + "x" * 400_000, "a.csv"),
        ("\0", "a.csv"),
        ("x" * 2_000_000, "a.json"),
    ],
)
def test_hostile_files_are_one_error(tmp_path: Path, text: str, file: str) -> None:
    """Deep, endless and broken files cost little and are told once."""
    (tmp_path / file).write_text(text)

    fixes: list[str | None]
    try:
        fixes = [one.fix for one in read_listing_file(tmp_path, Path(file))[1]]
    except DraftError as error:
        fixes = [error.fix]

    assert 1 == len([fix for fix in fixes if fix])


def test_event_files_lie_in_the_folder(tmp_path: Path) -> None:
    """A path that leads out is refused, a missing file is told."""
    (tmp_path / "news").mkdir()
    (tmp_path / "out.yaml").write_text("[]")

    for name in ("../out.yaml", "drafts/missing.yaml"):
        with pytest.raises(DraftError):
            read_listing_file(tmp_path / "news", Path(name))


CORPUS = Path(__file__).parents[3] / "shared" / "corpora" / "calendars" / "confs-tech-json"


@pytest.mark.skipif(not CORPUS.is_dir(), reason="needs the conferences of ../shared/corpora/calendars")
def test_a_year_of_real_conferences() -> None:
    """Every conference of a real list is a listing."""
    listings, findings = [], []
    for path in sorted(CORPUS.rglob("*.json")):
        found = parse_listings(path.read_bytes(), file=path.name)
        listings += found[0]
        findings += found[1]

    assert [] == [one for one in findings if one.level is Level.ERROR]
    assert len(listings) > 800
    assert sum(1 for listing in listings if listing.place) > 800
