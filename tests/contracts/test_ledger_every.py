"""The contract of the port Ledger, over every ledger there is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from newsletter_bot.errors import LedgerError, StaleError
from newsletter_bot.ledger import open_ledger
from newsletter_bot.model import (
    Audience,
    Delivery,
    Format,
    IssueRecord,
    Listing,
    Loss,
    Notice,
    Operation,
    Origin,
    Picture,
    Rendition,
    State,
    Visibility,
    digest_of,
)
from newsletter_bot.ports import DraftCard, Ledger

NOON = datetime(2026, 11, 25, 12, 0, 0, 123456, tzinfo=UTC)
PNG = b"\x89PNG\r\n\x1a\n\x00bytes"
ISSUE = IssueRecord(
    id="2026/flywheels", number=12, title="Flywheels", slot="2026-W48", draft="drafts/2026/flywheels.md"
)
PICTURE = Picture(digest=digest_of(PNG), media_type="image/png", width=3, height=2, name="wheel.png", data=PNG)


@pytest.fixture(params=["sqlite", "memory"])
def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Ledger]:
    location = "memory:" if request.param == "memory" else ".newsletter-bot/ledger.db"
    opened = open_ledger(location, folder=tmp_path, newsletter="signals")
    yield opened
    opened.close()


def rendition(publication: str = "medium", body: str = "Body", **more: object) -> Rendition:
    base = Rendition(publication=publication, platform="medium", format=Format.HTML, title="Flywheels", body=body)
    return replace(base, **more)  # type: ignore[arg-type]


def promised(ledger: Ledger, *publications: str) -> Delivery:
    ledger.promise(ISSUE, [rendition(name) for name in publications or ("medium",)], NOON)
    return ledger.deliveries(ISSUE.id)[0]


def step(ledger: Ledger, delivery: Delivery, state: State, **more: object) -> Delivery:
    after = replace(delivery, state=state, **more)  # type: ignore[arg-type]
    return ledger.move(delivery, after, at=NOON, what=str(state))


def test_promise_makes_due_deliveries_under_issue_and_publication(ledger: Ledger) -> None:
    """Each rendition of a promised issue becomes a due delivery named after issue and publication."""
    ledger.promise(ISSUE, [rendition("substack"), rendition("medium")], NOON)

    expected = [
        Delivery(
            id=f"2026/flywheels/{name}",
            issue=ISSUE.id,
            publication=name,
            platform="medium",
            promised=rendition(name).digest,
        )
        for name in ("substack", "medium")
    ]
    assert expected == list(ledger.deliveries(ISSUE.id))
    assert ISSUE == ledger.issue(ISSUE.id)


def test_promise_stores_the_rendition_itself(ledger: Ledger) -> None:
    """What was promised can be read back with its images, byte for byte."""
    rich = rendition(
        subtitle="On momentum",
        slug="flywheels",
        tags=("physics", "münchen"),
        canonical_url="https://home.example/p",
        cover="cover.png",
        cover_alt="A wheel",
        audience=Audience.PAID,
        visibility=Visibility.SCHEDULED,
        email=True,
        release_at=NOON,
        language="de",
        plain="Body \ud800 of text",
        options={"section": "notes", "comments": "none"},
        images=(PICTURE, replace(PICTURE, digest="other", name="again.png")),
        losses=(Loss(what="a table", instead="a list", line=4), Loss(what="maths", instead="TeX")),
    )
    ledger.promise(ISSUE, [rich], NOON)

    kept = ledger.rendition(rich.digest)
    assert rich == kept
    assert kept is not None
    assert rich.digest == kept.digest


def test_promise_again_leaves_what_is_there(ledger: Ledger) -> None:
    """A second promise of the same issue adds what is new and changes nothing else."""
    sent = step(ledger, promised(ledger), State.SENDING)

    ledger.promise(replace(ISSUE, title="Other"), [rendition(body="Other"), rendition("ghost")], NOON)

    assert ISSUE == ledger.issue(ISSUE.id)
    assert sent == ledger.delivery(sent.id)
    assert None is ledger.rendition(rendition(body="Other").digest)
    assert ["medium", "ghost"] == [delivery.publication for delivery in ledger.deliveries()]
    assert ["promised", "sending"] == [line.what for line in ledger.story(sent.id)]


def test_issue_comes_back_as_it_was(ledger: Ledger) -> None:
    """Everything remembered of an issue survives: times, notices, listings, links."""
    record = replace(
        ISSUE,
        slug="flywheels",
        draft_digest="d",
        text_digest="t",
        basis="b",
        clock=NOON,
        due=NOON.astimezone(timezone(timedelta(hours=-8))),
        deadline=NOON + timedelta(hours=36),
        notices=(
            Notice(text="New *feed*", until=date(2026, 12, 1), origin=Origin(file="drafts/_housekeeping.md", line=3)),
        ),
        listings=(
            Listing(title="Fair", start=date(2026, 12, 5), end=date(2026, 12, 6), place="Pasadena", cancelled=True),
            Listing(
                title="Talk", start=NOON.replace(tzinfo=None), uid="u1", zone="Europe/Rome", url="https://t.example"
            ),
            Listing(
                title="Call",
                start=NOON,
                end=NOON,
                note="bring tea",
                until=date(2026, 12, 7),
                origin=Origin(file="a", key="b"),
            ),
        ),
        links=("https://a.example", "https://b.example/?q=ü"),
        imported_at=NOON,
        url="https://home.example/p/flywheels",
    )
    ledger.record_issue(record)

    assert record == ledger.issue(ISSUE.id)
    assert [record] == list(ledger.issues())


def test_record_issue_replaces(ledger: Ledger) -> None:
    """Recording an issue again replaces it and leaves its deliveries alone."""
    delivery = promised(ledger)
    ledger.record_issue(replace(ISSUE, title="Flywheels, again", draft="drafts/moved.md"))

    assert "Flywheels, again" == getattr(ledger.issue(ISSUE.id), "title", None)
    assert [delivery] == list(ledger.deliveries(ISSUE.id))


def test_many_issues_are_recorded_at_once(ledger: Ledger) -> None:
    """A history is recorded in one go; what is known of an issue already is replaced."""
    many = [replace(ISSUE, id=f"i{number}", number=number) for number in (1, 2, 3)]
    ledger.record_issue(replace(many[0], title="Old"))

    ledger.record_issues(many)
    ledger.record_issues([])

    assert many == list(ledger.issues())


def test_issues_come_by_number(ledger: Ledger) -> None:
    """Issues are listed by number, whatever the order of recording."""
    for number in (3, 1, 2):
        ledger.record_issue(replace(ISSUE, id=f"i{number}", number=number))

    assert [1, 2, 3] == [issue.number for issue in ledger.issues()]
    assert None is ledger.issue("i4")


def test_move_writes_row_and_story(ledger: Ledger) -> None:
    """A move returns the row with its next revision and adds one line to the story."""
    due = promised(ledger)
    later = NOON + timedelta(seconds=2)
    after = replace(
        due,
        state=State.DELIVERED,
        attempt=1,
        failures=2,
        operation=Operation.UPDATE,
        owner="0123456789abcdef",
        carried=due.promised,
        remote_id="77",
        url="https://medium.example/p/77",
        visibility=Visibility.PUBLIC,
        version="v1",
        error="none\0left",
        held="for a person",
        difference="- a\n+ b",
        refused_under="f",
        mailed=True,
    )
    times = {name: later for name in Delivery.__dataclass_fields__ if name.endswith(("_at", "_until", "_before"))}
    after = replace(after, **times)  # type: ignore[arg-type]
    moved = ledger.move(due, after, at=later, what="found as post 77")

    assert replace(after, revision=1) == moved
    assert moved == ledger.delivery(due.id)
    first, second = ledger.story(due.id)
    assert (None, State.DUE, "promised", 0) == (first.before, first.after, first.what, first.attempt)
    assert (State.DUE, State.DELIVERED, "found as post 77") == (second.before, second.after, second.what)
    assert (1, "0123456789abcdef", later) == (second.attempt, second.owner, second.at)


def test_move_of_a_moved_row_is_stale(ledger: Ledger) -> None:
    """Who read the row before somebody else moved it, cannot move it and leaves no trace."""
    due = promised(ledger)
    first = step(ledger, due, State.SENDING)

    with pytest.raises(StaleError):
        step(ledger, due, State.REFUSED)

    assert first == ledger.delivery(due.id)
    assert 2 == len(ledger.story(due.id))


def test_move_of_an_unknown_delivery_is_stale(ledger: Ledger) -> None:
    """A delivery that is not in the ledger cannot be moved."""
    stranger = replace(promised(ledger), id="x/medium", issue="x")
    with pytest.raises(StaleError):
        step(ledger, stranger, State.SENDING)


@pytest.mark.parametrize("name", ["id", "issue", "publication"])
def test_move_keeps_identity(ledger: Ledger, name: str) -> None:
    """A move cannot turn a delivery into another one."""
    due = promised(ledger)
    with pytest.raises(LedgerError, match=name):
        ledger.move(due, replace(due, **{name: "other"}), at=NOON, what="?")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("is_open", "changes"),
    [
        (True, {}),
        (True, {"state": State.SENDING}),
        (True, {"state": State.UNCONFIRMED}),
        (True, {"state": State.REFUSED}),
        (False, {"state": State.DELIVERED, "visibility": Visibility.PUBLIC}),
        (False, {"state": State.DELIVERED}),
        (True, {"state": State.DELIVERED, "visibility": Visibility.PUBLIC, "verify_at": NOON}),
        (True, {"state": State.DELIVERED, "visibility": Visibility.PUBLIC, "held": "conflict"}),
        (True, {"state": State.DELIVERED, "visibility": Visibility.SCHEDULED}),
        (True, {"state": State.DELIVERED, "visibility": Visibility.DRAFT}),
        (False, {"state": State.RETRACTED, "visibility": Visibility.DRAFT}),
    ],
)
def test_open_deliveries_are_those_not_at_rest(ledger: Ledger, is_open: bool, changes: dict[str, object]) -> None:
    """Due, sending, unconfirmed, refused, held, waiting for release or verification: open; the rest is at rest."""
    due = promised(ledger)
    moved = ledger.move(due, replace(due, **changes), at=NOON, what="?")  # type: ignore[arg-type]

    assert ([moved] if is_open else []) == list(ledger.open_deliveries())


def test_keep_rendition_is_by_digest(ledger: Ledger) -> None:
    """A rendition kept again under its digest is the last one, with its wishes for visibility."""
    draft = rendition(visibility=Visibility.DRAFT)
    public = rendition(visibility=Visibility.PUBLIC, images=(PICTURE,))

    assert ledger.keep_rendition(draft) == ledger.keep_rendition(public)
    assert public == ledger.rendition(public.digest)
    assert None is ledger.rendition("0" * 64)


def test_uploads_are_by_publication(ledger: Ledger) -> None:
    """An uploaded image is remembered for the publication that carries it, the last address counts."""
    ledger.record_upload("substack", "d1", "https://cdn.example/old")
    ledger.record_upload("substack", "d1", "https://cdn.example/1")
    ledger.record_upload("medium", "d2", "https://cdn.example/2")

    assert {"d1": "https://cdn.example/1"} == dict(ledger.uploaded("substack"))
    assert {} == dict(ledger.uploaded("ghost"))


def test_pause_holds_until_its_time(ledger: Ledger) -> None:
    """A publication is paused until the time given, not longer; the last word counts."""
    ledger.pause("medium", NOON + timedelta(hours=2), "slow down")
    ledger.pause("medium", NOON + timedelta(hours=1), "Retry-After")

    assert (NOON + timedelta(hours=1), "Retry-After") == ledger.paused("medium", NOON)
    assert None is ledger.paused("medium", NOON + timedelta(hours=1))
    assert None is ledger.paused("substack", NOON)


def test_creations_count_what_was_begun(ledger: Ledger) -> None:
    """Posts begun since a time are told oldest first, for that publication only; updates do not count."""
    for day in (2, 1, 3):
        issue = replace(ISSUE, id=f"i{day}", number=day)
        ledger.promise(issue, [rendition(), rendition("ghost")], NOON)
        due = ledger.delivery(f"i{day}/medium")
        assert due is not None
        sent = step(ledger, due, State.SENDING, sending_at=NOON + timedelta(days=day))
        sent = step(ledger, sent, State.DELIVERED, remote_id="7")
        step(ledger, sent, State.SENDING, sending_at=NOON + timedelta(days=9), operation=Operation.UPDATE)

    since = NOON + timedelta(days=2)
    assert [NOON + timedelta(days=2), NOON + timedelta(days=3)] == list(ledger.creations("medium", since))
    assert [] == list(ledger.creations("ghost", NOON))


@pytest.mark.parametrize("end", [State.DUE, State.REFUSED])
def test_creations_forget_what_surely_failed(ledger: Ledger, end: State) -> None:
    """A sending that stored nothing uses up nothing of the day; one that left a draft does."""
    sent = step(ledger, promised(ledger), State.SENDING, sending_at=NOON)
    assert [NOON] == list(ledger.creations("medium", NOON))
    back = step(ledger, sent, end)
    assert [] == list(ledger.creations("medium", NOON))

    again = step(ledger, back, State.SENDING, sending_at=NOON + timedelta(hours=1))
    halfway = step(ledger, again, State.SENDING, remote_id="7")
    step(ledger, halfway, end)
    assert [NOON + timedelta(hours=1)] == list(ledger.creations("medium", NOON))


def test_facts_are_remembered_and_forgotten(ledger: Ledger) -> None:
    """Facts are found by key and by the start of it; a key is taken literally."""
    facts = {"etag:a": "1", "etag:b%_": "", "etaG:c": "3", "etag:": "4", "etag:\U0010ffff": "5", "f": "6"}
    for key, value in facts.items():
        ledger.remember(key, value)
    ledger.remember("etag:a", "2")
    ledger.remember("f", None)
    ledger.remember("never", None)

    assert {"etag:": "4", "etag:a": "2", "etag:b%_": "", "etag:\U0010ffff": "5"} == dict(ledger.facts("etag:"))
    assert ["etaG:c", "etag:", "etag:a", "etag:b%_", "etag:\U0010ffff"] == list(ledger.facts(""))
    assert ("", None) == (ledger.recall("etag:b%_"), ledger.recall("f"))


def card(path: str, size: int = 1, *, ready: bool = True) -> DraftCard:
    return DraftCard(path, 1_700_000_000_000_000_001, size, 2**40, 5, f"id of {path}", "Title", ready, NOON, "d", "t")


def test_draft_index_follows_the_folder(ledger: Ledger) -> None:
    """The index holds the last card of every draft, in order of paths, and forgets what is gone."""
    ledger.record_drafts([card("drafts/b.md"), card("drafts/a.md", ready=False), card("drafts/c.md")])
    ledger.record_drafts(
        [card("drafts/b.md", 2), card("drafts/d.md")._replace(date=None)], ["drafts/c.md", "drafts/never.md"]
    )
    ledger.record_drafts([], [])

    cards = [card("drafts/a.md", ready=False), card("drafts/b.md", 2), card("drafts/d.md")._replace(date=None)]
    assert {one.path: one for one in cards} == dict(ledger.draft_index())
    assert [tuple(one[:4]) for one in cards] == list(ledger.draft_signatures())


def test_odd_text_of_a_platform_is_no_obstacle(ledger: Ledger) -> None:
    """A receipt is recorded even when the platform's answer holds characters that are none."""
    sent = step(ledger, promised(ledger), State.SENDING)
    done = step(ledger, sent, State.DELIVERED, remote_id="7", url="https://x.example/\ud800", error="\udfff")

    kept = ledger.delivery(done.id)
    assert kept is not None
    assert (State.DELIVERED, "7") == (kept.state, kept.remote_id)


