"""Which events an issue lists, and what is different about them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from assembly_samples import CLOCK, PACIFIC, at, in_days, listing

from newsletter_bot.assembly.dates import starts
from newsletter_bot.assembly.listings import Shown, Window, choose_listings
from newsletter_bot.assembly.marks import Mark
from newsletter_bot.assembly.twins import merge_twins, plain_key
from newsletter_bot.model import Listing

WINDOW = Window(CLOCK, timedelta(days=60), PACIFIC)


def chosen(*listings: Listing, before: tuple[Listing, ...] | None = None) -> tuple[Shown, ...]:
    return choose_listings(listings, before, WINDOW)


def titles(*listings: Listing, before: tuple[Listing, ...] | None = None) -> list[str]:
    return [shown.listing.title for shown in chosen(*listings, before=before)]


def marks(*listings: Listing, before: tuple[Listing, ...] | None = None) -> list[Mark | None]:
    return [shown.mark for shown in chosen(*listings, before=before)]


def test_past_events_are_not_listed() -> None:
    """What is over at publishing time stays out, what goes on is listed."""
    over = listing("over", in_days(-3), end=in_days(-1))
    running = listing("running", in_days(-3), end=in_days(0))
    today = listing("today", in_days(0))

    assert ["running", "today"] == titles(over, running, today)


def test_an_hour_decides() -> None:
    """An event without an end is over once it has begun, one with an end when that is reached."""
    eight, nine, ten = (at(hour, day=CLOCK.date()) for hour in (8, 9, 10))

    assert ["c", "b"] == titles(listing("a", eight), listing("b", nine), listing("c", eight, end=ten))
    assert [] == titles(listing("d", eight, end=nine))


def test_horizon_is_the_limit() -> None:
    """An event that starts beyond the horizon waits for a later issue."""
    assert ["in"] == titles(listing("in", in_days(60)), listing("out", in_days(61)))


def test_endless_horizon_holds() -> None:
    """A horizon beyond the calendar's end lists everything to come."""
    window = Window(datetime(9999, 12, 30, tzinfo=PACIFIC), timedelta(days=400), PACIFIC)

    assert 1 == len(choose_listings([listing("last", date(9999, 12, 31))], None, window))


def test_until_ends_the_listing() -> None:
    """An event is no longer listed after its last day to list it."""
    assert ["b"] == titles(listing("a", in_days(9), until=in_days(-1)), listing("b", in_days(9), until=in_days(0)))


def test_order_is_that_of_time() -> None:
    """Events are in order of their start, whatever the order of sources."""
    assert ["a", "b"] == titles(listing("b", in_days(9)), listing("a", datetime(2026, 6, 4, 8, tzinfo=UTC)))


def test_same_event_from_two_sources_is_listed_once() -> None:
    """Title, start and place tell twins; the second fills the gaps of the first."""
    hand = listing("Dev Meetup!", date(2026, 6, 3), note="ours")
    calendar = listing("dev meetup", at(18), place="Hall", url="https://a.example", uid="x", zone="UTC")

    (shown,) = chosen(hand, calendar)

    assert ("Dev Meetup!", at(18), "Hall", "https://a.example", "ours", "x", "UTC") == (
        shown.listing.title,
        shown.listing.start,
        shown.listing.place,
        shown.listing.url,
        shown.listing.note,
        shown.listing.uid,
        shown.listing.zone,
    )


def test_timed_entry_keeps_its_end() -> None:
    """Of a timed and an all-day entry the hours count, with whatever end is known."""
    timed = listing("A", at(18))

    assert date(2026, 6, 4) == merge_twins([timed, listing("A", end=date(2026, 6, 4))], PACIFIC)[0].end


def test_other_places_are_other_events() -> None:
    """The same title on the same day at two places is two events, unless they share a page."""
    here, there = listing(place="Here"), listing(place="There")
    one, same = listing(place="Here", url="https://a.example/x"), listing(place="X", url="https://A.example/x/")

    assert 2 == len(chosen(here, there))
    assert 1 == len(chosen(one, same))
    assert 2 == len(chosen(listing(place="A", url="http://[bad"), listing(place="B", url="http://[bad2")))


