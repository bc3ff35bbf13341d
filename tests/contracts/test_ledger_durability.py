"""Power cuts: whatever part of the last writes reached the disk, what was reported before is there and nothing is torn."""

from __future__ import annotations

import random
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from newsletter_bot.ledger import open_ledger
from newsletter_bot.ledger.care import check
from newsletter_bot.ledger.sqlite import SqliteLedger
from newsletter_bot.model import Delivery, Format, IssueRecord, Rendition, State, Visibility

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
HEADER, FRAME = 32, 24 + 4096
PUBLICATIONS = ("substack", "medium", "ghost")


def opened(folder: Path) -> SqliteLedger:
    ledger = open_ledger("ledger.db", folder=folder, newsletter="signals", now=NOON)
    assert isinstance(ledger, SqliteLedger)
    return ledger


def log_size(folder: Path) -> int:
    log = folder / "ledger.db-wal"
    return log.stat().st_size if log.exists() else 0


def promise(ledger: SqliteLedger) -> None:
    issue = IssueRecord(id="flywheels", number=1, title="Flywheels", slot="s", draft="d")
    renditions = [
        Rendition(publication=name, platform="p", format=Format.HTML, title="T", body="B" * 3000)
        for name in PUBLICATIONS
    ]
    ledger.promise(issue, renditions, NOON)


def deliver(ledger: SqliteLedger, delivery: Delivery) -> None:
    sending = replace(delivery, state=State.SENDING, sending_at=NOON, owner="o" * 16, attempt=1)
    sent = ledger.move(delivery, sending, at=NOON, what="sending")
    receipt = replace(
        sent, state=State.DELIVERED, owner=None, remote_id=delivery.publication, visibility=Visibility.PUBLIC
    )
    ledger.move(sent, receipt, at=NOON, what="delivered")


def states(ledger: SqliteLedger) -> dict[str, str]:
    return {delivery.publication: f"{delivery.state} {delivery.remote_id}" for delivery in ledger.deliveries()}


class Recording:
    """A ledger at work: what it had reported when its log had a certain size."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        opened(folder).close()  # the schema stands in the file itself, the log starts empty
        self.base = (folder / "ledger.db").read_bytes()
        ledger = opened(folder)
        self.reported = [(0, states(ledger))]
        promise(ledger)
        self._note(ledger)
        for delivery in ledger.deliveries():
            deliver(ledger, delivery)
            self._note(ledger)
        self.log = (folder / "ledger.db-wal").read_bytes()
        ledger.close()
        self.settled = (folder / "ledger.db").read_bytes()

    def _note(self, ledger: SqliteLedger) -> None:
        self.reported.append((log_size(self.folder), states(ledger)))

    def at(self, size: int) -> list[dict[str, str]]:
        """What may be seen when so much of the log survived: the last report, or the commit under way after it."""
        at_least = [report for boundary, report in self.reported if boundary <= size][-1]
        return [at_least, *[report for boundary, report in self.reported if boundary > size][:1]]


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Recording:
    return Recording(tmp_path_factory.mktemp("recording"))


def after_power_cut(folder: Path, base: bytes, log: bytes) -> dict[str, str]:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    (folder / "ledger.db").write_bytes(base)
    (folder / "ledger.db-wal").write_bytes(log)
    (folder / "ledger.db").chmod(0o600)
    (folder / "ledger.db-wal").chmod(0o600)
    ledger = opened(folder)
    seen = states(ledger)
    ledger.close()
    assert [] == check(folder / "ledger.db")
    return seen


def cuts(recording: Recording) -> list[int]:
    """Every boundary of a frame, just before and after it, and places within frames."""
    whole = len(recording.log)
    frames = range(HEADER, whole + 1, FRAME)
    near = {place + away for place in frames for away in (-1, 0, 1, 13, 24, 2000)}
    return sorted(place for place in {0, 1, HEADER - 1, *near, whole} if 0 <= place <= whole)


def is_between(seen: dict[str, str], possible: list[dict[str, str]]) -> bool:
    """Each delivery stands as it was reported, or as a later step of the same run left it."""
    order = ["due None", "sending None"]
    if seen == {} or possible[0] == {}:
        return seen in possible
    return all(
        seen[name] == was or (was in order and seen[name] not in order[: order.index(was)])
        for name, was in possible[0].items()
    )


def test_log_cut_anywhere_keeps_every_reported_receipt(recording: Recording, tmp_path: Path) -> None:
    """The log cut at any byte: the ledger opens whole, with everything that was reported before the cut."""
    for size in cuts(recording):
        seen = after_power_cut(tmp_path / "cut", recording.base, recording.log[:size])
        assert is_between(seen, recording.at(size)), size


def test_log_ends_are_exact(recording: Recording, tmp_path: Path) -> None:
    """Cut exactly at the end of a commit, that commit is there and no other."""
    for size, report in recording.reported:
        assert report == after_power_cut(tmp_path / "cut", recording.base, recording.log[:size])


@pytest.mark.parametrize("rubbish", ["zeros", "noise", "old frames"])
def test_rubbish_after_the_cut_is_not_believed(recording: Recording, tmp_path: Path, rubbish: str) -> None:
    """A file system may leave anything beyond what was synchronised: none of it becomes a receipt."""
    chance = random.Random(7)
    for size, _ in recording.reported:
        rest = len(recording.log) - size
        tail = {"zeros": bytes(rest), "noise": chance.randbytes(rest), "old frames": recording.log[HEADER:][:rest]}[
            rubbish
        ]
        assert recording.at(size)[0] == after_power_cut(tmp_path / "cut", recording.base, recording.log[:size] + tail)


def test_checkpoint_cut_anywhere_loses_nothing(recording: Recording, tmp_path: Path) -> None:
    """Power lost while the log is copied into the file, with any part of its pages written: everything is there."""
    chance = random.Random(11)
    pages = len(recording.settled) // 4096
    old = recording.base.ljust(len(recording.settled), b"\0")
    for _ in range(20):
        mixed = b"".join(
            chance.choice((old, recording.settled))[page * 4096 : (page + 1) * 4096] for page in range(pages)
        )
        assert recording.reported[-1][1] == after_power_cut(tmp_path / "cut", mixed, recording.log)


def test_creation_cut_anywhere_opens(tmp_path: Path) -> None:
    """Power lost while a new ledger is made: the next run makes it, never a damaged one."""
    first = tmp_path / "first"
    first.mkdir()
    ledger = opened(first)
    base, log = (first / "ledger.db").read_bytes(), (first / "ledger.db-wal").read_bytes()
    ledger.close()

    sizes = {0, 1, HEADER, len(log), *range(HEADER + FRAME - 7, len(log), FRAME)}
    for size in sorted(sizes):
        assert {} == after_power_cut(tmp_path / "cut", base, log[:size])
