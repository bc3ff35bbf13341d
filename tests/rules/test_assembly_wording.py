"""Events in words."""

from __future__ import annotations

from datetime import date

import pytest
from assembly_samples import at, frame, html, issue_of, listing, plain

from newsletter_bot.assembly.words import ENGLISH, LANGUAGES, words_for
from newsletter_bot.model import IssueRecord, Item, Listing

JUNE = (
    listing("AI Fair", date(2026, 6, 3), end=date(2026, 6, 5), place="San Francisco", url="https://a.example"),
    listing("Agents", date(2026, 6, 13), place="Seattle", note="Come early."),
    listing("Transform", date(2026, 6, 24), end=date(2026, 6, 25), place="San Francisco"),
)
CALL = listing("Call", at(18, day=date(2026, 7, 1)), place="https://meet.example/x", zone="America/New_York")


def events(*listings: Listing, previous: tuple[Listing, ...] | None = None, **settings: object) -> str:
    record = None if previous is None else IssueRecord(id="o", number=6, title="", slot="", draft="", listings=previous)
    return plain(issue_of(listings=listings, frame=frame(sections=("events",), **settings), previous=record)).strip()


def test_list_groups_by_place_in_one_month() -> None:
    """Within one month each place has one bullet; there is no heading for the month."""
    assert (
        "Events\n------\n\n"
        "• San Francisco: AI Fair (https://a.example), June 3–5; Transform, June 24–25\n"
        "• Agents, June 13, Seattle. Come early."
    ) == events(*JUNE)


def test_list_groups_by_month() -> None:
    """Several months have their names above their bullets."""
    assert (
        "• Agents, June 13, Seattle. Come early.\n\nJuly\n\n"
        "• Call (https://meet.example/x), Wednesday, July 1, 18:00 (New York: 21:00), online"
    ) == events(JUNE[1], CALL).partition("June\n\n")[2]


def test_a_note_ends_the_bullet() -> None:
    """Events at one place stand in bullets of their own when one has a note; what comes again says its note once."""
    twice = [listing("Knots", date(2026, 6, day), place="Quay", note="Bring rope.") for day in (3, 10)]
    fair = listing("Fair", date(2026, 6, 12), place="Quay")
    other = listing("Knots", date(2026, 6, 17), place="Quay", note="Rope is there.")

    assert "• Quay: Knots, June 3; June 10. Bring rope.\n• Fair, June 12, Quay" in events(*twice, fair)
    assert "• Quay: Knots, June 3: Bring rope.; June 10: Bring rope.; June 17: Rope is there." in events(*twice, other)


def test_prose_strings_events_together() -> None:
    """In prose each month is a paragraph, places follow what happens there."""
    assert (
        "In June: AI Fair (https://a.example) (June 3–5) and Transform (June 24–25) in San Francisco;"
        " Agents (June 13. Come early.) in Seattle.\n\n"
        "In July: Call (https://meet.example/x) (Wednesday, July 1, 18:00; New York: 21:00), online."
    ) == events(*JUNE, CALL, events_style="prose").partition("------\n\n")[2]


def test_three_at_one_place_are_a_series() -> None:
    """Three events in prose are strung together as the language does it."""
    three = [listing(title, date(2026, 6, day), place="4 Main St") for title, day in (("A", 1), ("B", 2), ("C", 3))]

    assert "In June: A (June 1), B (June 2), and C (June 3), 4 Main St." in events(*three, events_style="prose")
    assert "Im Juni: A (1. Juni), B (2. Juni) und C (3. Juni), 4 Main St." in events(
        *three, events_style="prose", language="de"
    )


def test_event_without_a_place_stands_alone() -> None:
    """Events without a place are not gathered under an empty one."""
    assert "• A, June 1\n• B, June 2" in events(listing("A", date(2026, 6, 1)), listing("B", date(2026, 6, 2)))
    assert "In June: A (June 1)." in events(listing("A", date(2026, 6, 1)), events_style="prose")
    assert "• A, June 1; June 8\n• B, June 2" in events(
        *(listing(title, date(2026, 6, day)) for title, day in (("A", 1), ("B", 2), ("A", 8)))
    )


def test_repeated_event_is_named_once_in_prose() -> None:
    """Occurrences share a title and its brackets, in every language."""
    weekly = [listing("Meetup", date(2026, 6, day), place="Lisbon", note="Bring rope.") for day in (3, 10)]
    korean = [listing("A", at(18), zone="Asia/Tokyo")]

    assert "Meetup (June 3; June 10. Bring rope.) in Lisbon." in events(*weekly, events_style="prose")
    assert "6월: A (6월 3일 (수요일) 오후 6:00; 도쿄: 6월 4일 (목요일) 오전 10:00)." in events(
        *korean, events_style="prose", language="ko"
    )


def test_a_mark_that_holds_for_all_is_said_once() -> None:
    """A new series is not called new again with each of its dates."""
    weekly = [listing("Meetup", date(2026, 6, day), place="Hall", uid="u") for day in (3, 10)]

    assert "• Hall: Meetup (new), June 3; June 10" in events(*weekly, previous=(CALL,))
    assert "Meetup (new: June 3; June 10) in Hall." in events(*weekly, previous=(CALL,), events_style="prose")