@pytest.mark.parametrize(
    ("one", "other", "count"),
    [
        ("Lisbon", "LX Factory, Rua Rodrigues de Faria 103, Lisbon, Portugal", 1),
        ("Berlin", "Hauptstr. 1, 10115 Berlin", 1),
        ("Online", "https://meet.example/x", 1),
        ("York", "New York", 2),
        ("Room 1", "Room 2", 2),
        ("Room 1", "Room 12, Lisbon", 2),
    ],
)
def test_a_place_told_at_more_length_is_the_same(one: str, other: str, count: int) -> None:
    """A town and an address in it are one place, two towns or rooms are not."""
    assert count == len(chosen(listing(place=one, uid="a"), listing(place=other, uid="b")))


def test_addresses_with_other_campaigns_are_one_page() -> None:
    """Words that tell who sent a reader do not tell events apart, others do."""
    here = listing(place="Here", url="https://a.example/x?id=1&utm_source=mail&fbclid=2")

    assert 1 == len(chosen(here, listing(place="There", url="http://www.a.example/x?aff=me&id=1")))
    assert 2 == len(chosen(here, listing(place="There", url="https://a.example/x?id=2")))


def test_an_hour_is_found_behind_the_days_of_others() -> None:
    """Days and hours of one title and place are one event, whichever comes first, and other hours are others."""
    day, morning, evening = listing("Fair", place="Quay"), listing("Fair", at(9)), listing("Fair", at(18))

    assert [at(9), at(18)] == [one.start for one in merge_twins([day, morning, evening], PACIFIC)]
    assert [at(9), at(18)] == [one.start for one in merge_twins([morning, evening, day], PACIFIC)]


def test_many_that_are_alike_stay_apart() -> None:
    """A calendar may call all it holds by one name on one day."""
    alike = [listing("Same", place=f"Room {number}", uid=f"u{number}") for number in range(400)]

    assert 400 == len(choose_listings(alike, alike[:200], WINDOW))


def test_a_day_is_that_of_the_place_too() -> None:
    """A day in Tokyo and an hour of that day there are one event, though it is the day before at home."""
    day = listing("Expo", date(2026, 6, 4))
    hour = listing("Expo", datetime(2026, 6, 4, 9, tzinfo=ZoneInfo("Asia/Tokyo")), zone="Asia/Tokyo")

    assert [at(17)] == [starts(one, PACIFIC).replace(tzinfo=None) for one in merge_twins([day, hour], PACIFIC)]
    assert [at(17)] == [starts(one, PACIFIC).replace(tzinfo=None) for one in merge_twins([hour, day], PACIFIC)]


def test_occurrences_of_a_series_are_each_listed() -> None:
    """The same identity at two times is two occurrences; at the same time one, whatever the titles."""
    first, second = listing("A", in_days(3), uid="u"), listing("A", in_days(10), uid="u")

    assert 2 == len(chosen(first, second, listing("Renamed", in_days(3), uid="u")))


def test_first_issue_marks_nothing() -> None:
    """Without an issue before, nothing is new."""
    assert [None] == marks(listing())
    assert [None] == marks(listing(), before=())


def test_new_events_are_marked() -> None:
    """What the issue before did not list is new."""
    known = listing("known", in_days(3))

    assert [None, Mark.NEW] == marks(known, listing("other", in_days(4)), before=(known,))


def test_next_occurrence_is_not_news() -> None:
    """An occurrence that the horizon reaches is not new when its series was listed."""
    series = [listing("weekly", in_days(days), uid="u") for days in (-7, 7, 14)]

    assert [None, None] == marks(*series, before=(series[0], series[1]))


def series(*days: int, uid: str = "w") -> tuple[Listing, ...]:
    """Occurrences as calendars give them: each has an identity of its own."""
    return tuple(listing("weekly", in_days(day), uid=f"{uid}/{in_days(day)}") for day in days)


