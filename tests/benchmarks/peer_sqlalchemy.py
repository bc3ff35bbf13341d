"""The statements of the ledger through SQLAlchemy Core, run by the peer's own Python; prints seconds for one."""

from __future__ import annotations

import statistics
import sys
import time
from typing import Any

from sqlalchemy import create_engine, event, text  # type: ignore[import-not-found,unused-ignore]

TURNS = 40


def main(path: str, what: str, newsletter: str, condition: str) -> None:
    """``what`` is commit or due."""
    engine = create_engine(f"sqlite:///{path}")

    @event.listens_for(engine, "connect")  # type: ignore[untyped-decorator,unused-ignore]
    def durable(connection: Any, record: Any) -> None:
        del record
        connection.execute("PRAGMA synchronous = FULL")

    work = commit if what == "commit" else due
    with engine.connect() as connection:
        work(connection, newsletter, condition)
        found = [work(connection, newsletter, condition) for _ in range(TURNS)]
    print(statistics.median(found))


def due(connection: Any, newsletter: str, condition: str) -> float:
    """The query for what is open."""
    began = time.perf_counter()
    connection.execute(
        text(f"SELECT * FROM deliveries WHERE newsletter = :newsletter AND ({condition}) ORDER BY key"),
        {"newsletter": newsletter},
    ).fetchall()
    return time.perf_counter() - began


def commit(connection: Any, newsletter: str, condition: str) -> float:
    """One move: the row, and its line of the story."""
    del condition
    (name, revision) = connection.execute(text("SELECT id, revision FROM deliveries LIMIT 1")).fetchone()
    connection.commit()
    key = {"newsletter": newsletter, "id": name, "revision": revision, "next": revision + 1}
    began = time.perf_counter()
    connection.execute(
        text(
            "UPDATE deliveries SET revision = :next WHERE newsletter = :newsletter AND id = :id AND revision = :revision"
        ),
        key,
    )
    connection.execute(
        text(
            "INSERT INTO transitions (newsletter, delivery, revision, at, attempt, before, after, what) "
            "VALUES (:newsletter, :id, :next, '2026', 0, 'due', 'due', 'measured')"
        ),
        key,
    )
    connection.commit()
    return time.perf_counter() - began


if __name__ == "__main__":
    main(*sys.argv[1:])
