"""Which issue decides which slot: planned issues by their slot, imported ones by their date."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from operator import attrgetter

from newsletter_bot.cadence.rhythm import moment_of, zone_named
from newsletter_bot.cadence.rules import DAY, Rules
from newsletter_bot.cadence.slots import first_day, minute_of, slot_of, slots
from newsletter_bot.model import Slot


@dataclass(frozen=True, slots=True)
class Landing:
    """An issue that is out: the slot it was planned for and the moment that counts.

    ``imported``: it was out before the bot came, and its date decides for which slot it counts; ``slot`` is not read then.
    """

    issue: str
    slot: str | None
    at: datetime
    imported: bool = False


@dataclass(slots=True)
class Place:
    """A slot of the history and the earliest issue that counts for it."""

    slot: Slot
    landing: Landing | None = None

    def take(self, landing: Landing) -> None:
        """Lets the issue decide when it is the earliest."""
        if self.landing is None or landing.at < self.landing.at:
            self.landing = landing


def placed(rules: Rules, landings: Iterable[Landing], now: datetime) -> tuple[Rules, list[Place]]:
    """All slots from that of the first issue to that of now (or of the last issue), with what decides them.

    The rules come back with the phase that the first issue gives them.
    """
    planned, imported = _parted(landings)
    days = _planned_days(rules, planned)
    if imported:
        days.append(rules.stretch_at(imported[0].at)[1])
    if not days:
        return rules, []
    rules = rules.anchored(min(days))
    last = [slot_of(rules, now).end, *(slot_of(rules, day).end for day in {max(days)})]
    if imported:
        last.append(slot_of(rules, imported[-1].at).end)
    places = [Place(slot) for slot in slots(rules, min(days), max(last))]
    _place_planned(rules, places, planned)
    _place_imported(rules, places, imported)
    return rules, places


def slot_starts(rules: Rules, first: datetime, now: datetime) -> list[datetime]:
    """When each slot begins, from that of the first moment to the one after that of now: no period holds two slots."""
    last = slot_of(rules, max(first, now)).end + DAY
    return [_start(rules, slot) for slot in slots(rules, slot_of(rules, first).start, last)]


def _parted(landings: Iterable[Landing]) -> tuple[dict[str, Landing], list[Landing]]:
    """The earliest of each planned slot, and the imported ones in order of time."""
    planned: dict[str, Landing] = {}
    imported: list[Landing] = []
    for landing in landings:
        name = landing.slot
        if landing.imported or name is None:
            imported.append(landing)
        elif (other := planned.get(name)) is None or landing.at < other.at:
            planned[name] = landing
    imported.sort(key=attrgetter("at"))
    return planned, imported


def _planned_days(rules: Rules, planned: dict[str, Landing]) -> list[date]:
    return [first_day(name) or rules.stretch_at(landing.at)[1] for name, landing in planned.items()]


def _place_planned(rules: Rules, places: list[Place], planned: dict[str, Landing]) -> None:
    by_name = {place.slot.name: place for place in places}
    for name, landing in planned.items():
        # a slot that a change of the rules has swallowed gives its issue to the slot that holds its days
        place = by_name.get(name) or by_name[slot_of(rules, first_day(name) or landing.at).name]
        place.take(landing)


def _place_imported(rules: Rules, places: list[Place], imported: Sequence[Landing]) -> None:
    """Gives each slot the first issue of its period, after an empty slot before it has had its late one."""
    at = attrgetter("at")
    low = 0
    for number, place in enumerate(places if imported else []):
        before = places[number - 1] if number else None
        following = places[number + 1] if number + 1 < len(places) else None
        high = bisect_left(imported, _start(rules, following.slot), low, key=at) if following else len(imported)
        if low < high and before is not None and _is_late_for(before, imported[low]):
            before.take(imported[low])
            low += 1
        if low < high:
            place.take(imported[low])
        low = high


def _start(rules: Rules, slot: Slot) -> datetime:
    return moment_of(slot.start, time(0), zone_named(rules.stretch_at(slot.start)[0].cadence.zone))


def _is_late_for(place: Place, landing: Landing) -> bool:
    return place.landing is None and not place.slot.in_break and minute_of(landing.at) <= place.slot.deadline
