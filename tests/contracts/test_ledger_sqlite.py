"""The ledger on disk: its file, its schema, its queries, and what it says when the disk does not play along."""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from newsletter_bot.errors import LedgerError
from newsletter_bot.ledger import open_ledger, schema
from newsletter_bot.ledger.rows import DELIVERY, DRAFT, ISSUE, TRANSITION
from newsletter_bot.ledger.sqlite import SqliteLedger
from newsletter_bot.ledger.statements import OPEN
from newsletter_bot.model import Delivery, Format, IssueRecord, Rendition, State

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
PLACE = ".newsletter-bot/ledger.db"
SECOND_DELIVERY = """INSERT INTO deliveries
  (newsletter, id, issue, publication, platform, state, revision, attempt, failures, operation, promised, mailed)
  SELECT newsletter, id || 'x', issue, publication, platform, state, 0, 0, 0, operation, '', 0 FROM deliveries"""
ISSUE_12 = IssueRecord(id="flywheels", number=12, title="Flywheels", slot="2026-W48", draft="drafts/flywheels.md")


def rendition(publication: str = "medium") -> Rendition:
    return Rendition(publication=publication, platform="medium", format=Format.HTML, title="Flywheels", body="Body")


def opened(folder: Path, location: str = PLACE, newsletter: str = "signals") -> SqliteLedger:
    ledger = open_ledger(location, folder=folder, newsletter=newsletter, now=NOON)
    assert isinstance(ledger, SqliteLedger)
    return ledger


