"""What a streak is reckoned from: the same from every ledger, and nothing that decides a slot is left out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter_bot.cadence import Cadence, Landing, Rules, slot_starts, streak
from newsletter_bot.ledger import open_ledger
from newsletter_bot.ledger.landings import of_periods
from newsletter_bot.model import Format, IssueRecord, Rendition, State, Visibility
from newsletter_bot.ports import Landed, Ledger

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
WEEK = timedelta(weeks=1)
LOS_ANGELES = "America/Los_Angeles"
CADENCES = (
    Cadence(weeks=1, day=2, time=time(9), zone=LOS_ANGELES),
    Cadence(weeks=2, day=2, time=time(9), zone=LOS_ANGELES),
    Cadence(monthly=True, day=31, zone=LOS_ANGELES),
    Cadence(weekdays=(0, 3), zone=LOS_ANGELES),
)


@pytest.fixture(params=["sqlite", "memory"])
def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Ledger]:
    where = "memory:" if request.param == "memory" else str(tmp_path / "ledger.db")
    made = open_ledger(where, folder=tmp_path, newsletter="signals", now=NOON)
    yield made
    made.close()


def publish(ledger: Ledger, name: str, slot: str, at: datetime, publication: str = "home") -> None:
    number = len(ledger.issues()) + 1
    issue = IssueRecord(id=name, number=number, title=name, slot=slot, draft=f"drafts/{name}.md", due=at)
    rendition = Rendition(publication=publication, platform="p", format=Format.HTML, title=name, body=name)
    ledger.promise(issue, [rendition], at)
    before = ledger.delivery(f"{name}/{publication}")
    assert before is not None
    after = replace(before, state=State.DELIVERED, visibility=Visibility.PUBLIC, public_at=at)
    ledger.move(before, after, at=at, what="out")


def take_in(ledger: Ledger, name: str, at: datetime) -> None:
    ledger.record_issue(IssueRecord(id=name, number=1, title=name, slot="", draft="", imported_at=at))


def test_the_first_issue_of_a_slot_lands(ledger: Ledger) -> None:
    """Of two issues of one slot the one that was out first is told, of each slot one."""
    publish(ledger, "second", "2026-W48", NOON + timedelta(hours=1))
    publish(ledger, "first", "2026-W48", NOON)
    publish(ledger, "before", "2026-W47", NOON - WEEK)

    found = sorted(ledger.landings("home", []), key=lambda landed: landed.at)

    assert [
        Landed("before", "2026-W47", NOON - WEEK, imported=False),
        Landed("first", "2026-W48", NOON, imported=False),
    ] == found


def test_only_what_home_has_lands(ledger: Ledger) -> None:
    """With a home other publications decide nothing; without one any of them does."""
    publish(ledger, "elsewhere", "2026-W48", NOON, publication="away")

    assert [] == list(ledger.landings("home", []))
    assert ["elsewhere"] == [landed.issue for landed in ledger.landings(None, [])]


def test_what_was_taken_back_does_not_land(ledger: Ledger) -> None:
    """A retracted post keeps no slot."""
    publish(ledger, "gone", "2026-W48", NOON)
    before = ledger.delivery("gone/home")
    assert before is not None
    ledger.move(before, replace(before, state=State.RETRACTED), at=NOON, what="taken back")

    assert [] == list(ledger.landings("home", []))


def test_a_period_tells_its_first_two_imports(ledger: Ledger) -> None:
    """More of one period decide nothing; after the last start all are told."""
    for number in range(4):
        take_in(ledger, f"old-{number}", NOON - WEEK + timedelta(hours=number))
        take_in(ledger, f"new-{number}", NOON + timedelta(hours=number))

    found = [landed.issue for landed in ledger.landings("home", [NOON - 2 * WEEK, NOON])]

    assert ["old-0", "old-1", "new-0", "new-1", "new-2", "new-3"] == found


def test_the_earliest_date_is_that_of_any_issue(ledger: Ledger) -> None:
    """Planned issues have a due time, imported ones the date on which they were out; an empty ledger has none."""
    assert ledger.first_date() is None

    publish(ledger, "planned", "2026-W48", NOON)
    assert NOON == ledger.first_date()

    take_in(ledger, "old", NOON - WEEK)
    assert NOON - WEEK == ledger.first_date()


def test_issues_of_one_slot(ledger: Ledger) -> None:
    """The issues of a slot are those planned for it."""
    publish(ledger, "mine", "2026-W48", NOON)
    publish(ledger, "other", "2026-W47", NOON)
    take_in(ledger, "old", NOON)

    assert ["mine"] == [issue.id for issue in ledger.issues("2026-W48")]


@settings(deadline=None, max_examples=50)
@given(
    cadence=st.sampled_from(CADENCES),
    hours=st.lists(st.integers(0, 24 * 7 * 12), min_size=1, max_size=60),
    now=st.integers(0, 24 * 7 * 14),
)
def test_nothing_that_decides_is_left_out(cadence: Cadence, hours: list[int], now: int) -> None:
    """The streak from the first two imports of each period is the streak from all of them."""
    start = datetime(2026, 9, 1, tzinfo=UTC)
    dates = sorted(start + timedelta(hours=hour) for hour in hours)
    moment = start + timedelta(hours=now)
    rules = Rules.of(cadence, start)
    rules = rules.anchored(rules.current.local_day(dates[0]))
    every = [Landed(str(number), "", at, imported=True) for number, at in enumerate(dates)]

    def reckoned(found: list[Landed]) -> object:
        return streak(rules, [Landing(each.issue, None, each.at, imported=True) for each in found], moment)

    few = list(of_periods([(each.at, each) for each in every], slot_starts(rules, dates[0], moment)))

    assert reckoned(every) == reckoned(few)
