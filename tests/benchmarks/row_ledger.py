"""Row 7: the ledger: one durable commit, what is open among a million deliveries, and a streak on a long history."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import time
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from measuring import Command, Line, cpu_of, in_ms, in_turn
from places import BENCH, CLEAN, HERE, PROGRAM, Missing, folder, peer
from stage import SECRETS, settings, write_drafts

from newsletter_bot.app import open_bot
from newsletter_bot.ledger import open_ledger
from newsletter_bot.ledger.statements import OPEN
from newsletter_bot.model import Delivery, Format, IssueRecord, Rendition, State
from newsletter_bot.ports import Ledger

MILLION = 1_000_000
NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
COMMITS = 40
WEEKS = 520
"""Ten years, over which a history is spread."""


def measure() -> list[Line]:
    """Commits, the query for what is due, and the streak."""
    return [*_commits(), *_due(), *_streaks()]


def _commits() -> list[Line]:
    work = "ledger: one durable commit, wall"
    with folder() as place:
        ledger = open_ledger(str(place / "ledger.db"), folder=place, newsletter="tidewater", now=NOW)
        delivery = _promised(ledger)
        states = [delivery]
        descriptor = os.open(place / "plain", os.O_RDWR | os.O_CREAT)

        def commit() -> float:
            began = time.perf_counter()
            for turn in range(COMMITS):
                after = replace(states[0], error=f"turn {turn}")
                states[0] = ledger.move(states[0], after, at=NOW, what="measured")
            return (time.perf_counter() - began) / COMMITS

        def plain() -> float:
            began = time.perf_counter()
            for _ in range(COMMITS):
                os.write(descriptor, os.urandom(8192))
                os.fdatasync(descriptor)
            return (time.perf_counter() - began) / COMMITS

        found = {name: in_ms(value) for name, value in in_turn({"ours": commit, "plain": plain}, 9).items()}
        os.close(descriptor)
        ledger.close()
        ours = found["ours"]
        limit = Line(
            row="7",
            work=work,
            unit="ms",
            ours=ours,
            against="8 KiB append + fdatasync",
            theirs=found["plain"],
            threshold=2.0,
            limit=True,
        )
        return [limit, _alchemy(work, ours, place / "ledger.db", "commit", "tidewater")]


def _promised(ledger: Ledger) -> Delivery:
    issue = IssueRecord(id="issue-1", number=1, title="Tide", slot="2026-W48", draft="drafts/tide.md")
    rendition = Rendition(publication="pier", platform="postbox", format=Format.COMMONMARK, title="Tide", body="Tide.")
    ledger.promise(issue, [rendition], NOW)
    found = ledger.delivery("issue-1/pier")
    assert found is not None
    return found


def _due() -> list[Line]:
    work = "ledger: what is open among 1,000,000 deliveries, wall"
    path = BENCH / "million.db"
    _fill(path, issues=250_000, publications=("pier", "mole", "quay", "dock"))
    ledger = open_ledger(str(path), folder=BENCH, newsletter="tidewater", now=NOW)

    def query() -> float:
        began = time.perf_counter()
        assert 3 == len(ledger.open_deliveries())
        return time.perf_counter() - began

    query()
    ours = in_ms(in_turn({"ours": query}, 25)["ours"])
    ledger.close()
    with closing(sqlite3.connect(path)) as connection:
        told = connection.execute(
            f"EXPLAIN QUERY PLAN SELECT * FROM deliveries WHERE newsletter = ? AND ({OPEN}) ORDER BY key",
            ("tidewater",),
        ).fetchall()
    scans = sum(str(line[3]).startswith("SCAN") for line in told)
    return [
        Line(row="7", work=work, unit="ms", ours=ours, against="", threshold=0.3),
        Line(
            row="7",
            work="ledger: SCAN steps in the plan of that query",
            unit="",
            ours=float(scans),
            against="",
            threshold=0.0,
        ),
        _alchemy(work, ours, path, "due", "tidewater"),
    ]


def _fill(path: Path, *, issues: int, publications: tuple[str, ...], imported: bool = False) -> None:
    """A ledger of that many issues that are out everywhere but three deliveries; kept for the next time."""
    if path.is_file():
        return
    part = path.with_suffix(".part")
    part.unlink(missing_ok=True)
    ledger = open_ledger(str(part), folder=path.parent, newsletter="tidewater", now=NOW)
    _promised(ledger)
    ledger.close()
    with closing(sqlite3.connect(part)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute("PRAGMA journal_mode = MEMORY")
        _copy_rows(connection, issues, publications, imported=imported)
        connection.commit()
        connection.execute("PRAGMA journal_mode = WAL")
    for suffix in ("-wal", "-shm"):
        part.with_name(part.name + suffix).unlink(missing_ok=True)
    part.rename(path)


def _copy_rows(connection: sqlite3.Connection, issues: int, publications: tuple[str, ...], *, imported: bool) -> None:
    for table in ("issues", "deliveries"):
        cursor = connection.execute(f"SELECT * FROM {table}")
        names = [each[0] for each in cursor.description]
        pattern = dict(zip(names, cursor.fetchone(), strict=True))
        connection.execute("DROP TRIGGER IF EXISTS transitions_are_not_deleted")
        rows = (
            _issues(pattern, issues, imported=imported)
            if table == "issues"
            else _deliveries(pattern, issues, publications)
        )
        marks = ", ".join("?" * len(names))
        connection.execute(f"DELETE FROM {table}")
        connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)


def _issues(pattern: dict[str, Any], issues: int, *, imported: bool) -> Any:
    for number in range(1, issues + 1):
        due = NOW - timedelta(hours=168 * WEEKS * (issues - number) / issues)
        week = due.isocalendar()
        at = due.isoformat(timespec="microseconds")
        dated = {"imported_at": at, "slot": ""} if imported else {"due": at, "slot": f"{week.year}-W{week.week:02}"}
        changed = {"key": number, "id": f"issue-{number}", "number": number, **dated}
        yield tuple((pattern | changed | {"draft": f"drafts/{number}.md"}).values())


def _deliveries(pattern: dict[str, Any], issues: int, publications: tuple[str, ...]) -> Any:
    key = 0
    last = issues * len(publications)
    for number in range(1, issues + 1):
        at = (NOW - timedelta(hours=168 * WEEKS * (issues - number) / issues)).isoformat(timespec="microseconds")
        for publication in publications:
            key += 1
            out = {"state": State.DELIVERED.value, "visibility": "public", "public_at": at, "sent_at": at}
            state = out if key <= last - 3 else {"state": State.DUE.value}
            named = {
                "key": key,
                "id": f"issue-{number}/{publication}",
                "issue": f"issue-{number}",
                "publication": publication,
            }
            yield tuple((pattern | named | state).values())


def _alchemy(work: str, ours: float, path: Path, what: str, newsletter: str) -> Line:
    against = "SQLAlchemy Core"
    try:
        python = peer("sqlalchemy") / "python"
    except Missing as missing:
        return Line(row="7", work=work, unit="ms", ours=ours, against=against, skipped=str(missing))
    words = [str(python), str(HERE / "peer_sqlalchemy.py"), str(path), what, newsletter, OPEN]
    done = subprocess.run(words, env=CLEAN, capture_output=True, text=True, check=False)
    if done.returncode:
        return Line(
            row="7", work=work, unit="ms", ours=ours, against=against, skipped=done.stderr.strip().splitlines()[-1]
        )
    return Line(row="7", work=work, unit="ms", ours=ours, against=against, theirs=in_ms(float(done.stdout)))


def _streaks() -> list[Line]:
    """`streak` on ten years of weeks, then with 100,000 posts that were out before the bot came."""
    lines: list[Line] = []
    for name, issues, imported in (("520 issues", 520, False), ("100,000 imported posts", 100_000, True)):
        with folder() as place:
            (place / "schedule.yaml").write_text(settings())
            write_drafts(place, 20)
            (place / ".newsletter-bot").mkdir(mode=0o700)
            publications = () if imported else ("substack",)
            _fill(place / ".newsletter-bot" / "ledger.db", issues=issues, publications=publications, imported=imported)
            with open_bot(place / "schedule.yaml", CLEAN | SECRETS) as bot:
                reckoned = in_turn({"ours": cpu_of(bot.streak)}, 7)
            work = f"streak over ten years, {name}: reckoning alone, CPU"
            lines.append(Line(row="7", work=work, unit="ms", ours=in_ms(reckoned["ours"]), against=""))
            environ = CLEAN | SECRETS
            streak = Command(words=(PROGRAM, "streak", "--json"), folder=place, environ=environ)
            version = Command(words=(PROGRAM, "status", "--json", "none"), folder=place, environ=environ, codes=(2,))
            spent = {key: in_ms(value) for key, value in in_turn({"streak": streak.cpu, "start": version.cpu}).items()}
            work = f"streak --json over ten years, {name}, CPU"
            against = "opening the ledger"
            lines.append(
                Line(
                    row="7",
                    work=work,
                    unit="ms",
                    ours=spent["streak"],
                    against=against,
                    theirs=spent["start"],
                    limit=True,
                )
            )
    return lines