def filled(folder: Path) -> Path:
    """A closed ledger with one due delivery."""
    ledger = opened(folder)
    ledger.promise(ISSUE_12, [rendition()], NOON)
    ledger.close()
    return folder / PLACE


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def bare(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """A bare connection to a filled ledger."""
    connection = sqlite3.connect(filled(tmp_path), isolation_level=None)
    yield connection
    connection.close()


# --- the file ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_state_is_readable_by_its_owner_only(tmp_path: Path, umask: int) -> None:
    """Folder and files of state are for the owner alone, whatever the umask."""
    before = os.umask(umask)
    try:
        ledger = opened(tmp_path)
        ledger.remember("fact", "x")
        folder = tmp_path / ".newsletter-bot"
        names = {"ledger.db", "ledger.db-wal", "ledger.db-shm"}

        assert dict.fromkeys(names, 0o600) == {file.name: mode(file) for file in folder.iterdir()}
        assert 0o700 == mode(folder)
        ledger.close()
    finally:
        os.umask(before)


def test_loose_permissions_are_tightened(tmp_path: Path) -> None:
    """A ledger that came back from a copy with loose permissions is for the owner alone again."""
    file = filled(tmp_path)
    file.chmod(0o664)
    file.parent.chmod(0o755)

    opened(tmp_path).close()

    assert (0o600, 0o700) == (mode(file), mode(file.parent))


def test_a_missing_folder_elsewhere_is_not_made(tmp_path: Path) -> None:
    """A disk that is not mounted must not become an empty ledger."""
    (tmp_path / "here").mkdir()
    with pytest.raises(LedgerError, match="does not exist") as error:
        opened(tmp_path / "here", str(tmp_path / "absent" / "ledger.db"))

    assert "mount" in str(error.value)
    assert not (tmp_path / "absent").exists()


def test_folders_within_the_newsletter_are_made(tmp_path: Path) -> None:
    """Below the newsletter's own folder every missing level is made, for the owner alone."""
    opened(tmp_path, "state/deep/ledger.db").close()

    assert [0o700, 0o700] == [mode(tmp_path / "state"), mode(tmp_path / "state/deep")]


@pytest.mark.parametrize(
    ("location", "said"),
    [
        ("postgresql://db.example/x", "not there yet"),
        ("postgres://db.example/x", "not there yet"),
        ("mysql://db.example/x", "'mysql'"),
        ("", "no file"),
        ("a\0b", "no file"),
    ],
)
def test_other_stores_are_refused(tmp_path: Path, location: str, said: str) -> None:
    """What is not a file is refused with what to write instead."""
    with pytest.raises(LedgerError, match=said) as error:
        opened(tmp_path, location)
    assert "ledger.db" in (error.value.fix or "")


def test_sqlite_urls_name_files(tmp_path: Path) -> None:
    """sqlite:///x is the file x below the newsletter's folder."""
    opened(tmp_path, "sqlite:///x.db").close()
    assert (tmp_path / "x.db").is_file()


# --- schema -----------------------------------------------------------------------------------------------------------


def test_columns_hold_every_field(bare: sqlite3.Connection) -> None:
    """Every field of what is stored has its column."""
    for table, names in (("deliveries", DELIVERY), ("issues", ISSUE), ("transitions", TRANSITION), ("drafts", DRAFT)):
        columns = {row[1] for row in bare.execute(f"PRAGMA table_info({table})")}
        assert set() == set(names) - columns


def test_schema_is_the_last_migration(bare: sqlite3.Connection) -> None:
    """A new ledger stands at the number of the last migration, and that is what the program calls its own."""
    numbers = sorted(int(file.name[:4]) for file in schema.FOLDER.glob("*.sql"))

    assert list(range(1, schema.SCHEMA + 1)) == numbers
    assert (schema.SCHEMA,) == bare.execute("PRAGMA user_version").fetchone()


def test_commits_reach_the_disk(tmp_path: Path) -> None:
    """The connection works with a write-ahead log, full synchronisation and foreign keys."""
    ledger = opened(tmp_path)
    answers = [ledger._store.rows(f"PRAGMA {name}")[0][0] for name in ("journal_mode", "synchronous", "foreign_keys")]
    ledger.close()

    assert ["wal", 2, 1] == answers


def test_a_newer_ledger_is_refused(bare: sqlite3.Connection, tmp_path: Path) -> None:
    """A ledger made by a newer version is left alone, and the message says so."""
    bare.execute(f"PRAGMA user_version = {schema.SCHEMA + 1}")
    with pytest.raises(LedgerError, match="made by a newer version") as error:
        opened(tmp_path)
    assert "upgrade" in (error.value.fix or "")


def older(folder: Path, *, used: bool = True) -> Path:
    """A ledger as the first version of the schema had it."""
    folder.joinpath(".newsletter-bot").mkdir()
    connection = sqlite3.connect(folder / PLACE, isolation_level=None)
    schema.bring_up(connection, folder / PLACE, target=1)
    if used:
        connection.execute("INSERT INTO newsletters VALUES ('signals')")
        connection.execute(
            "INSERT INTO issues VALUES (1, 'signals', 'flywheels', 12, 'Flywheels', 's', 'd', '', '', '', '', NULL, NULL, NULL, '[]', '[]', '[]', NULL, NULL)"
        )
    connection.close()
    return folder / PLACE


def test_an_older_ledger_is_copied_and_migrated(tmp_path: Path) -> None:
    """What an older version wrote is still there after the migration, and a copy from before lies beside."""
    older(tmp_path)
    ledger = opened(tmp_path)
    ledger.remember("fact", "x")

    assert ["flywheels"] == [issue.id for issue in ledger.issues()]
    ledger.close()
    (copy,) = (tmp_path / ".newsletter-bot").glob("*.bak")
    assert ("ledger.db.v1-20261125T120000.bak", 0o600) == (copy.name, mode(copy))
    connection = sqlite3.connect(copy)
    assert (1,) == connection.execute("PRAGMA user_version").fetchone()
    assert ("flywheels",) == connection.execute("SELECT id FROM issues").fetchone()
    connection.close()


def test_an_unused_older_ledger_needs_no_copy(tmp_path: Path) -> None:
    """A ledger in which nothing was ever recorded is migrated without a copy."""
    older(tmp_path, used=False)
    opened(tmp_path).close()
    assert ["ledger.db"] == [file.name for file in (tmp_path / ".newsletter-bot").iterdir()]


def test_transitions_are_append_only(bare: sqlite3.Connection) -> None:
    """The story of a delivery can be neither changed nor deleted."""
    for sql in ("UPDATE transitions SET what = 'x'", "DELETE FROM transitions"):
        with pytest.raises(sqlite3.IntegrityError, match="append only"):
            bare.execute(sql)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE deliveries SET state = 'sent'",
        "UPDATE deliveries SET visibility = 'hidden'",
        SECOND_DELIVERY,
    ],
)
def test_rules_stand_in_the_schema(bare: sqlite3.Connection, sql: str) -> None:
    """A state that does not exist and a second delivery of one issue to one publication are refused by the store itself."""
    with pytest.raises(sqlite3.IntegrityError):
        bare.execute(sql)


