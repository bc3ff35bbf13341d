"""Calendars of others become listings, occurrence by occurrence; what is broken in places gives the rest and a finding."""

# ruff: noqa: DTZ001 - wall time without a zone is among what is read

import time
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter_bot.model import Finding, Level, Listing
from newsletter_bot.sources.calendars import read_calendar
from newsletter_bot.sources.recurrences import read_rule

WINDOW = (datetime(2026, 11, 1, tzinfo=UTC), datetime(2027, 1, 31, tzinfo=UTC))


def read(
    *events: str, head: str = "", window: tuple[datetime, datetime] = WINDOW
) -> tuple[list[Listing], list[Finding]]:
    blocks = "".join(f"BEGIN:VEVENT\n{event}\nEND:VEVENT\n" for event in events)
    text = f"BEGIN:VCALENDAR\nVERSION:2.0\n{head}{blocks}END:VCALENDAR\n".replace("\n", "\r\n")
    return read_calendar(text.encode(), file="drafts/a.ics", window=window)


def listed(*events: str, head: str = "") -> list[Listing]:
    listings, findings = read(*events, head=head)
    assert [] == findings
    return listings


def starts(*events: str, head: str = "") -> list[str]:
    return [one.start.isoformat() for one in listed(*events, head=head)]


BERLIN = "UID:1\nSUMMARY:Talk\nDTSTART;TZID=Europe/Berlin:20261110T190000\nDTEND;TZID=Europe/Berlin:20261110T210000\n"


def test_an_event_with_a_zone() -> None:
    """Title, times in the place's own zone, place, address, identity and line."""
    text = BERLIN + "LOCATION:Hall\\, 2nd floor\\nMain Street\nURL:https://talks.example/1\nDESCRIPTION:Long"

    (talk,) = listed(text)

    assert ("Talk", "Hall, 2nd floor, Main Street", "https://talks.example/1") == (talk.title, talk.place, talk.url)
    assert isinstance(talk.start, datetime)
    assert (datetime(2026, 11, 10, 18, tzinfo=UTC), "Europe/Berlin", "1") == (
        talk.start.astimezone(UTC),
        talk.zone,
        talk.uid,
    )
    assert ("2026-11-10T21:00:00+01:00", 3) == (talk.end and talk.end.isoformat(), talk.origin and talk.origin.line)


@pytest.mark.parametrize(
    ("lines", "start", "end"),
    [
        ("DTSTART;VALUE=DATE:20261110", date(2026, 11, 10), None),
        ("DTSTART;VALUE=DATE:20261110\nDTEND;VALUE=DATE:20261111", date(2026, 11, 10), None),
        ("DTSTART;VALUE=DATE:20261110\nDTEND;VALUE=DATE:20261113", date(2026, 11, 10), date(2026, 11, 12)),
        ("DTSTART;VALUE=DATE:20261110\nDURATION:P2D", date(2026, 11, 10), date(2026, 11, 11)),
        ("DTSTART:20261110\nDTEND:20261110", date(2026, 11, 10), None),
        ("DTSTART:20261110T190000", datetime(2026, 11, 10, 19), None),
        ("DTSTART:20261110T190000\nDURATION:PT90M", datetime(2026, 11, 10, 19), datetime(2026, 11, 10, 20, 30)),
        ("DTSTART:20261110T190000\nDTEND:20261110T180000", datetime(2026, 11, 10, 19), None),
        ("DTSTART:20261110T190000Z", datetime(2026, 11, 10, 19, tzinfo=UTC), None),
        (
            "DTSTART:20261110T000000\nDTEND:20261112T000000\nX-MICROSOFT-CDO-ALLDAYEVENT:TRUE",
            date(2026, 11, 10),
            date(2026, 11, 11),
        ),
    ],
)
def test_days_moments_and_lengths(lines: str, start: date, end: date | None) -> None:
    """Days end on their last day, floating times stay wall time, lengths become ends."""
    (event,) = listed(f"UID:1\nSUMMARY:E\n{lines}")

    assert (start, end) == (event.start, event.end)
    assert isinstance(start, datetime) == isinstance(event.start, datetime)


