"""Row 3: one issue to many publications that answer after 200 ms, in one warm process."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any, cast

from measuring import Line, in_ms, in_turn
from newsletter_bot.cadence import Cadence, Rules
from newsletter_bot.ledger import open_claims, open_ledger
from newsletter_bot.model import IssueRecord, Rendition
from newsletter_bot.ports import Outlet
from newsletter_bot.publishing.desk import Desk, Wishes
from newsletter_bot.publishing.running import Errand, run
from places import folder
from postbox import Postbox
from stage import ANSWER_SECONDS, patient_server

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
_turns = count(1)


def measure() -> list[Line]:
    """Wall for each number of publications, and CPU for each request."""
    lines: list[Line] = []
    for many, threshold in ((10, 1.15), (100, 2.0)):
        with patient_server() as address, _desk(many, address) as desk:
            carry(desk, many)
            spent: list[float] = []
            found = in_turn({"ours": lambda d=desk, m=many, s=spent: carry(d, m, s)}, 7)  # type: ignore[misc]
        work = f"fan-out to {many} publications, 200 ms, in-process, wall"
        lines.append(
            Line(row="3", work=work, unit="ms", ours=in_ms(found["ours"]), against="one answer", theirs=in_ms(ANSWER_SECONDS), threshold=threshold, limit=True)
        )
        cpu = in_ms(sorted(spent)[len(spent) // 2]) / many
        lines.append(Line(row="3", work=f"CPU a request, {many} publications", unit="ms", ours=cpu, against="", threshold=2.0))
    return lines


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
    return Rendition(publication=name, platform="postbox", format=Postbox.capabilities.formats[0], title="Tide", body=f"Tide {turn}")


@contextmanager
def _desk(many: int, address: str) -> Iterator[Desk]:
    with folder() as place:
        location = str(place / ".newsletter-bot" / "ledger.db")
        ledger = open_ledger(location, folder=place, newsletter="tidewater", now=NOW)
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
