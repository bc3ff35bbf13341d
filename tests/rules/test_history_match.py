"""Twice is once: what the ledger has already is known again, however it was read the second time."""

from datetime import datetime

import pytest

from newsletter_bot.history import Past, match
from newsletter_bot.model import IssueRecord


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def past(**changes: object) -> Past:
    plain: dict[str, object] = {
        "id": "x",
        "title": "On flywheels",
        "published": at("2026-11-25T09:00:00-08:00"),
        "source": "feed.xml",
        **changes,
    }
    return Past(**plain)  # type: ignore[arg-type]


def record(issue: str = "one", **changes: object) -> IssueRecord:
    plain: dict[str, object] = {
        "id": issue,
        "number": 1,
        "title": "On flywheels",
        "slot": "",
        "draft": "",
        "imported_at": at("2026-11-25T08:00:00Z"),
        **changes,
    }
    return IssueRecord(**plain)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("found", "known"),
    [
        (past(), record()),
        (past(title="ON  flywheels"), record(imported_at=at("2026-11-26T07:59:00Z"))),
        (past(), record(imported_at=None, clock=at("2026-11-25T17:00:00Z"))),
        (past(title="New", slug="fly"), record(title="Old", slug="Fly")),
        (past(title="New", text_digest="d"), record(title="Old", text_digest="d", imported_at=at("2020-01-01T00:00Z"))),
        (
            past(title="New", url="https://old.example/a"),
            record(title="Old", url="http://www.old.example/a/?utm_medium=mail", imported_at=at("2020-01-01T00:00Z")),
        ),
    ],
)
def test_known_again(found: Past, known: IssueRecord) -> None:
    """An issue is known by its address, its text, or its slug or title on the same local day."""
    matching = match([found], [known])

    assert ((), ((found, known),)) == (matching.new, matching.matched)


@pytest.mark.parametrize(
    ("found", "known"),
    [
        (past(), record(imported_at=at("2026-11-26T08:00:00Z"))),
        (past(title="Other"), record()),
        (past(), record(imported_at=None)),
        (past(url="https://old.example/a?p=1", title="B"), record(url="https://old.example/a?p=2")),
        (past(title="B", slug=""), record(slug="")),
    ],
)
def test_new(found: Past, known: IssueRecord) -> None:
    """The same title on another day, another title or another address is another issue."""
    assert (found,) == match([found], [known]).new


def test_each_record_once() -> None:
    """One record cannot stand for two past issues."""
    first, second = past(id="1"), past(id="2")

    matching = match([first, second], [record()])

    assert ((second,), first) == (matching.new, matching.matched[0][0])


def test_shared_address_says_nothing() -> None:
    """Where all entries link to one page, titles and days decide."""
    home = "https://old.example/"
    known = [
        record(str(n), title=f"Issue {n}", url=home, imported_at=at(f"2026-11-{n:02}T12:00Z")) for n in range(1, 5)
    ]
    found = [past(title=f"Issue {n}", url=home, published=at(f"2026-11-{n:02}T12:00+00:00")) for n in range(3, 7)]

    matching = match(found, known)

    assert ["Issue 5", "Issue 6"] == [new.title for new in matching.new]
    assert ["3", "4"] == [record.id for _, record in matching.matched]


def test_posts_of_the_bot_itself() -> None:
    """What the bot has published is known by the addresses of its posts."""
    known = record(title="Draft title", imported_at=None)
    found = past(url="https://signals.example/p/flywheels")

    assert (found,) == match([found], [known]).new
    assert (found, known) == match([found], [known], urls={"https://signals.example/p/flywheels/": "one"}).matched[0]
    assert (found,) == match([found], [known], urls={"https://signals.example/p/flywheels/": "gone"}).new


def test_nothing_to_match() -> None:
    """An empty history matches nothing, and addresses that are none do no harm."""
    assert ((), ()) == (match([], [record()]).new, match([], [record()]).matched)
    assert 1 == len(match([past(url="http://[broken", title="B")], [record()]).new)
