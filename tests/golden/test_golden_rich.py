"""Every format of one rich draft is as committed; ``make golden`` writes them anew, for eyes to compare.

The events of its issue are listed by two sources and changed since the issue before; nothing of any source is active.
"""

from __future__ import annotations

import os

from golden_stage import EXPECTED, rehearsed, settle
from writer_stage import Writer

REWRITE = bool(os.environ.get("NEWSLETTER_BOT_GOLDEN"))


def test_every_format_is_as_committed(writer: Writer) -> None:
    """The renditions of the rich draft are those that were looked at."""
    settle(writer)
    with rehearsed(writer) as rehearsal:
        written = rehearsal.files()
    if REWRITE:
        EXPECTED.mkdir(exist_ok=True)
        for name, text in written.items():
            (EXPECTED / name).write_text(text, encoding="utf-8")

    assert {path.name: path.read_text(encoding="utf-8") for path in EXPECTED.iterdir()} == written
