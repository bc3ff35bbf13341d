"""Care of the ledger on disk: check, backup, restore, migrate."""

from __future__ import annotations

import sqlite3
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from newsletter_bot.errors import LedgerError
from newsletter_bot.ledger import open_ledger, schema
from newsletter_bot.ledger.care import backup, check, migrate, restore
from newsletter_bot.ledger.claims import FileClaims
from newsletter_bot.model import Format, IssueRecord, Level, Picture, Rendition, State, digest_of
from newsletter_bot.ports import Ledger

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
ISSUE = IssueRecord(id="flywheels", number=12, title="Flywheels", slot="2026-W48", draft="drafts/flywheels.md")
PICTURE = Picture(digest=digest_of(b"png"), media_type="image/png", width=1, height=1, name="a.png", data=b"png")


def opened(folder: Path) -> Ledger:
    return open_ledger("ledger.db", folder=folder, newsletter="signals", now=NOON)


def filled(folder: Path) -> Path:
    """A closed ledger with one delivery that was sent."""
    ledger = opened(folder)
    rendition = Rendition(
        publication="medium", platform="p", format=Format.HTML, title="T", body="B", images=(PICTURE,)
    )
    ledger.promise(ISSUE, [rendition], NOON)
    due = ledger.deliveries()[0]
    ledger.move(due, replace(due, state=State.SENDING, owner="o"), at=NOON, what="sending")
    ledger.close()
    return folder / "ledger.db"


def spoil(file: Path, *statements: str) -> None:
    connection = sqlite3.connect(file, isolation_level=None)
    for statement in statements:
        connection.execute(statement)
    connection.close()


def messages(file: Path) -> list[str]:
    return [finding.message for finding in check(file)]


def test_a_whole_ledger_has_no_findings(tmp_path: Path) -> None:
    """Nothing is found in a ledger that is whole, be it in use or not, and looking leaves no trace."""
    ledger = opened(tmp_path)
    assert [] == check(tmp_path / "ledger.db")
    ledger.close()
    assert [] == check(filled(tmp_path))
    assert ["ledger.db"] == [file.name for file in tmp_path.iterdir()]


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE deliveries SET state = 'delivered'", "does not end in its state: signals: flywheels/medium"),
        ("UPDATE deliveries SET revision = 5", "story has gaps"),
        ("DELETE FROM transitions WHERE revision = 0", "story has gaps"),
        ("UPDATE transitions SET before = 'refused' WHERE revision = 1", "does not begin where the one before ended"),
        ("UPDATE deliveries SET owner = NULL", "being sent by nobody"),
        ("DELETE FROM renditions", "rendition is missing"),
        ("UPDATE pictures SET content = x'00'", "bytes of picture"),
        ("DELETE FROM issues", "belongs to nothing in issues"),
        ("PRAGMA user_version = 99", "newer version"),
    ],
)
def test_contradictions_are_found(tmp_path: Path, statement: str, said: str) -> None:
    """What cannot have come from the program is found, with a fix."""
    file = filled(tmp_path)
    spoil(file, "DROP TRIGGER transitions_are_not_changed", "DROP TRIGGER transitions_are_not_deleted", statement)

    findings = check(file)
    assert [said] == [said for finding in findings if said in finding.message][:1]
    assert all(finding.fix and finding.file == str(file) for finding in findings)
    assert {Level.ERROR} == {finding.level for finding in findings}


def test_damage_is_found(tmp_path: Path) -> None:
    """Overwritten pages and overwritten files are found, without a traceback."""
    file = filled(tmp_path)
    content = file.read_bytes()
    for spoilt in (content[:4096] + b"\xff" * 8192 + content[12288:], b"text" * 5000, content[:5000]):
        file.write_bytes(spoilt)
        assert [True] == [("damaged" in message) for message in messages(file)][:1]


def test_missing_empty_and_older_ledgers_are_told(tmp_path: Path) -> None:
    """No ledger is an error, an empty or older one a remark."""
    file = tmp_path / "ledger.db"
    assert ["there is no ledger"] == messages(file)
    file.touch(0o600)
    assert ["the ledger is empty"] == messages(file)
    connection = sqlite3.connect(file, isolation_level=None)
    schema.bring_up(connection, file, target=1)
    connection.close()
    (older,) = check(file)
    assert (Level.INFO, "newsletter-bot ledger migrate") == (older.level, older.fix)


def test_loose_permissions_are_found(tmp_path: Path) -> None:
    """Others who may read the ledger are a warning."""
    file = filled(tmp_path)
    file.chmod(0o644)
    (finding,) = check(file)
    assert (Level.WARNING, f"chmod 600 {file}") == (finding.level, finding.fix)