def test_no_sentence_ends_twice() -> None:
    """A place that ends in a full stop is not given another, and each language has its own."""
    fair = listing("A", date(2026, 6, 1), place="Reno, U.S.A.", note="Come early.")
    bare = listing("A", date(2026, 6, 1), place="Reno, U.S.A.")

    assert "• A, June 1, Reno, U.S.A. Come early." in events(fair)
    assert events(bare, events_style="prose").endswith("in Reno, U.S.A.")
    assert events(bare, events_style="prose", language="ja").endswith("U.S.A.")
    assert events(listing("A"), events_style="prose", language="ja").endswith("A (6月3日)。")


def test_a_place_keeps_its_own_letters() -> None:
    """Only the bot's own word begins with a capital."""
    two = [listing(title, date(2026, 6, 1), place="iHub") for title in "AB"]

    assert "• iHub: A, June 1; B, June 1" in events(*two)
    assert "• Online: A, June 1; B, June 1" in events(
        *(listing(title, date(2026, 6, 1), place="virtual") for title in "AB")
    )


def test_repeated_event_is_named_once() -> None:
    """Occurrences of one event at one place share its title, each with its date, each an item."""
    weekly = [listing("Meetup", date(2026, 6, day), place="Hall", uid="u") for day in (3, 10)]
    (section,) = issue_of(listings=weekly, frame=frame(sections=("events",))).sections

    assert "• Hall: Meetup, June 3; June 10" in events(*weekly)
    assert ["2026-06-03", "2026-06-10"] == [item.start for item in section.items]


@pytest.mark.parametrize(
    ("style", "expected"), [("list", "Agents, June 14, Seattle (moved)"), ("prose", "(June 14, moved)")]
)
def test_marks_are_told(style: str, expected: str) -> None:
    """What is different since the last issue stands beside the event."""
    now = listing("Agents", date(2026, 6, 14), place="Seattle")

    assert expected in events(now, previous=(JUNE[1],), events_style=style)
    assert "(neu)" in events(now, previous=(CALL,), language="de")


def test_cancelled_event_is_no_item() -> None:
    """A cancelled event is told to readers, and not listed for programs."""
    gone = listing("Agents", date(2026, 6, 13), place="Seattle", cancelled=True)
    record = IssueRecord(id="o", number=6, title="", slot="", draft="", listings=(JUNE[1],))
    issue = issue_of(listings=(gone,), previous=record)

    assert "Agents, June 13, Seattle (cancelled)" in plain(issue)
    assert () == issue.sections[0].items
    assert (gone,) == issue.listings


def test_items_are_for_programs() -> None:
    """Other programs get ISO times with their offset, plain texts and harmless addresses."""
    timed = listing(" Two\nlines ", at(18), end=at(20), url="javascript:alert(1)")
    (section,) = issue_of(listings=[timed], frame=frame(sections=("events",))).sections

    assert (
        Item(
            title="Two lines",
            start="2026-06-03T18:00:00-07:00",
            end="2026-06-03T20:00:00-07:00",
            place=None,
            url=None,
            plain=False,
        ),
    ) == section.items


def test_texts_of_sources_stay_text() -> None:
    """Marks of Markdown and HTML in a calendar are characters, its addresses only links that cannot act."""
    hostile = listing(
        "# <script>x</script> **b** [l](https://evil.example)",
        place="<img src=x onerror=y>",
        note="![i](javascript:1)\n\n# new heading\u202e",
        url="java\tscript:alert(1)",
    )
    shown = html(issue_of(listings=[hostile], frame=frame(sections=("events",))))

    assert shown.startswith(
        "<h2>Events</h2>\n<ul>\n<li># &lt;script&gt;x&lt;/script&gt; **b** [l](https://evil.example)"
    )
    assert "<img" not in shown
    assert "href" not in shown
    assert shown.count("<h") == 1
    assert "\u202e" not in shown


def test_long_notes_are_cut() -> None:
    """A description of a calendar is cut between words."""
    shown = events(listing(note="word " * 300))

    assert shown.endswith("word…")
    assert len(shown) < 600
    assert events(listing(note="x" * 900)).endswith("x…")


def test_event_under_way_counts_to_this_month() -> None:
    """An event that began in an earlier month is told in the month of the issue."""
    running = listing("Expo", date(2026, 4, 1), end=date(2026, 6, 30))

    assert "In May: Expo (April 1 – June 30)." in events(running, events_style="prose")


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_every_language_can_tell_everything(language: str) -> None:
    """Each language has all words, and both styles can be written in it."""
    words = words_for(language)

    assert "5" in words.reading.format(minutes=5)
    assert all(
        (words.events, words.housekeeping, words.footnotes, words.online, words.new, words.moved, words.cancelled)
    )
    for style in ("list", "prose"):
        assert "Call" in events(*JUNE, CALL, events_style=style, language=language)


def test_regional_tags_have_their_languages_words() -> None:
    """A region does not matter for words; an unknown language is English."""
    assert LANGUAGES["pt"] is words_for("pt_BR")
    assert ENGLISH is words_for("tlh")
