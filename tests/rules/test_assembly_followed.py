"""The writer's own events in an issue that is out."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from assembly_samples import listing

from newsletter_bot.assembly.followed import followed
from newsletter_bot.assembly.listings import Window
from newsletter_bot.model import Listing, Origin

FILE = "drafts/_events.yaml"
FAIR = listing("Fair", date(2026, 6, 3), origin=Origin(file=FILE))
TALK = listing("Talk", date(2026, 6, 20), origin=Origin(file=FILE))


def after(*own: Listing, known: tuple[Listing, ...] = (FAIR, TALK), day: int = 10) -> list[Listing]:
    now = Window(datetime(2026, 6, day, tzinfo=UTC), timedelta(days=60), UTC)
    return followed(own, known, now=now, files={FILE})


def test_what_was_listed_is_followed() -> None:
    """A new place, day or end of an event that the issue listed is taken up."""
    moved = replace(TALK, start=date(2026, 6, 21), place="Quay")

    assert [FAIR, moved] == after(FAIR, moved)


def test_what_is_new_waits_for_the_next_issue() -> None:
    """An event that the issue did not list does not come into it."""
    assert [FAIR, TALK] == after(FAIR, TALK, listing("Regatta", date(2026, 6, 21)))


def test_a_new_title_is_known_by_its_time() -> None:
    """An event whose title was corrected is the same event."""
    renamed = replace(TALK, title="A talk")

    assert [FAIR, renamed] == after(FAIR, renamed)


def test_what_is_struck_stays_once_it_is_over() -> None:
    """A file that is tidied of what is over changes no issue; what is struck while it is to come is taken back."""
    assert [TALK, FAIR] == after(TALK)
    assert [FAIR] == after(FAIR)
    assert [FAIR] == after()


def test_events_of_other_sources_are_no_matter_here() -> None:
    """What another source listed is not kept for this file."""
    elsewhere = replace(FAIR, origin=Origin(file="https://a.example/x.ics"))

    assert [] == after(known=(elsewhere,))


def test_an_id_tells_events_of_one_title_apart() -> None:
    """Two series of one title are two, where their calendar gave them ids."""
    first, second = replace(TALK, uid="a"), replace(TALK, uid="b", start=date(2026, 6, 25))

    assert [first] == after(first, second, known=(first,))
