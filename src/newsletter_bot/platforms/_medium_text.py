"""What the text of a Medium story holds: two sizes of headings, and lines of text in its lists and quotations."""

from __future__ import annotations

from newsletter_bot.model import Holds, TextPowers

TEXT = TextPowers(
    tables=False,
    footnotes=False,
    maths=False,
    task_lists=False,
    definition_lists=False,
    nested_lists=False,
    strikethrough=False,
    callouts=False,
    nested_quotes=False,
    code_language=False,
    items_hold=Holds.TEXT,
    quotes_hold=Holds.TEXT,
    heading_levels=(3, 4),
)
