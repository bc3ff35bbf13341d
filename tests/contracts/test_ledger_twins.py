"""The ledger in memory and the ledger on disk say the same about everything."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import hypothesis.strategies as st
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from newsletter_bot.errors import StaleError
from newsletter_bot.ledger import open_ledger
from newsletter_bot.model import Delivery, Format, IssueRecord, Operation, Rendition, State, Visibility
from newsletter_bot.ports import Ledger

START = datetime(2026, 11, 25, 12, tzinfo=UTC)
issues = st.sampled_from(["a", "b/c", "ü"])
publications = st.sampled_from(["substack", "medium"])
words = st.none() | st.text(max_size=5)
times = st.none() | st.timedeltas(timedelta(days=-400), timedelta(days=400)).map(lambda away: START + away)
moves = st.fixed_dictionaries(
    {
        "state": st.sampled_from(State),
        "operation": st.sampled_from(Operation),
        "attempt": st.integers(0, 9),
        "owner": words,
        "error": words,
        "held": words,
        "remote_id": st.none() | st.just("7"),
        "visibility": st.none() | st.sampled_from(Visibility),
        "sending_at": times,
        "not_before": times,
        "verify_at": times,
    }
)


class Twins(RuleBasedStateMachine):
    """Does everything to both and compares the answers."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.now = START
        self.memory: Ledger = open_ledger("memory:", folder=self.folder, newsletter="n")
        self.disk: Ledger = open_ledger("ledger.db", folder=self.folder, newsletter="n")
        self.read: dict[str, Delivery] = {}

    def teardown(self) -> None:
        self.disk.close()
        shutil.rmtree(self.folder)

    def both(self, act: Callable[[Ledger], object]) -> object:
        def outcome(ledger: Ledger) -> object:
            try:
                return act(ledger)
            except StaleError:
                return StaleError

        expected = outcome(self.memory)
        assert expected == outcome(self.disk)
        return expected

    @rule(issue=issues, publication=publications, number=st.integers(0, 5))
    def promise(self, issue: str, publication: str, number: int) -> None:
        record = IssueRecord(id=issue, number=number, title="T", slot="s", draft="d", due=self.now)
        rendition = Rendition(
            publication=publication, platform="p", format=Format.HTML, title=issue, body=str(number), email=number > 2
        )
        self.both(lambda ledger: ledger.promise(record, [rendition], self.now))

    @rule(issue=issues, number=st.integers(0, 5), links=st.lists(st.text(max_size=5), max_size=2))
    def record(self, issue: str, number: int, links: list[str]) -> None:
        record = IssueRecord(id=issue, number=number, title="R", slot="s", draft="d", links=tuple(links))
        self.both(lambda ledger: ledger.record_issue(record))

    @rule(issue=issues, publication=publications)
    def look(self, issue: str, publication: str) -> None:
        name = f"{issue}/{publication}"
        found = self.both(lambda ledger: ledger.delivery(name))
        if isinstance(found, Delivery):
            self.read[name] = found

    @rule(data=st.data(), changes=moves)
    def move(self, data: st.DataObject, changes: dict[str, object]) -> None:
        if self.read:
            before = self.read[data.draw(st.sampled_from(sorted(self.read)))]
            after = replace(before, **changes)  # type: ignore[arg-type]
            self.now += timedelta(seconds=1)
            self.both(lambda ledger: ledger.move(before, after, at=self.now, what="moved"))

    @rule(key=st.sampled_from(["x", "x:1", "x:2", "y"]), value=words)
    def remember(self, key: str, value: str | None) -> None:
        self.both(lambda ledger: ledger.remember(key, value))

    @rule(publication=publications, until=times.filter(bool))
    def pause(self, publication: str, until: datetime) -> None:
        self.both(lambda ledger: ledger.pause(publication, until, "why"))

    @invariant()
    def same(self) -> None:
        self.both(lambda ledger: list(ledger.issues()))
        self.both(lambda ledger: list(ledger.deliveries()))
        self.both(lambda ledger: list(ledger.open_deliveries()))
        self.both(lambda ledger: [ledger.story(one.id) for one in ledger.deliveries()])
        self.both(lambda ledger: [ledger.rendition(one.promised) for one in ledger.deliveries()])
        self.both(lambda ledger: [list(ledger.creations(name, START)) for name in ("substack", "medium")])
        self.both(lambda ledger: [ledger.paused(name, self.now) for name in ("substack", "medium")])
        self.both(lambda ledger: dict(ledger.facts("x:")))


Twins.TestCase.settings = settings(
    deadline=None, max_examples=25, stateful_step_count=25, suppress_health_check=list(HealthCheck)
)
TestTwins = Twins.TestCase
