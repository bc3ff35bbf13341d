"""Row 3: one issue to many publications that answer after 200 ms, in one warm process."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any, cast

from measuring import Line, in_ms, in_turn
from places import folder
from postbox import Postbox
from stage import ANSWER_SECONDS, patient_server

from newsletter_bot.cadence import Cadence, Rules
from newsletter_bot.ledger import open_claims, open_ledger
from newsletter_bot.model import IssueRecord, Rendition
from newsletter_bot.ports import Outlet
from newsletter_bot.publishing.desk import Desk, Wishes
from newsletter_bot.publishing.running import Errand, run

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
_turns = count(1)


def measure() -> list[Line]:
    """Wall for each number of publications, and CPU for each request; then with the disk, whose commits come one by one."""
    lines: list[Line] = []
    for many, threshold in ((10, 1.15), (100, 2.0)):
        for disk in (False, True):
            wall, cpu = _spent(many, disk=disk)
            store = "SQLite on disk" if disk else "ledger in memory"
            work = f"fan-out to {many} publications, 200 ms, {store}, warm, wall"
            held = None if disk else threshold
            one = in_ms(ANSWER_SECONDS)
            lines.append(
                Line(
                    row="3",
                    work=work,
                    unit="ms",
                    ours=in_ms(wall),
                    against="one answer",
                    theirs=one,
                    threshold=held,
                    limit=True,
                )
            )
            work = f"CPU a request, {many} publications, {store}"
            lines.append(
                Line(row="3", work=work, unit="ms", ours=in_ms(cpu) / many, against="", threshold=None if disk else 2.0)
            )
    return lines


def _spent(many: int, *, disk: bool) -> tuple[float, float]:
    """Seconds on the wall and of CPU, the medians of seven issues."""
    spent: list[float] = []
    with patient_server() as address, _desk(many, address, disk=disk) as desk:
        carry(desk, many)
        carry(desk, many)
        found = in_turn({"ours": lambda: carry(desk, many, spent)}, 7)
    return found["ours"], statistics.median(spent)


def carry(desk: Desk, many: int, spent: list[float] | None = None) -> float:
    """One more issue to all; seconds on the wall."""
    turn = next(_turns)
    record = IssueRecord(id=f"issue-{turn}", number=turn, title="Tide", slot="2026-W48", draft="drafts/tide.md")
    renditions = {name: _rendition(name, turn) for name in desk.outlets}
    desk.ledger.promise(record, list(renditions.values()), NOW)
    cpu, wall = time.process_time(), time.perf_counter()
    outcome = run(desk, Errand(record=record, renditions=renditions), Wishes())
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    states = [delivery.state.value for _, deliveries in outcome.issues for delivery in deliveries]
    assert ["delivered"] * many == states, outcome
    if spent is not None:
        spent.append(cpu)
    return wall


def _rendition(name: str, turn: int) -> Rendition:
    return Rendition(
        publication=name, platform="postbox", format=Postbox.capabilities.formats[0], title="Tide", body=f"Tide {turn}"
    )


@contextmanager
def _desk(many: int, address: str, *, disk: bool) -> Iterator[Desk]:
    with folder() as place:
        location = str(place / ".newsletter-bot" / "ledger.db")
        ledger = open_ledger(location if disk else "memory:", folder=place, newsletter="tidewater", now=NOW)
        claims = open_claims(location, folder=place)
        outlets = {f"post-{number:03}": _outlet(f"post-{number:03}", address) for number in range(many)}
        cadence = _cadence()
        none: Any = None
        try:
            yield Desk(
                ledger=ledger,
                claims=claims,
                newsroom=none,
                outlets=outlets,
                home=None,
                rules=Rules.of(cadence, NOW),
                frame=none,
                clock=lambda: datetime.now(UTC),
            )
        finally:
            claims.close()
            ledger.close()


def _cadence() -> Cadence:
    from newsletter_bot.app import cadence_of, read_folder

    with folder() as place:
        from stage import settings

        (place / "schedule.yaml").write_text(settings())
        return cadence_of(read_folder(Path(place) / "schedule.yaml"))


def _outlet(name: str, address: str) -> Outlet:
    return Outlet(
        name=name, platform="postbox", capabilities=Postbox.capabilities, open=lambda: cast("Any", Postbox(url=address))
    )
