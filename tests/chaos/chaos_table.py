"""What the whole suite found, as a table: ours beside the best that others did against the same faults."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from statistics import median_low

from chaos_play import Verdict

ROWS = (
    ("killed at a request", "2 posts in three tools, never posted in a fourth"),
    ("killed in the ledger", "2 posts where there is one"),
    ("disk full in the ledger", "not tried"),
    ("stopped, another runs, goes on", "not tried"),
    ("two at once from there", "2 posts in one tool, 2 of 8 doubled in another"),
    ("answer lost", "2 to 5 posts; 1 in one tool, with a switch"),
    ("5xx", "2 posts after a 503 that stored"),
    ("429, Retry-After", "seconds kept, dates ignored; in one tool lost for good"),
    ("unreadable or cut answer", "not tried"),
    ("answer too late", "not tried"),
    ("reset, bot check", "not tried"),
)
"""What is provoked, and the best or usual result among other tools."""


UNTIL_THE_SLOT = ("scheduled",)
"""Ways on which the end is the release at the slot, hours later, fault or not."""


def row_of(verdict: Verdict) -> str:
    """Under which row a case counts."""
    kind, label = verdict.fault.kind, verdict.fault.label
    if kind == "kill":
        return "killed at a request" if label.startswith("http.") else "killed in the ledger"
    for words, row in _KINDS:
        if kind.startswith(words):
            return row
    raise ValueError(kind)


_KINDS = (
    ("enospc", "disk full in the ledger"),
    ("stop", "stopped, another runs, goes on"),
    ("together", "two at once from there"),
    ("answer lost", "answer lost"),
    ("503, Retry-After", "429, Retry-After"),
    ("5", "5xx"),
    ("429", "429, Retry-After"),
    ("garbage", "unreadable or cut answer"),
    ("cut off", "unreadable or cut answer"),
    ("too late", "answer too late"),
    ("in drops", "answer too late"),
    ("reset", "reset, bot check"),
    ("bot check", "reset, bot check"),
)


def table(verdicts: Sequence[Verdict]) -> Iterable[str]:
    """Lines for a person."""
    head = f"{'provoked':31} {'cases':>6} {'doubled':>8} {'lost':>5} {'held':>5}  {'settled after':24} others"
    yield head
    yield "-" * len(head)
    for row, others in ROWS:
        found = [verdict for verdict in verdicts if row_of(verdict) == row]
        if found:
            yield (
                f"{row:31} {len(found):6} {sum(v.duplicates for v in found):8} {sum(v.lost for v in found):5} "
                f"{sum(v.held for v in found):5}  {_spans(found):24} {others}"
            )


def _spans(verdicts: Sequence[Verdict]) -> str:
    """Median and longest time until all was settled, by the clock of the case."""
    spans = sorted(verdict.virtual for verdict in verdicts if verdict.scenario not in UNTIL_THE_SLOT) or [timedelta()]
    return f"{_span(median_low(spans))}, at most {_span(spans[-1])}"


def _span(span: timedelta) -> str:
    minutes = int(span.total_seconds()) // 60
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h"


def recovery(verdicts: Sequence[Verdict]) -> str:
    """From a kill to the settled delivery: by the clock of the case, with cron every minute, and in work really done."""
    killed = [
        each for each in verdicts if each.fault.kind == "kill" and each.scenario not in UNTIL_THE_SLOT and not each.held
    ]
    if not killed:
        return "no kills"
    real = sorted(verdict.real for verdict in killed)
    spans = sorted(verdict.virtual for verdict in killed)
    return (
        f"from a kill to the settled delivery, cron every minute: median {_span(median_low(spans))}, at most {_span(spans[-1])}; "
        f"work in it: median {median_low(real):.2f} s, at most {real[-1]:.2f} s in {max(v.runs for v in killed)} runs"
    )


def last_line(verdicts: Sequence[Verdict]) -> str:
    """The one line."""
    duplicates, lost, held = (sum(getattr(each, name) for each in verdicts) for name in ("duplicates", "lost", "held"))
    return f"chaos: {len(verdicts)} faults, {duplicates} duplicates, {lost} lost, {held} held for a person"