def test_a_later_occurrence_of_a_series_is_no_news() -> None:
    """What the horizon reaches of a series that was listed is not new, also when one in between is left out."""
    assert [None, None] == marks(*series(7, 14), before=series(0, 7))
    assert [None, None] == marks(*series(14, 21), before=series(7, 14))
    assert [Mark.NEW] == marks(*series(7, uid="other"), before=(listing("known"),))


def test_a_series_on_another_day_has_moved() -> None:
    """Each occurrence that takes the place of one that was announced is moved; the one beyond is simply the next."""
    assert [Mark.MOVED, Mark.MOVED, None] == marks(*series(8, 15, 22), before=series(7, 14))


def test_a_series_under_another_identity_has_moved() -> None:
    """A calendar that splits a series announces nothing new."""
    assert [None, Mark.MOVED] == marks(*series(7), *series(15, uid="split"), before=series(7, 14))


def test_moved_twice_and_back() -> None:
    """Each move is told once, against the issue before."""
    first, second, third = (listing("a", in_days(day), uid="u") for day in (3, 4, 5))

    assert [Mark.MOVED] == marks(second, before=(first,))
    assert [None] == marks(second, before=(second,))
    assert [Mark.MOVED] == marks(third, before=(second,))
    assert [Mark.MOVED] == marks(first, before=(third,))


def test_a_place_told_more_exactly_is_no_move() -> None:
    """An address in the town that was announced changes nothing for readers."""
    before = (listing("a", place="Lisbon", uid="u"),)

    assert [None] == marks(listing("a", place="Rua 1, Lisbon", uid="u"), before=before)


def test_moved_events_are_marked() -> None:
    """Another time or another place of an event that was announced is a move."""
    before = (listing("a", in_days(3), uid="u"), listing("b", in_days(5), place="Here", uid="v"))

    assert [Mark.MOVED, Mark.MOVED] == marks(
        listing("a", in_days(4), uid="u"), listing("b", in_days(5), place="There", uid="v"), before=before
    )


def test_moved_without_identity_is_told_by_title() -> None:
    """Events written by hand are recognised by their title."""
    assert [Mark.MOVED] == marks(listing("Fair", in_days(8)), before=(listing("Fair", in_days(7)),))


def test_cancelled_event_is_marked_once() -> None:
    """A cancelled event is shown as such after an issue that announced it, and never again."""
    announced = listing("a", in_days(3), uid="u")
    gone = listing("a", in_days(3), uid="u", cancelled=True)

    assert [Mark.CANCELLED] == marks(gone, before=(announced,))
    assert [] == marks(gone, before=(gone,))
    assert [] == marks(gone)


def test_an_event_that_is_cancelled_on_another_day_was_announced() -> None:
    """The identity tells it, whatever time the cancellation gives."""
    gone = listing("a", in_days(4), uid="u", cancelled=True)

    assert [Mark.CANCELLED] == marks(gone, before=(listing("a", in_days(3), uid="u"),))


def test_cancelled_and_moved_by_hand_is_recognised() -> None:
    """A cancelled event without identity is told by its title when its old time is gone."""
    gone = listing("Fair", in_days(8), cancelled=True)

    assert [Mark.CANCELLED] == marks(gone, before=(listing("Fair", in_days(7)),))
    assert [] == marks(listing("Other", in_days(8), cancelled=True), before=(listing("Fair", in_days(7)),))


def test_cancellation_wins_over_another_source() -> None:
    """One source that cancels is believed."""
    both = [listing("a", in_days(3), uid="u"), listing("a", in_days(3), uid="u", cancelled=True)]

    assert [Mark.CANCELLED] == marks(*both, before=(both[0],))


def test_keys_of_titles_are_blind_to_dress() -> None:
    """Case, width and punctuation do not tell titles apart; a title of signs is still a title."""
    assert plain_key("Ｄev-Meetup!") == plain_key("dev meetup")
    assert "🎉" == plain_key(" 🎉 ")
