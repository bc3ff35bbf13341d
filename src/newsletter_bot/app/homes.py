"""Which publication was home, and until when: slots keep the home under which they passed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from newsletter_bot.ports import Ledger

HOMES = "cadence/homes"


def former_homes(ledger: Ledger, home: str | None, now: datetime) -> Mapping[str, datetime]:
    """Until when each publication was home that is so no more; one that the settings just replaced was so until now."""
    told = _told(ledger)
    ends = [*(since for _, since in told[1:]), now]
    return {name: end for (name, _), end in zip(told, ends, strict=False) if name != home}


def remember_home(ledger: Ledger, home: str | None, now: datetime) -> None:
    """Commit which publication is home from now on."""
    told = _told(ledger)
    if home is not None and (not told or told[-1][0] != home):
        rows = [*told, (home, now)]
        ledger.remember(HOMES, json.dumps([[name, since.isoformat()] for name, since in rows]))


def _told(ledger: Ledger) -> list[tuple[str, datetime]]:
    """Each home with the moment from which it was so, oldest first."""
    return [(name, datetime.fromisoformat(since)) for name, since in json.loads(ledger.recall(HOMES) or "[]")]