@pytest.mark.parametrize(
    "name",
    [
        "Europe/Berlin",
        '"Europe/Berlin"',
        "W. Europe Standard Time",
        "/citadel.org/20210210_1/Europe/Berlin",
        "/Europe/Berlin",
        "europe/berlin",
        "(UTC+01:00) Berlin, Bern, Rome",
        '"(UTC+01:00) Berlin, Bern, Rome"',
    ],
)
def test_zones_by_any_name(name: str) -> None:
    """IANA, Windows and names with a vendor's prefix mean the same place."""
    (event,) = listed(f"UID:1\nSUMMARY:E\nDTSTART;TZID={name}:20261110T190000")

    assert ("2026-11-10T19:00:00+01:00", "Europe/Berlin") == (event.start.isoformat(), event.zone)


@pytest.mark.parametrize(
    ("name", "moment"),
    [
        ("(UTC-08:00) Pacific Time (US & Canada)", "2026-11-10T19:00:00-08:00"),
        ("GMT+0200", "2026-11-10T19:00:00+02:00"),
        ("UTC-05:00", "2026-11-10T19:00:00-05:00"),
        ("tzone://Microsoft/Utc", "2026-11-10T19:00:00+00:00"),
    ],
)
def test_zones_by_their_labels(name: str, moment: str) -> None:
    """What programs show to people is understood too, colons and all."""
    assert [moment] == starts(f"UID:1\nSUMMARY:E\nDTSTART;TZID={name}:20261110T190000")


def test_a_broken_definition_of_a_zone_loses_no_event() -> None:
    """The time is kept as wall time, and the zone is named."""
    for head in (
        OWN.format("soon"),
        "BEGIN:VTIMEZONE\nTZID:Custom\nEND:VTIMEZONE\n",
    ):
        listings, findings = read(
            "UID:1\nSUMMARY:E\nDTSTART;TZID=Custom:20261110T190000",
            "UID:2\nSUMMARY:S\nDTSTART;TZID=Custom:20261110T190000\nRRULE:FREQ=WEEKLY;COUNT=2",
            head=head,
        )
        assert ["2026-11-10T19:00:00"] * 2 + ["2026-11-17T19:00:00"] == [one.start.isoformat() for one in listings]
        assert ["`Custom` is not known" in one.message for one in findings] == [True]


OWN = (
    "BEGIN:VTIMEZONE\nTZID:Custom\nBEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETFROM:{0}\nTZOFFSETTO:{0}\n"
    "END:STANDARD\nEND:VTIMEZONE\n"
)


def test_zones_that_calendars_define_do_not_mix() -> None:
    """Two files may call different zones by the same name."""
    text = "UID:1\nSUMMARY:E\nDTSTART;TZID=Custom:20261110T190000"

    assert ["2026-11-10T19:00:00+05:30"] == starts(text, head=OWN.format("+0530"))
    assert ["2026-11-10T19:00:00-03:00"] == starts(text, head=OWN.format("-0300"))
    assert ["2026-11-10T19:00:00-03:00", "2026-11-17T19:00:00-03:00"] == starts(
        text + "\nRRULE:FREQ=WEEKLY;COUNT=2", head=OWN.format("-0300")
    )


def test_a_zone_that_nobody_knows_is_told() -> None:
    """The time is kept as wall time, and the zone is named."""
    listings, findings = read("UID:1\nSUMMARY:E\nDTSTART;TZID=Mars/Base:20261110T190000")

    assert [datetime(2026, 11, 10, 19)] == [one.start for one in listings]
    assert ["Mars/Base" in one.message for one in findings] == [True]


def test_times_in_utc_are_shown_in_the_calendars_zone() -> None:
    """X-WR-TIMEZONE says where the calendar lives, also across the change of clocks."""
    text = "UID:1\nSUMMARY:E\nDTSTART:20261020T170000Z\nRRULE:FREQ=WEEKLY;COUNT=4"

    assert ["2026-11-03T19:00:00+01:00", "2026-11-10T19:00:00+01:00"] == starts(
        text, head="X-WR-TIMEZONE:Europe/Berlin\n"
    )
    assert ["2026-11-10T10:00:00-08:00"] == starts(
        "UID:1\nSUMMARY:E\nDTSTART:20261110T180000Z", head="X-WR-TIMEZONE:America/Los_Angeles\n"
    )


