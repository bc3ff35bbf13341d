"""The life of a delivery under every order of faults, deaths, second processes, edits and people, against a platform in memory."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from delivery_world import FAULTS, Blind, Death, Living, MortalLedger, OneShot, Post, Process, Service, TwoStep
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from newsletter_bot.errors import UsageError
from newsletter_bot.model import Delivery, Format, IssueRecord, Rendition, State, Visibility
from newsletter_bot.platforms import powers
from newsletter_bot.ports import Outlet
from newsletter_bot.publishing.desk import Desk, Wishes
from newsletter_bot.publishing.resolving import resolve_absent, resolve_found
from newsletter_bot.publishing.running import Errand, run
from newsletter_bot.publishing.withdrawing import retract

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
RUNS = 20
AT_REST = (State.DELIVERED, State.REFUSED, State.RETRACTED)


class Life(RuleBasedStateMachine):
    """One delivery; subclasses say on which kind of platform."""

    kind: type[Blind] = TwoStep

    @initialize(visibility=st.sampled_from([Visibility.PUBLIC, Visibility.DRAFT]), email=st.booleans())
    def begin(self, visibility: Visibility, email: bool) -> None:
        self.service = Service(now=NOW)
        self.ledger, self.living = MortalLedger(), Living()
        self.platform = self.kind(service=self.service)
        self.outlet = Outlet(
            name="there",
            platform="model",
            capabilities=self.kind.capabilities,
            open=lambda: self.platform,
            powers=powers(cast(Any, self.kind)),
            visibility=visibility,
        )
        self.edition = 1
        self.visibility, self.email = visibility, email and visibility is Visibility.PUBLIC
        self.record = IssueRecord(id="issue", number=1, title="T", slot="s", draft="d")
        self.ledger.promise(self.record, [self.rendition], NOW)
        self.absences = 0
        self.there: Post | None = None

    @property
    def rendition(self) -> Rendition:
        return Rendition(
            publication="there",
            platform="model",
            format=Format.PLAIN,
            title="T",
            body=f"text {self.edition}",
            visibility=self.visibility,
            email=self.email,
        )

    @property
    def row(self) -> Delivery:
        row = self.ledger.delivery("issue/there")
        assert row
        return row

    def desk(self, process: Process) -> Desk:
        nothing = cast(Any, None)
        return Desk(
            ledger=self.ledger,
            claims=process,
            newsroom=nothing,
            outlets={"there": self.outlet},
            home="there",
            rules=nothing,
            frame=nothing,
            clock=lambda: self.service.now,
        )

    def go(self, *, due: bool, overwrite: bool = False) -> None:
        """One process does what it can; it may die."""
        process = self.living.born()
        errand = Errand(record=self.record, renditions={"there": self.rendition})
        with suppress(Death):
            run(self.desk(process), errand, Wishes(due=due, overwrite=overwrite))
        process.dies()

    # --- what happens --------------------------------------------------------------------------------------------

    def run_with(self, faults: list[str], deaths: list[str], *, due: bool) -> None:
        self.service.faults, self.ledger.deaths = list(faults), list(deaths)
        self.service.meanwhile = lambda: self.go(due=not due)
        self.go(due=due)
        self.service.faults.clear()
        self.ledger.deaths.clear()

    @rule(fault=st.sampled_from(FAULTS), at=st.integers(0, 6), due=st.booleans())
    def a_run_with_a_fault(self, fault: str, at: int, due: bool) -> None:
        self.run_with([*[""] * at, fault], [], due=due)

    @rule(fate=st.sampled_from(("before", "after")), at=st.integers(0, 4), due=st.booleans())
    def a_run_that_dies_at_a_commit(self, fate: str, at: int, due: bool) -> None:
        self.run_with([], [*[""] * at, fate], due=due)

    @rule(faults=st.lists(st.sampled_from(("", *FAULTS)), min_size=2, max_size=6), due=st.booleans())
    def a_run_on_a_bad_day(self, faults: list[str], due: bool) -> None:
        self.run_with(faults, [], due=due)

    @rule(minutes=st.sampled_from([1, 6, 60, 1500]), due=st.booleans())
    def a_run_some_time_later(self, minutes: int, due: bool) -> None:
        self.service.pass_by(timedelta(minutes=minutes))
        self.go(due=due)

    @rule(
        deed=st.sampled_from(
            ("edits", "edits there", "edits", "publishes there", "deletes there", "settles", "insists")
        )
    )
    def a_person_acts(self, deed: str) -> None:
        self.there = next(reversed(self.service.posts.values()), None)
        {
            "edits": self.edits,
            "edits there": self.edits_there,
            "publishes there": self.publishes_there,
            "deletes there": self.deletes_there,
            "settles": self.settles,
            "insists": self.insists,
        }[deed]()

    def edits(self) -> None:
        self.edition += 1

    def edits_there(self) -> None:
        if self.there:
            self.there.text = f"person {self.edition}"

    def publishes_there(self) -> None:
        if self.there:
            self.there.visibility = Visibility.PUBLIC

    def deletes_there(self) -> None:
        if self.there:
            del self.service.posts[self.there.id]
            # When its id never came nobody can know that it was there
            self.absences += self.row.remote_id != self.there.id

    def settles(self) -> None:
        if not self.row.held:
            return
        self.service.pass_by(timedelta(minutes=6))
        process = self.living.born()
        with suppress(UsageError):
            if self.service.posts:
                resolve_found(
                    self.desk(process), "issue/there", f"https://model.example/{next(iter(self.service.posts))}"
                )
            else:
                resolve_absent(self.desk(process), "issue/there")
                self.absences += 1
        process.dies()

    def insists(self) -> None:
        if self.row.held and self.row.state is State.DELIVERED:
            self.go(due=False, overwrite=True)

    @rule(faults=st.lists(st.sampled_from(("", "lost", "reset", "busy", "die before", "die after")), max_size=3))
    @precondition(lambda self: self.service.created and self.edition > 2)
    def taken_back(self, faults: list[str]) -> None:
        self.service.faults = list(faults)
        process = self.living.born()
        with suppress(Death):
            retract(self.desk(process), "issue", ())
        process.dies()
        self.service.faults.clear()

    # --- what always holds ---------------------------------------------------------------------------------------

    @invariant()
    def never_twice(self) -> None:
        assert self.service.created <= 1 + self.absences

    @invariant()
    def never_mailed_twice(self) -> None:
        assert self.service.mails <= 1 + self.absences

    @invariant()
    def nothing_of_a_person_is_overwritten(self) -> None:
        assert [] == self.service.trampled

    @invariant()
    def what_is_told_is_consistent(self) -> None:
        row = self.row
        assert (row.state is State.SENDING) == (row.owner is not None)
        assert row.state is not State.DELIVERED or row.carried is not None or row.held

    def teardown(self) -> None:
        """In the end, without further faults, it is there as wanted, or a person is asked, or it was refused or taken back."""
        for _ in range(RUNS):
            self.service.pass_by(timedelta(hours=7))
            before = self.row.revision
            self.go(due=True)
            waits = self.row.not_before or self.ledger.paused("there", self.service.now)
            if before == self.row.revision and self.row.state in AT_REST and not waits:
                break
        row = self.row
        assert row.held or row.state in AT_REST, row
        if row.state is State.DELIVERED and not row.held and not row.refused_under:
            self.is_there(row)
        self.never_twice()

    def is_there(self, row: Delivery) -> None:
        """What the ledger says is delivered was delivered, with the words that are wanted now where they can be changed."""
        assert self.service.created
        post = self.service.posts.get(row.remote_id or "")
        if self.kind is TwoStep and post and not post.text.startswith("person"):
            assert post.text == f"text {self.edition}"
            assert self.visibility in (post.visibility, Visibility.DRAFT)


class OnTwoSteps(Life):
    """A draft, then public by its id."""


class OnOneStep(Life):
    """One request, and a list that tells afterwards."""

    kind = OneShot


class InTheDark(Life):
    """One request, and nothing to ask."""

    kind = Blind


EFFORT = settings(max_examples=100, stateful_step_count=12, deadline=None)
TestOnTwoSteps = OnTwoSteps.TestCase
TestOnOneStep = OnOneStep.TestCase
TestInTheDark = InTheDark.TestCase
TestOnTwoSteps.settings = TestOnOneStep.settings = TestInTheDark.settings = EFFORT