def test_backup_is_whole_while_others_write(tmp_path: Path) -> None:
    """A copy taken while the ledger is written to is a whole ledger of one moment, for the owner alone."""
    filled(tmp_path)
    ledger = opened(tmp_path)

    def write(number: int) -> None:
        ledger.promise(
            replace(ISSUE, id=f"i{number}", number=1000 + number),
            [Rendition(publication="m", platform="p", format=Format.HTML, title="T", body=str(number))],
            NOON,
        )

    with ThreadPoolExecutor(2) as pool:
        writing = pool.map(write, range(60))
        copies = [backup(tmp_path / "ledger.db", tmp_path / f"copy{number}.bak") for number in range(5)]
        list(writing)
    ledger.close()

    for copy in copies:
        assert ([], 0o600) == (check(copy), stat.S_IMODE(copy.stat().st_mode))
    assert {"ledger.db", *(copy.name for copy in copies)} == {file.name for file in tmp_path.iterdir()}


def test_backup_overwrites_nothing(tmp_path: Path) -> None:
    """A name that exists is refused, and stays as it is."""
    file = filled(tmp_path)
    (tmp_path / "b").write_text("mine")
    with pytest.raises(LedgerError, match="not overwritten"):
        backup(file, tmp_path / "b")
    with pytest.raises(LedgerError, match="no ledger"):
        backup(tmp_path / "none", tmp_path / "c")
    with pytest.raises(LedgerError):
        backup(file, tmp_path / "absent" / "c")
    assert {"b": "mine"} == {file.name: file.read_text() for file in tmp_path.iterdir() if file.name != "ledger.db"}


def test_a_damaged_ledger_gives_no_backup(tmp_path: Path) -> None:
    """A copy of a damaged ledger would only seem to be one: it is refused and nothing is left of it."""
    file = filled(tmp_path)
    content = file.read_bytes()
    file.write_bytes(content[:4096] + b"\xff" * 8192 + content[12288:])
    with pytest.raises(LedgerError, match="damaged"):
        backup(file, tmp_path / "b")
    assert ["ledger.db"] == [one.name for one in tmp_path.iterdir()]


def test_restore_puts_a_backup_in_place(tmp_path: Path) -> None:
    """A backup takes the place of a damaged ledger, which is kept aside with its log."""
    file = filled(tmp_path)
    backup(file, tmp_path / "good.bak")
    file.write_bytes(b"damage" * 100)
    file.with_name("ledger.db-wal").write_bytes(b"rest")
    file.with_name("ledger.db-shm").write_bytes(b"rest")

    aside = restore(tmp_path / "good.bak", file)

    assert ["ledger.db.aside-1-wal", "ledger.db.aside-1-shm", "ledger.db.aside-1"] == [one.name for one in aside]
    assert ([], b"damage" * 100) == (check(file), aside[2].read_bytes())
    ledger = opened(tmp_path)
    assert [State.SENDING] == [delivery.state for delivery in ledger.deliveries()]
    ledger.close()


def test_restore_refuses_a_bad_backup_and_a_ledger_in_use(tmp_path: Path) -> None:
    """Nothing is moved when the backup is no ledger, or while somebody lives who uses the ledger."""
    file = filled(tmp_path)
    backup(file, tmp_path / "good.bak")
    (tmp_path / "bad.bak").write_text("x" * 999)
    with pytest.raises(LedgerError, match="no use"):
        restore(tmp_path / "bad.bak", file)
    claims = FileClaims(tmp_path)
    assert claims.owner
    with pytest.raises(LedgerError, match="in use"):
        restore(tmp_path / "good.bak", file)
    claims.close()
    assert [] == check(file)


def test_migrate_tells_version_and_copy(tmp_path: Path) -> None:
    """Migrating tells the version reached and the copy of the older ledger; a second time there is nothing to do."""
    file = tmp_path / "ledger.db"
    with pytest.raises(LedgerError, match="no ledger"):
        migrate(file)
    connection = sqlite3.connect(file, isolation_level=None)
    schema.bring_up(connection, file, target=1)
    connection.execute("INSERT INTO newsletters VALUES ('signals')")
    connection.close()

    assert (schema.SCHEMA, tmp_path / "ledger.db.v1.bak") == migrate(file)
    assert (schema.SCHEMA, None) == migrate(file)


def test_migrations_at_once_are_one(tmp_path: Path) -> None:
    """Several processes that find an older ledger migrate it once."""
    file = tmp_path / "ledger.db"
    connection = sqlite3.connect(file, isolation_level=None)
    schema.bring_up(connection, file, target=1)
    connection.execute("INSERT INTO newsletters VALUES ('signals')")
    connection.close()
    code = "import sys; from pathlib import Path; from newsletter_bot.ledger.care import migrate; print(migrate(Path(sys.argv[1]))[0])"
    sources = str(Path(schema.__file__).parents[2])
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(file)], stdout=subprocess.PIPE, text=True, env={"PYTHONPATH": sources}
        )
        for _ in range(3)
    ]
    assert [str(schema.SCHEMA)] * 3 == [process.communicate(timeout=60)[0].strip() for process in processes]
    assert 1 == len(list(tmp_path.glob("*.bak")))