def test_a_series_with_exceptions() -> None:
    """Rules, extra dates, left-out dates and a moved and a cancelled occurrence."""
    listings = listed(
        BERLIN + "RRULE:FREQ=WEEKLY;UNTIL=20261208T180000Z\nEXDATE;TZID=Europe/Berlin:20261117T190000\n"
        "RDATE;TZID=Europe/Berlin:20261119T190000",
        "UID:1\nSUMMARY:Moved\nRECURRENCE-ID;TZID=Europe/Berlin:20261124T190000\n"
        "DTSTART;TZID=Europe/Berlin:20261125T200000",
        "UID:1\nSUMMARY:Off\nSTATUS:CANCELLED\nRECURRENCE-ID:20261201T180000Z\n"
        "DTSTART;TZID=Europe/Berlin:20261201T190000",
    )

    assert [
        ("Talk", "2026-11-10T19:00", False),
        ("Talk", "2026-11-19T19:00", False),
        ("Moved", "2026-11-25T20:00", False),
        ("Off", "2026-12-01T19:00", True),
        ("Talk", "2026-12-08T19:00", False),
    ] == [(one.title, one.start.isoformat()[:16], one.cancelled) for one in listings]
    assert 5 == len({one.uid for one in listings})
    assert "1/2026-11-24T18:00:00+00:00" == listings[2].uid


def test_a_change_for_this_and_all_that_follow() -> None:
    """RANGE=THISANDFUTURE moves the rest of the series."""
    found = starts(
        BERLIN + "RRULE:FREQ=WEEKLY;COUNT=4",
        "UID:1\nSUMMARY:Later\nRECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Berlin:20261124T190000\n"
        "DTSTART;TZID=Europe/Berlin:20261124T200000\nDTEND;TZID=Europe/Berlin:20261124T220000",
    )

    assert ["2026-11-10T19", "2026-11-17T19", "2026-11-24T20", "2026-12-01T20"] == [one[:13] for one in found]


def test_occurrences_after_a_change_are_told_apart() -> None:
    """Each occurrence has an identity of its own, also those that one change moved together."""
    found = listed(
        BERLIN + "RRULE:FREQ=WEEKLY;COUNT=4",
        "UID:1\nSUMMARY:Later\nRECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Berlin:20261124T190000\n"
        "DTSTART;TZID=Europe/Berlin:20261124T200000\nDTEND;TZID=Europe/Berlin:20261124T220000",
    )

    assert 4 == len({one.uid for one in found})


@pytest.mark.parametrize("broken", ["EXDATE:soon", "RDATE:20261399T190000", "DTEND:soon", "DURATION:P"])
def test_a_series_with_a_broken_date_goes_on(broken: str) -> None:
    """What is no date is left out and told; the series stays, however long ago it began."""
    listings, findings = read(
        f"UID:1\nSUMMARY:E\nDTSTART;TZID=Europe/Berlin:20200107T190000\nRRULE:FREQ=WEEKLY;UNTIL=20261117T180000Z\n{broken}"
    )

    assert ["1103", "1110", "1117"] == [f"{one.start:%m%d}" for one in listings]
    assert [broken.partition(":")[0] in one.message for one in findings] == [True]


def test_a_list_keeps_its_sound_dates() -> None:
    """One broken date among those that are left out harms no other."""
    listings, findings = read(BERLIN + "RRULE:FREQ=WEEKLY;COUNT=3\nEXDATE;TZID=Europe/Berlin:20261117T190000,soon")

    assert ["1110", "1124"] == [f"{one.start:%m%d}" for one in listings]
    assert 1 == len(findings)


@pytest.mark.parametrize(
    "start", [":20261110T190000Z", ":20261110T190000", ";TZID=America/Los_Angeles:20261110T190000"]
)
@pytest.mark.parametrize("until", ["20261124", "20261124T190000"])
def test_the_last_day_of_a_series_counts(start: str, until: str) -> None:
    """UNTIL as a day, or as wall time of the event, holds the occurrence of that day."""
    found = starts(f"UID:1\nSUMMARY:E\nDTSTART{start}\nRRULE:FREQ=WEEKLY;UNTIL={until}")

    assert ["10", "17", "24"] == [one[8:10] for one in found]


def test_the_last_day_in_a_zone_of_the_files_own_counts() -> None:
    """Wall time of a zone that the file defines is that of the event too."""
    text = "UID:1\nSUMMARY:E\nDTSTART;TZID=Custom:20261110T190000\nRRULE:FREQ=WEEKLY;UNTIL=20261117T190000"

    assert 2 == len(starts(text, head=OWN.format("-0800")))