def test_a_naive_time_loses_no_receipt(ledger: Ledger) -> None:
    """A time without offset, an adapter's slip, is taken as UTC."""
    sent = step(ledger, promised(ledger), State.SENDING, sending_at=NOON.replace(tzinfo=None))

    assert [NOON] == list(ledger.creations("medium", NOON - timedelta(days=1)))
    assert State.SENDING is getattr(ledger.delivery(sent.id), "state", None)


def test_a_slot_goes_to_one_issue(ledger: Ledger) -> None:
    """Of two processes that fill a slot by the clock the second records nothing; a person may name a draft all the same."""
    ledger.promise(replace(ISSUE, id="other", number=13), [], NOON)

    with pytest.raises(StaleError):
        ledger.promise(ISSUE, [], NOON, alone=True)
    refused = ledger.issue(ISSUE.id)
    ledger.promise(ISSUE, [], NOON)
    ledger.promise(replace(ISSUE, id="third", slot="2026-W50", number=20), [], NOON, alone=True)

    assert refused is None
    assert {"other", ISSUE.id, "third"} == {issue.id for issue in ledger.issues()}


@pytest.mark.parametrize("alone", [True, False])
def test_a_number_goes_to_one_issue(ledger: Ledger, *, alone: bool) -> None:
    """Two processes with two drafts never give one number twice; an issue that has its number already keeps it."""
    ledger.promise(replace(ISSUE, id="other", slot="2026-W49"), [], NOON)

    with pytest.raises(StaleError):
        ledger.promise(ISSUE, [], NOON, alone=alone)
    assert None is ledger.issue(ISSUE.id)

    ledger.promise(replace(ISSUE, number=13), [], NOON, alone=alone)
    ledger.record_issue(ISSUE)  # as an older version could leave it
    ledger.promise(ISSUE, [rendition("medium")], NOON)

    assert 1 == len(ledger.deliveries(ISSUE.id))


def test_an_issue_that_was_set_aside_asks_for_its_number_anew(ledger: Ledger) -> None:
    """What was withdrawn before anybody had it holds no number that another could not have taken."""
    ledger.promise(ISSUE, [], NOON)
    ledger.record_issue(replace(ISSUE, slot="", number=0))
    ledger.promise(replace(ISSUE, id="other"), [], NOON)

    with pytest.raises(StaleError):
        ledger.promise(ISSUE, [], NOON)