# --- queries ----------------------------------------------------------------------------------------------------------


def plans(connection: sqlite3.Connection, sql: str, values: int) -> str:
    return " ".join(str(row[3]) for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}", ["n"] * values))


def test_no_hot_query_scans(bare: sqlite3.Connection) -> None:
    """What runs at every tick finds its rows by index, whatever the size of the ledger."""
    ran: list[str] = []
    folder = Path(bare.execute("PRAGMA database_list").fetchone()[2]).parent.parent
    ledger = opened(folder)
    ledger._store._connection.set_trace_callback(ran.append)
    due = ledger.open_deliveries()[0]
    moved = ledger.move(due, replace(due, state=State.SENDING, sending_at=NOON), at=NOON, what="x")
    ledger.deliveries("flywheels")
    ledger.story(moved.id)
    ledger.creations("medium", NOON)
    ledger.paused("medium", NOON)
    ledger.recall("x")
    ledger.facts("x")
    ledger.issue("flywheels")
    ledger.rendition(due.promised)
    ledger.draft_signatures()
    ledger.close()

    found = [
        " ".join(str(row[3]) for row in bare.execute(f"EXPLAIN QUERY PLAN {sql}"))
        for sql in ran
        if sql[:5] not in ("BEGIN", "COMMI")
    ]
    assert len(found) > 10
    assert [] == [plan for plan in found if "SCAN" in plan]
    assert "open_deliveries" in found[0]
    assert "USING COVERING INDEX draft_signatures" in found[-1]


def test_due_query_repeats_the_condition_of_its_index(bare: sqlite3.Connection) -> None:
    """The condition of the query and of the index are one text."""
    (index,) = bare.execute("SELECT sql FROM sqlite_master WHERE name = 'open_deliveries'").fetchone()

    assert " ".join(OPEN.split()) in " ".join(index.split())


# --- whose ledger -----------------------------------------------------------------------------------------------------


def test_a_renamed_newsletter_keeps_its_own_ledger(tmp_path: Path) -> None:
    """A new name of folder or newsletter must not make the ledger look empty: everything would be sent again."""
    filled(tmp_path)
    ledger = opened(tmp_path, newsletter="renamed")

    assert [12] == [issue.number for issue in ledger.issues()]
    assert "signals" == ledger.newsletter
    ledger.close()


def test_newsletters_may_share_a_ledger_elsewhere(tmp_path: Path) -> None:
    """A ledger outside of the newsletters' folders keeps them apart, with equal ids of issues."""
    ledgers = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        ledger = opened(tmp_path / name, "../shared.db", newsletter=name)
        ledger.promise(replace(ISSUE_12, title=name), [rendition()], NOON)
        ledgers.append(ledger)

    first, second = ledgers
    due = first.deliveries()[0]
    first.move(due, replace(due, state=State.SENDING), at=NOON, what="x")
    first.remember("fact", "x")
    assert [("one", "sending"), ("two", "due")] == [
        (ledger.issues()[0].title, ledger.deliveries()[0].state) for ledger in ledgers
    ]
    assert None is second.recall("fact")
    first.close()
    second.close()


def test_an_unknown_name_beside_several_is_refused(tmp_path: Path) -> None:
    """In a ledger of several newsletters within this folder, an unknown name is asked about."""
    opened(tmp_path).close()
    connection = sqlite3.connect(tmp_path / PLACE)
    with connection:
        connection.execute("INSERT INTO newsletters VALUES ('other')")
    connection.close()
    with pytest.raises(LedgerError, match="does not know") as error:
        opened(tmp_path, newsletter="third")
    assert "other, signals" in (error.value.fix or "")


# --- faults -----------------------------------------------------------------------------------------------------------


def test_a_file_that_is_no_database_is_said(tmp_path: Path) -> None:
    """Overwritten with something else: the message says damaged, and which backup to take."""
    file = filled(tmp_path)
    file.write_bytes(b"this is not a ledger" * 500)
    file.with_name("ledger.db.2026.bak").write_bytes(b"x")

    with pytest.raises(LedgerError, match="damaged") as error:
        opened(tmp_path)
    assert "ledger.db.2026.bak" in (error.value.fix or "")


def test_a_torn_page_is_said(tmp_path: Path) -> None:
    """Pages of zeros within the file are damage, not a traceback."""
    file = filled(tmp_path)
    content = file.read_bytes()
    file.write_bytes(content[:4096] + bytes(len(content) - 4096))

    with pytest.raises(LedgerError, match="damaged"):
        opened(tmp_path).open_deliveries()


