"""One look into the embedded ledger that needs nothing but sqlite3: for the run in which nothing is due."""

from __future__ import annotations

import os
import sqlite3

OPEN = """state IN ('due', 'sending', 'unconfirmed', 'refused')
     OR held IS NOT NULL
     OR verify_at IS NOT NULL
     OR (state = 'delivered' AND visibility IN ('draft', 'scheduled'))"""
"""Not at rest; word for word the condition of the index ``open_deliveries``."""

MARK = f"""SELECT count(*), total(revision), (SELECT max(key) FROM deliveries), (SELECT max(key) FROM issues)
  FROM deliveries WHERE newsletter = ? AND ({OPEN})"""  # noqa: S608 - the condition is ours
"""Every move of what is open, and every new delivery or issue, changes one of these."""

_FACT = "SELECT value FROM facts WHERE newsletter = ? AND key = ?"


def mark_of(row: tuple[object, ...]) -> str:
    """The row of ``MARK`` as one short text."""
    return " ".join(map(str, row))


def glance(path: str, key: str) -> tuple[str, str] | None:
    """The fact of that key and the ledger's mark (as ``Ledger.mark`` gives it).

    None in every doubtful case (no ledger, another version, several newsletters, damage, a lock, no such fact): then the
    ordinary run finds out and says what is wrong.
    """
    if not os.path.isfile(path):  # noqa: PTH113 - pathlib costs more than the look
        return None
    connection: sqlite3.Connection | None = None
    try:
        connection = sqlite3.connect(path, timeout=1, isolation_level=None)
        names = connection.execute("SELECT id FROM newsletters LIMIT 2").fetchall()
        if len(names) != 1:
            return None
        fact = connection.execute(_FACT, (*names[0], key)).fetchone()
        mark = mark_of(connection.execute(MARK, names[0]).fetchone())
        return (str(fact[0]), mark) if fact else None
    except sqlite3.Error:
        return None
    finally:
        if connection is not None:
            connection.close()
