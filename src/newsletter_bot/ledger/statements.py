"""The statements of the embedded ledger, made from the fields of the glossary."""

from __future__ import annotations

from newsletter_bot.ledger.rows import DELIVERY, DRAFT, IDENTITY, ISSUE, TRANSITION


def _select(names: tuple[str, ...], table: str) -> str:
    """Names of columns and tables are ours; what a user or a platform wrote is always a bound value."""
    return f"SELECT {', '.join(names)} FROM {table} WHERE newsletter = ?"  # noqa: S608


DELIVERIES = _select(DELIVERY, "deliveries")
ISSUES = _select(ISSUE, "issues")
DRAFTS = _select(DRAFT, "drafts")
STORY = f"{_select(TRANSITION, 'transitions')} AND delivery = ? ORDER BY revision"
OPEN = """state IN ('due', 'sending', 'unconfirmed', 'refused')
     OR held IS NOT NULL
     OR verify_at IS NOT NULL
     OR (state = 'delivered' AND visibility IN ('draft', 'scheduled'))"""
"""Not at rest; word for word the condition of the index ``open_deliveries``."""
MOVED = tuple(name for name in DELIVERY if name not in IDENTITY)
"""What a move writes: naming a column of an index here would rewrite that index's page with every move."""


def _move(more: str = "") -> str:
    changes = ", ".join(f"{name} = ?" for name in MOVED)
    return f"UPDATE deliveries SET {changes}{more} WHERE newsletter = ? AND id = ? AND revision = ?"  # noqa: S608


MOVE = _move()
MOVE_BEGUN = _move(", begun_at = ?")


def _insert(table: str, names: tuple[str, ...], conflict: str) -> str:
    places = ", ".join("?" * (len(names) + 1))
    return f"INSERT INTO {table} (newsletter, {', '.join(names)}) VALUES ({places}) {conflict}"  # noqa: S608


def upsert(table: str, names: tuple[str, ...], key: str) -> str:
    """Insert a row, or replace what is there under the same key."""
    changes = ", ".join(f"{name} = excluded.{name}" for name in names)
    return _insert(table, names, f"ON CONFLICT (newsletter, {key}) DO UPDATE SET {changes}")


NEW_ISSUE = _insert("issues", ISSUE, "ON CONFLICT DO NOTHING")
SLOT_OF = "SELECT slot FROM issues WHERE newsletter = ? AND id = ?"
SAME_NUMBER = "SELECT 1 FROM issues WHERE newsletter = ? AND id <> ? AND number = ?"
SAME_SLOT = "SELECT 1 FROM issues WHERE newsletter = ? AND id <> ? AND slot = ?"
SET_ISSUE = upsert("issues", ISSUE, "id")
NEW_DELIVERY = _insert("deliveries", DELIVERY, "ON CONFLICT DO NOTHING")
NEW_TRANSITION = _insert("transitions", ("revision", *TRANSITION), "")
SET_DRAFT = upsert("drafts", DRAFT, "path")
SET_RENDITION = """INSERT INTO renditions (digest, content) VALUES (?, ?)
  ON CONFLICT DO UPDATE SET content = excluded.content WHERE content <> excluded.content"""
