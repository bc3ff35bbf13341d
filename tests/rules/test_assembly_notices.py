"""Which notices an issue carries."""

from __future__ import annotations

from datetime import date

from assembly_samples import draft, notice

from newsletter_bot.assembly import choose_notices, expired_notices, match_edited
from newsletter_bot.model import Level, Notice

TODAY = date(2026, 5, 27)


def texts(notices: tuple[Notice, ...]) -> list[str]:
    return [entry.text for entry in notices]


def test_notices_keep_their_order_inbox_first() -> None:
    """The inbox comes in its order, then the draft's own notices, each text once."""
    own = draft(housekeeping=(notice("three"), notice("one")))

    chosen = choose_notices([notice("one"), notice("two")], own, (), TODAY)

    assert ["one", "two", "three"] == texts(chosen)


def test_undated_notice_is_used_once() -> None:
    """A notice that an issue has carried is used up."""
    inbox = [notice("old"), notice("new")]

    assert ["new"] == texts(choose_notices(inbox, draft(), {inbox[0].key}, TODAY))


def test_white_space_does_not_make_a_notice_new() -> None:
    """A notice that was only wrapped anew is still used up."""
    used = {notice("two words").key}

    assert [] == texts(choose_notices([notice("two\n  words")], draft(), used, TODAY))


def test_dated_notice_goes_out_until_its_last_day() -> None:
    """A notice with a date is repeated until then, that day included."""
    inbox = [notice("tickets", date(2026, 5, 27)), notice("late", date(2026, 5, 26))]

    assert ["tickets"] == texts(choose_notices(inbox, draft(), {inbox[0].key}, TODAY))


def test_expired_notice_is_a_finding() -> None:
    """A notice whose last day has passed is said to be left out, with file and line."""
    inbox = [notice("x" * 60, date(2026, 5, 26)), notice("fine"), Notice(text="gone", until=date(2026, 1, 1))]

    findings = expired_notices(inbox, draft(), TODAY)

    assert [(Level.INFO, "drafts/_housekeeping.md", 3), (Level.INFO, None, None)] == [
        (finding.level, finding.file, finding.line) for finding in findings
    ]
    assert "2026-05-26" in findings[0].message


def test_several_drafts_bring_their_notices() -> None:
    """A digest carries the notices of all of its drafts."""
    drafts = [draft(housekeeping=(notice("a"),)), draft(housekeeping=(notice("b"),))]

    assert ["a", "b"] == texts(choose_notices([], drafts, (), TODAY))


def test_reworded_notice_takes_the_new_wording() -> None:
    """A notice of an issue that is out follows a rewording in place."""
    used = [notice("The meetup moves to the big hall."), notice("Second thing entirely.")]
    inbox = [notice("The meetup moves to the small hall."), used[1], notice("Unrelated news about bees")]

    assert ["The meetup moves to the small hall.", "Second thing entirely."] == texts(match_edited(used, inbox))


def test_removed_notice_is_remembered() -> None:
    """A notice that left the inbox stays in the issue that carried it."""
    assert ["Gone from the inbox."] == texts(match_edited([notice("Gone from the inbox.")], [notice("0123456789")]))


def test_two_rewordings_find_their_own() -> None:
    """Each new wording replaces one notice only, the closest."""
    used = [notice("Ask me anything about gardens"), notice("Ask me anything about garages")]
    inbox = [notice("Ask me anything on garages"), notice("Ask me anything on gardens")]

    assert ["Ask me anything on gardens", "Ask me anything on garages"] == texts(match_edited(used, inbox))


def test_changed_date_of_a_notice_is_taken_over() -> None:
    """The same text with another date is the same notice."""
    assert (date(2026, 7, 1),) == tuple(
        entry.until for entry in match_edited([notice("x")], [notice("x", date(2026, 7, 1))])
    )


def test_front_matter_decides_about_its_own_notices() -> None:
    """What the writer adds to or removes from the front matter of an issue that is out changes that issue."""
    removed, kept, added = (notice(text, key="housekeeping") for text in ("removed", "kept on", "added 123"))

    assert ["kept on", "added 123"] == texts(match_edited([removed, kept], [kept, added]))
