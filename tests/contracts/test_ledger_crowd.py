"""Many threads and processes on one ledger: each move has one winner."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import newsletter_bot
from newsletter_bot.errors import StaleError
from newsletter_bot.ledger import open_ledger
from newsletter_bot.ledger.care import check
from newsletter_bot.model import Format, IssueRecord, Rendition, State
from newsletter_bot.ports import Ledger

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
SOURCES = str(Path(newsletter_bot.__file__).parents[1])
ROUNDS = 30

RUNNER = """
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from newsletter_bot.errors import StaleError
from newsletter_bot.ledger import open_ledger
from newsletter_bot.model import Format, IssueRecord, Rendition, State
now, folder, name, rounds = datetime.now(UTC), Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
issue = IssueRecord(id="a", number=1, title="T", slot="s", draft="d")
won = 0
while True:
    ledger = open_ledger("ledger.db", folder=folder, newsletter="n")
    ledger.promise(issue, [Rendition(publication="m", platform="p", format=Format.HTML, title="T", body="B")], now)
    (delivery,) = ledger.deliveries()
    if delivery.attempt >= rounds:
        break
    try:
        ledger.move(delivery, replace(delivery, attempt=delivery.attempt + 1, owner=name), at=now, what="counted")
        won += 1
    except StaleError:
        pass
    ledger.close()
print(won)
"""


def promised(folder: Path) -> Ledger:
    ledger = open_ledger("ledger.db", folder=folder, newsletter="n")
    issue = IssueRecord(id="a", number=1, title="T", slot="s", draft="d")
    ledger.promise(issue, [Rendition(publication="m", platform="p", format=Format.HTML, title="T", body="B")], NOON)
    return ledger


def test_one_of_many_threads_wins(tmp_path: Path) -> None:
    """Of many threads that move the same row, over one object and over several, exactly one wins each round."""
    ledgers = [promised(tmp_path) for _ in range(3)] + [promised(tmp_path)] * 3

    def attempt(ledger: Ledger) -> int:
        try:
            ledger.move(delivery, replace(delivery, state=State.SENDING), at=NOON, what="mine")
        except StaleError:
            return 0
        return 1

    with ThreadPoolExecutor(12) as pool:
        for _ in range(20):
            (delivery,) = ledgers[0].deliveries()
            assert 1 == sum(pool.map(attempt, ledgers * 2))
    assert list(range(1, 22)) == list(range(1, len(ledgers[0].story("a/m")) + 1))
    for ledger in ledgers:
        ledger.close()


def test_processes_share_one_ledger(tmp_path: Path) -> None:
    """Processes that make, open, move and close the same new ledger at once: every step is taken once, none is lost."""
    command = [sys.executable, "-c", RUNNER, str(tmp_path)]
    runners = [
        subprocess.Popen(
            [*command, f"p{number}", str(ROUNDS)], stdout=subprocess.PIPE, text=True, env={"PYTHONPATH": SOURCES}
        )
        for number in range(4)
    ]
    won = [int(runner.communicate(timeout=60)[0]) for runner in runners]

    assert ROUNDS == sum(won)
    ledger = promised(tmp_path)
    assert [0, *range(1, ROUNDS + 1)] == [line.attempt for line in ledger.story("a/m")]
    ledger.close()
    assert [] == check(tmp_path / "ledger.db")