def test_a_file_of_another_program_is_left_alone(tmp_path: Path) -> None:
    """An SQLite file that is not a ledger is refused untouched."""
    connection = sqlite3.connect(tmp_path / "notes.db")
    connection.execute("CREATE TABLE notes (text)")
    connection.close()

    with pytest.raises(LedgerError, match="another program"):
        opened(tmp_path, "notes.db")
    connection = sqlite3.connect(tmp_path / "notes.db")
    assert [("notes",)] == connection.execute("SELECT name FROM sqlite_master").fetchall()
    connection.close()


def test_unreadable_rows_are_damage(tmp_path: Path, bare: sqlite3.Connection) -> None:
    """A row that somebody wrote by hand wrongly is told as damage."""
    bare.execute("UPDATE issues SET due = 'soon'")
    ledger = opened(tmp_path)
    with pytest.raises(LedgerError, match="unreadable"):
        ledger.issues()
    ledger.close()


def test_a_folder_is_no_ledger(tmp_path: Path) -> None:
    """A location that is a folder is said to be one."""
    (tmp_path / "state").mkdir()
    with pytest.raises(LedgerError, match="is a folder"):
        opened(tmp_path, "state")


def test_a_full_disk_leaves_the_ledger_as_it_was(tmp_path: Path) -> None:
    """When the file cannot grow, nothing of the transaction stays, and it works again once there is room."""
    ledger = opened(tmp_path)
    ledger.promise(ISSUE_12, [rendition()], NOON)
    pages = ledger._store.rows("PRAGMA page_count")[0][0]
    ledger._store.rows(f"PRAGMA max_page_count = {pages}")
    big = [replace(rendition(f"p{number}"), body="x" * 50_000) for number in range(3)]

    with pytest.raises(LedgerError, match="disk is full"):
        ledger.promise(replace(ISSUE_12, id="second", number=13), big, NOON)
    assert (["flywheels"], ["flywheels/medium"]) == (
        [issue.id for issue in ledger.issues()],
        [delivery.id for delivery in ledger.deliveries()],
    )

    ledger._store.rows("PRAGMA max_page_count = 100000")
    ledger.promise(replace(ISSUE_12, id="second", number=13), big, NOON)
    assert 4 == len(ledger.deliveries())
    ledger.close()


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may write everywhere")
def test_a_ledger_that_may_not_be_written_is_said(tmp_path: Path) -> None:
    """Without the right to write file or folder nothing begins, and the message says what to change."""
    file = filled(tmp_path)
    for path, loose, tight in ((file, 0o600, 0o400), (file.parent, 0o700, 0o500)):
        path.chmod(tight)
        with pytest.raises(LedgerError, match="cannot be written"):
            opened(tmp_path)
        path.chmod(loose)


def test_a_closed_ledger_says_so(tmp_path: Path) -> None:
    """Using a ledger after its end is an error of the ledger's own kind."""
    ledger = opened(tmp_path)
    ledger.close()
    ledger.close()
    with pytest.raises(LedgerError):
        ledger.issues()


def test_a_delivery_without_issue_is_refused(tmp_path: Path) -> None:
    """The store's own rules hold for deliveries that come by another way."""
    ledger = opened(tmp_path)
    with pytest.raises(LedgerError, match="rules"), ledger._store.change("test") as change:
        change.execute(
            "INSERT INTO deliveries (newsletter, id, issue, publication, platform, state, revision, attempt, failures, operation, promised, mailed) "
            "VALUES ('signals', 'x/y', 'x', 'y', 'p', 'due', 0, 0, 0, 'create', '', 0)"
        )
    assert () == tuple(ledger.deliveries())
    ledger.close()


def test_receipt_stands_in_its_row(tmp_path: Path) -> None:
    """After closing and opening, everything is as it was."""
    ledger = opened(tmp_path)
    ledger.promise(ISSUE_12, [rendition()], NOON)
    due = ledger.deliveries()[0]
    done = ledger.move(due, replace(due, state=State.DELIVERED, remote_id="7"), at=NOON, what="done")
    ledger.close()

    again = opened(tmp_path)
    assert [done] == list(again.deliveries())
    assert Delivery is type(done)
    again.close()
