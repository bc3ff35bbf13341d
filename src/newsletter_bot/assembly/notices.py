"""Which notices an issue carries: each once, or until its date."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from difflib import SequenceMatcher

from newsletter_bot.model import Draft, Finding, Level, Notice

_REWORDED = 0.6
_LONGEST = 5000


def choose_notices(
    inbox: Sequence[Notice], draft: Draft | Sequence[Draft], used_keys: Collection[str], today: date
) -> tuple[Notice, ...]:
    """The notices of the inbox that are not used up, then the draft's own; expired ones stay out.

    A notice without a date is used up by the first issue that carries it; one with a date goes out until then.
    """
    waiting = [notice for notice in inbox if notice.until is not None or notice.key not in used_keys]
    return _once(notice for notice in [*waiting, *_own(draft)] if not _expired(notice, today))


def expired_notices(inbox: Sequence[Notice], draft: Draft | Sequence[Draft], today: date) -> tuple[Finding, ...]:
    """A finding for each notice whose last day has passed."""
    return tuple(
        Finding(
            level=Level.INFO,
            message=f"the notice {_short(notice.text)!r} ended on {notice.until} and is left out",
            fix="remove it, or give it a later date",
            file=notice.origin.file if notice.origin else None,
            line=notice.origin.line if notice.origin else None,
        )
        for notice in [*inbox, *_own(draft)]
        if _expired(notice, today)
    )


def match_edited(used: Sequence[Notice], inbox: Sequence[Notice]) -> tuple[Notice, ...]:
    """The notices of an issue that is out, as the writer words them now.

    ``inbox`` holds those of its drafts' front matter too: what stands there now is what the issue carries. Of the
    others, one that was reworded in place takes the new wording, one that is gone stays as it went out.
    """
    own = [notice for notice in inbox if _from_draft(notice)]
    taken = {notice.key for notice in own}
    remembered = [notice for notice in used if not _from_draft(notice) and notice.key not in taken]
    known = {notice.key for notice in used}
    free = [notice for notice in inbox if notice.key not in known and not _from_draft(notice)]
    present = {notice.key: notice for notice in inbox}
    words = _pairs([notice for notice in remembered if notice.key not in present], free)
    return _once([*(present.get(notice.key) or words.get(notice.key, notice) for notice in remembered), *own])


def _once(notices: Iterable[Notice]) -> tuple[Notice, ...]:
    """Each text once, where it stood first."""
    kept: dict[str, Notice] = {}
    for notice in notices:
        kept.setdefault(notice.key, notice)
    return tuple(kept.values())


def _pairs(old: Sequence[Notice], new: Sequence[Notice]) -> dict[str, Notice]:
    """Old texts and what they became: the closest pairs first, each text in one pair only."""
    scored = sorted(
        ((_likeness(a.text, b.text), -i, -j) for i, a in enumerate(old) for j, b in enumerate(new)), reverse=True
    )
    pairs: dict[str, Notice] = {}
    taken: set[int] = set()
    for score, i, j in scored:
        if score >= _REWORDED and old[-i].key not in pairs and j not in taken:
            pairs[old[-i].key] = new[-j]
            taken.add(j)
    return pairs


def _likeness(one: str, other: str) -> float:
    matcher = SequenceMatcher(None, one[:_LONGEST], other[:_LONGEST], autojunk=False)
    return matcher.ratio() if matcher.real_quick_ratio() >= _REWORDED <= matcher.quick_ratio() else 0.0


def _from_draft(notice: Notice) -> bool:
    """Whether it stands in the front matter of a draft."""
    return notice.origin is not None and (notice.origin.key or "").startswith("housekeeping")


def _drafts(draft: Draft | Sequence[Draft]) -> Sequence[Draft]:
    return (draft,) if isinstance(draft, Draft) else draft


def _own(draft: Draft | Sequence[Draft]) -> list[Notice]:
    return [notice for each in _drafts(draft) for notice in each.housekeeping]


def _expired(notice: Notice, today: date) -> bool:
    return notice.until is not None and notice.until < today


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 40 else f"{line[:39]}…"