def test_a_change_may_name_its_occurrence_by_the_day() -> None:
    """The occurrence of that day is changed, not listed beside."""
    found = listed(
        BERLIN + "RRULE:FREQ=WEEKLY;COUNT=2",
        "UID:1\nSUMMARY:Moved\nRECURRENCE-ID;VALUE=DATE:20261117\nDTSTART;TZID=Europe/Berlin:20261118T190000",
    )

    assert ["Talk", "Moved"] == [one.title for one in found]


def test_of_several_versions_the_newest_counts() -> None:
    """The highest sequence speaks, and its identity is that of the event."""
    found = listed(*(f"UID:1\nSEQUENCE:{n}\nSUMMARY:V{n}\nDTSTART:202611{10 + n}T190000Z" for n in (1, 3, 2)))

    assert [("V3", "1")] == [(one.title, one.uid) for one in found]


def test_events_that_share_an_identity_are_each_listed() -> None:
    """Exports that call every event the same lose none of them; the same event twice is one."""
    found = listed(*(f"UID:1\nSUMMARY:E{day}\nDTSTART:202611{day}T190000Z" for day in (10, 11, 11)))

    assert [("E10", None), ("E11", None)] == [(one.title, one.uid) for one in found]


def test_a_series_keeps_its_hour_when_clocks_change() -> None:
    """Wall time of the place, before and after."""
    window = (datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 11, 10, tzinfo=UTC))
    text = "UID:1\nSUMMARY:E\nDTSTART;TZID=America/New_York:20261025T190000\nRRULE:FREQ=WEEKLY;COUNT=3"

    listings, _ = read(text, window=window)

    assert ["-04:00", "-05:00", "-05:00"] == [one.start.isoformat()[-6:] for one in listings]


@pytest.mark.parametrize(
    ("rule", "days"),
    [
        ("FREQ=DAILY;INTERVAL=9", ["1104", "1113", "1122"]),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH", ["1103", "1105", "1117", "1119"]),
        ("FREQ=DAILY;BYDAY=MO;BYMONTH=11", ["1102", "1109", "1116", "1123"]),
        ("FREQ=WEEKLY;UNTIL=20261112T000000Z", ["1104", "1111"]),
    ],
)
def test_an_old_series_keeps_its_rhythm(rule: str, days: list[str]) -> None:
    """Twenty years of occurrences before the window change nothing in it."""
    window = (datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 25, tzinfo=UTC))

    listings, findings = read(
        f"UID:1\nSUMMARY:E\nDTSTART;TZID=Europe/Berlin:20061101T190000\nDTEND;TZID=Europe/Berlin:20061101T200000\nRRULE:{rule}",
        window=window,
    )

    assert [] == findings
    assert days == [f"{one.start:%m%d}" for one in listings]
    assert {"19:00", "20:00"} == {f"{moment:%H:%M}" for one in listings for moment in (one.start, one.end) if moment}


def test_only_what_touches_the_window() -> None:
    """Past and far events are left out, one that is going on is not."""
    found = listed(
        "UID:1\nSUMMARY:Past\nDTSTART:20200101T190000Z",
        "UID:2\nSUMMARY:Far\nDTSTART:20300101T190000Z",
        "UID:3\nSUMMARY:Going on\nDTSTART;VALUE=DATE:20261030\nDTEND;VALUE=DATE:20261103",
        "UID:4\nSUMMARY:Old series\nDTSTART;VALUE=DATE:19990101\nRRULE:FREQ=YEARLY",
        "UID:5\nSUMMARY:Ended\nDTSTART:20200101T190000Z\nRRULE:FREQ=DAILY;COUNT=3",
    )

    assert ["Going on", "Old series"] == [one.title for one in found]


def test_cancelled_calendars_and_events() -> None:
    """A cancellation is kept, marked."""
    event = "UID:1\nSUMMARY:E\nDTSTART:20261110T190000Z"

    assert [True] == [one.cancelled for one in listed(event, head="METHOD:CANCEL\n")]
    assert [True] == [one.cancelled for one in listed(event + "\nSTATUS:cancelled")]
    assert [False] == [one.cancelled for one in listed(event + "\nSTATUS:CONFIRMED")]


def test_private_events_are_not_announced() -> None:
    """What its owner marked private does not go into a newsletter."""
    listings, findings = read(BERLIN + "CLASS:PRIVATE", BERLIN.replace("UID:1", "UID:2"))

    assert ["2"] == [one.uid for one in listings]
    assert [Level.INFO] == [one.level for one in findings]


@pytest.mark.parametrize(
    ("lines", "place", "url"),
    [
        ("LOCATION:https://meet.example/x", "Online", "https://meet.example/x"),
        (
            "LOCATION:Online\nDESCRIPTION:Get it at:\\nhttps://events.example/abc.\\n\\nBye",
            "Online",
            "https://events.example/abc",
        ),
        ("URL;VALUE=URI:https://e.example/1\nDESCRIPTION:https://other.example", None, "https://e.example/1"),
        ("URL:javascript:alert(1)", None, None),
        ("LOCATION:https://events.example/e1\nGEO:37.7;-122.4", None, "https://events.example/e1"),
        (
            'LOCATION:Caf&#233; &amp; Bar\nDESCRIPTION:<a href="https://a.example/?b=1&amp;c=2">x</a>',
            *("Café & Bar", "https://a.example/?b=1&c=2"),
        ),
        ("LOCATION:\\n , ", None, None),
    ],
)
def test_places_and_addresses(lines: str, place: str | None, url: str | None) -> None:
    """The address stands where each service puts it; only http(s) counts."""
    (event,) = listed(BERLIN + lines)

    assert (place, url) == (event.place, event.url)


@pytest.mark.parametrize(
    "rule", ["FREQ=SECONDLY", "FREQ=MINUTELY;INTERVAL=5", "FREQ=HOURLY", "FREQ=DAILY;BYHOUR=1,2,3,4,5,6"]
)
def test_recurrences_finer_than_a_day_are_capped(rule: str) -> None:
    """However old the series, the first occurrences within the window are taken, and it is told."""
    for start in ("20261110T190000Z", "19900101T190000Z"):
        listings, findings = read(f"UID:1\nSUMMARY:Tick\nDTSTART:{start}\nRRULE:{rule}")
        assert 1 < len(listings) <= 52
        assert ["finer" in one.message or "a day" in one.message for one in findings] == [True]


def test_twice_a_day_is_no_ticking() -> None:
    """A rule with a few times a day is followed."""
    found = starts("UID:1\nSUMMARY:E\nDTSTART:20261110T090000Z\nRRULE:FREQ=DAILY;COUNT=4;BYHOUR=9,17")

    assert ["10T09", "10T17", "11T09", "11T17"] == [one[8:13] for one in found]


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;INTERVAL=-1",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=31",
        "FREQ=YEARLY;BYYEARDAY=1;BYMONTH=6",
        "FREQ=MONTHLY;BYDAY=6MO",
        "FREQ=DAILY;COUNT=9999999999",
        "FREQ=FORTNIGHTLY",
        "FREQ=DAILY;BYHOUR=25",
        "FREQ=DAILY;BYDAY=XX",
        "FREQ=DAILY;UNTIL=never",
        "FREQ=WEEKLY;COUNT=abc",
        "INTERVAL=2",
        "",
        "RSCALE=CHINESE;FREQ=YEARLY",
    ],
)
def test_rules_that_lead_nowhere_are_told(rule: str) -> None:
    """A rule that cannot be followed lists the event once, at once."""
    began = time.process_time()

    listings, findings = read(f"UID:1\nSUMMARY:E\nDTSTART:20261110T190000Z\nRRULE:{rule}")

    assert 1 == len(listings)
    assert 1 == len(findings)
    assert time.process_time() - began < 3


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=DAILY;INTERVAL=7;BYDAY=MO",
        "FREQ=MONTHLY;INTERVAL=12;BYMONTH=3",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29",
        "FREQ=YEARLY;INTERVAL=99999",
        "FREQ=MONTHLY;BYMONTHDAY=-1",
        "FREQ=YEARLY;BYWEEKNO=53;BYDAY=SU;BYMONTH=1",
        "FREQ=SECONDLY;INTERVAL=7;BYHOUR=9;BYMINUTE=1",
    ],
)
def test_odd_rules_take_little_time(rule: str) -> None:
    """Rules that come true rarely or never are followed within the time that a calendar may take."""
    began = time.process_time()

    read(f"UID:1\nSUMMARY:E\nDTSTART:20001110T190000Z\nRRULE:{rule}")

    assert time.process_time() - began < 8


def test_rules_that_come_true() -> None:
    """Days counted from the back, ordinals and spaces are understood."""
    for rule in (
        "FREQ=MONTHLY;BYDAY=5MO",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-1",
        "FREQ=WEEKLY;BYDAY=MO, TU",
        "FREQ=DAILY;SKIP=OMIT",
    ):
        assert read_rule(rule).text


@pytest.mark.parametrize(
    ("event", "told"),
    [
        ("SUMMARY:No start", "no start"),
        ("SUMMARY:E\nDTSTART:soon", "no date"),
        ("SUMMARY:E\nDTSTART:20261399T190000", "no date"),
        ("DTSTART:20261110T190000Z", "no title"),
        ("SUMMARY:E\nDTSTART:20261110T190000Z\nRDATE:nonsense", "RDATE"),
        ("SUMMARY:E\nDTSTART:20261110T190000Z\nDURATION:broken", "DURATION"),
        ("SUMMARY:E\nDTSTART:20261110T190000Z\nDTEND:soon", "DTEND"),
        ("SUMMARY:E\nDTSTART:20261110T190000Z\nnonsense", "cannot be read"),
    ],
)
def test_a_calendar_that_is_broken_in_places_gives_the_rest(event: str, told: str) -> None:
    """One finding with a line, and the good event beside it."""
    listings, findings = read(event, "UID:2\nSUMMARY:Good\nDTSTART:20261111T190000Z")

    assert "Good" in [one.title for one in listings]
    assert [told in one.message for one in findings] == [True]
    assert findings[0].line in {3, 6}


@pytest.mark.parametrize(
    "text",
    [
        "BEGIN:VEVENT\nSUMMARY:E\nDTSTART:20261110T190000Z\nEND:VEVENT",
        "\ufeffBEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:E\nDTSTART:20261110T190000Z\nEND:VEVENT\nEND:VCALENDAR",
        "BEGIN:VCALENDAR\rBEGIN:VEVENT\rSUMMARY:E\rDTSTART:20261110T190000Z\rEND:VEVENT\rEND:VCALENDAR",
        "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMM\r\n ARY:E\r\nDTSTART:20261\r\n\t110T190000Z",
        "begin:vcalendar\nbegin:vevent\nsummary:E\ndtstart:20261110T190000Z\nend:vevent",
        "BEGIN:VCALENDAR\nEND:VTODO\nBEGIN:VEVENT\nBEGIN:VALARM\nSUMMARY:Alarm\nEND:VALARM\nSUMMARY:E\nDTSTART:20261110T190000Z",
        "BEGIN:VCALENDAR\nEND:VCALENDAR\n\nBEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:E\nDTSTART:20261110T190000Z\nEND:VCALENDAR",
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:E\nSUMMARY:F\nDTSTART:20261110T190000Z\nDTSTART:20261111T190000Z\nEND:VEVENT",
    ],
)
def test_files_that_keep_to_no_form(text: str) -> None:
    """Bare events, marks, lone CR, folds anywhere, small letters, missing ends and doubled lines are read."""
    listings, _ = read_calendar(text.encode(), file="a.ics", window=WINDOW)

    assert [("E", datetime(2026, 11, 10, 19, tzinfo=UTC))] == [(one.title, one.start) for one in listings]


def test_letters_cut_by_a_fold_and_old_encodings() -> None:
    """Folds count bytes, and some files are not UTF-8."""
    folded = b"BEGIN:VEVENT\r\nSUMMARY:Gr" + b"\xc3\r\n \xb6\xc3\x9fe\r\nDTSTART:20261110T190000Z\r\nEND:VEVENT"
    latin = b"BEGIN:VEVENT\r\nSUMMARY:Gr\xf6\xdfe\r\nDTSTART:20261110T190000Z\r\nEND:VEVENT"

    for content in (folded, latin, latin.decode("cp1252").encode("utf-16")):
        assert ["Größe"] == [one.title for one in read_calendar(content, file="a.ics", window=WINDOW)[0]]


@pytest.mark.parametrize("content", [b"", b"<html>Not found</html>", b"\0\1\2", b"BEGIN:VCARD\nEND:VCARD", b"{}"])
def test_what_is_no_calendar_is_told(content: bytes) -> None:
    """One finding, no listing."""
    listings, findings = read_calendar(content, file="a.ics", window=WINDOW)

    assert ([], 1) == (listings, len(findings))


def test_texts_are_plain_and_bounded() -> None:
    """Invisible characters go and nothing is endless."""
    (event,) = listed(f"UID:1\nSUMMARY:A\u202eB\x07{'x' * 30_000}\nDTSTART:20261110T190000Z")

    assert event.title.startswith("ABxxx")
    assert len(event.title) < 400


def many(count: int, lines: str) -> bytes:
    blocks = "".join(f"BEGIN:VEVENT\nUID:{n}\nSUMMARY:E{n}\n{lines}\nEND:VEVENT\n" for n in range(count))
    return f"BEGIN:VCALENDAR\n{blocks}END:VCALENDAR\n".encode()


@pytest.mark.parametrize(
    ("count", "lines"),
    [
        (20_000, "DTSTART:20150101T100000Z"),
        (2_500, "DTSTART:20261110T190000Z"),
        (200, "DTSTART:20000101T190000Z\nRRULE:FREQ=DAILY"),
        (60, "DTSTART:20000101T190000Z\nRRULE:FREQ=SECONDLY"),
        (200, "DTSTART:20261110T190000Z\nRRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"),
    ],
)
def test_huge_calendars_are_bounded(count: int, lines: str) -> None:
    """Megabytes of events take seconds at most and give at most what a newsletter can use."""
    began = time.process_time()

    listings, _ = read_calendar(many(count, lines), file="a.ics", window=WINDOW)

    assert len(listings) <= 2000
    assert time.process_time() - began < 10


@pytest.mark.parametrize(
    "content",
    [
        b"BEGIN:VEVENT\n" * 300000,
        b"BEGIN:X\n" * 500000,
        b"END:VEVENT\n" * 400000,
        b";" * 4000000,
        b" x\n" * 1000000,
        b"BEGIN:VEVENT\nDTSTART" + b';X="a"' * 600000,
        b"BEGIN:VCALENDAR\nBEGIN:VTIMEZONE\n" * 100000,
    ],
)
def test_nonsense_is_bounded(content: bytes) -> None:
    """Megabytes of anything are passed over in linear time."""
    began = time.process_time()

    read_calendar(content, file="a.ics", window=WINDOW)

    assert time.process_time() - began < 8


@settings(max_examples=50, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "DTSTART:20261110T190000Z",
                "DTSTART;TZID=X:20261110",
                "RRULE:FREQ=DAILY;COUNT=3",
                "SUMMARY:S",
                "RDATE:20261111",
                "EXDATE:20261110T190000",
                "DTEND;VALUE=DATE:20261112",
                "DURATION:-P1D",
                "RECURRENCE-ID:20261110",
                "UID:1",
                "SEQUENCE:x",
                "BEGIN:VEVENT",
                "END:VEVENT",
                "STATUS:?",
                "DTSTART:99990101T000000Z",
                "RRULE:FREQ=YEARLY;UNTIL=20270101",
            ]
        ),
        max_size=14,
    )
)
def test_no_mixture_gives_a_traceback(lines: list[str]) -> None:
    """Any order of true, false and contradictory lines is read."""
    text = "\n".join(["BEGIN:VCALENDAR", "BEGIN:VEVENT", *lines, "END:VEVENT", "END:VCALENDAR"])

    for listing in read_calendar(text.encode(), file="a.ics", window=WINDOW)[0]:
        assert listing.title


CORPUS = Path(__file__).parents[3] / "shared" / "corpora" / "calendars" / "collective-icalendar"


@pytest.mark.skipif(not CORPUS.is_dir(), reason="needs the real calendars of ../shared/corpora/calendars")
def test_real_calendars() -> None:
    """Every calendar of a parser's own test set gives listings, or a finding that says why not."""
    ever = (datetime(1970, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))
    read_files = 0
    for path in sorted(CORPUS.rglob("*.ics")):
        listings, findings = read_calendar(path.read_bytes(), file=path.name, window=ever)
        assert listings or findings, path
        assert all(one.fix or one.level is Level.INFO for one in findings)
        read_files += 1

    assert read_files >= 198
