"""The status page: /healthz for a watcher, /metrics for Prometheus, served on this machine only."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from newsletter_bot.app import Bot
from newsletter_bot.cadence import Standing
from newsletter_bot.model import State

STALLED = timedelta(minutes=5)
"""A look that is overdue by so much does not come any more."""
PLAIN = "text/plain; version=0.0.4; charset=utf-8"


@dataclass
class Vitals:
    """What the last look found; the page shows this and never opens the ledger itself."""

    ticked_at: datetime | None = None
    failed: str | None = None
    settings_wrong: str | None = None
    next_wake: datetime | None = None
    slot_due: datetime | None = None
    streak: int = 0
    longest: int = 0
    states: dict[str, int] = field(default_factory=dict[str, int])
    slots: dict[str, int] = field(default_factory=dict[str, int])
    last_success: datetime | None = None
    oldest_open: datetime | None = None
    ticks: int = 0

    def read(self, bot: Bot, now: datetime) -> None:
        """Take in how things stand."""
        deliveries = bot.ledger.deliveries()
        slot = bot.next_slot()
        streak = bot.streak()
        self.states = Counter(delivery.state.value for delivery in deliveries)
        self.last_success = max((each.sent_at for each in deliveries if each.sent_at), default=None)
        waiting = [
            each.sending_at or each.not_before
            for each in deliveries
            if each.state not in (State.DELIVERED, State.RETRACTED)
        ]
        self.oldest_open = min((moment for moment in waiting if moment), default=None)
        self.slots = Counter(each.state.value for each in streak.slots)
        self.slot_due = slot.due if slot else None
        self.streak, self.longest = streak.current, streak.longest
        self.ticked_at, self.failed = now, None
        self.ticks += 1


def metrics(vitals: Vitals, now: datetime) -> bytes:
    """The vitals in Prometheus' text format."""
    from prometheus_client import CollectorRegistry, Gauge, generate_latest

    registry = CollectorRegistry()

    def gauge(name: str, meaning: str, value: float) -> None:
        Gauge(f"newsletter_bot_{name}", meaning, registry=registry).set(value)

    states = Gauge("newsletter_bot_deliveries", "Deliveries by state", ["state"], registry=registry)
    for state in State:
        states.labels(state.value).set(vitals.states.get(state.value, 0))
    slots = Gauge("newsletter_bot_slots", "Slots by what became of them", ["state"], registry=registry)
    for standing in Standing:
        slots.labels(standing.value).set(vitals.slots.get(standing.value, 0))
    gauge("settings_valid", "1 unless the settings were changed and are wrong", 0 if vitals.settings_wrong else 1)
    gauge("streak", "Slots kept without a gap", vitals.streak)
    gauge("streak_longest", "Longest run of slots kept", vitals.longest)
    gauge("ticks_total", "Looks at what is due since the start", vitals.ticks)
    gauge("up", "1 when the last look succeeded", 0 if vitals.failed else 1)
    gauge("next_slot_timestamp_seconds", "Due time of the slot that wants the next issue", _seconds(vitals.slot_due))
    gauge(
        "last_success_timestamp_seconds", "When the last delivery that succeeded began", _seconds(vitals.last_success)
    )
    age = (now - vitals.oldest_open).total_seconds() if vitals.oldest_open else 0
    gauge("queue_age_seconds", "Age of the oldest delivery that is not done", max(0, age))
    return bytes(generate_latest(registry))


def _seconds(moment: datetime | None) -> float:
    return moment.timestamp() if moment else 0


def health(vitals: Vitals, now: datetime) -> tuple[str, bytes]:
    """200 while the last look succeeded and the next is not overdue, 503 otherwise, with what is known."""
    stalled = vitals.next_wake is not None and now > vitals.next_wake + STALLED
    said = {
        "ok": vitals.failed is None and vitals.ticked_at is not None and not stalled,
        "ticked_at": vitals.ticked_at and vitals.ticked_at.isoformat(),
        "next_wake": vitals.next_wake and vitals.next_wake.isoformat(),
        "error": vitals.failed or ("the next look is overdue" if stalled else None),
        "settings": vitals.settings_wrong,
    }
    return ("200 OK" if said["ok"] else "503 Service Unavailable"), json.dumps(said).encode()


def serve(host: str, port: int, vitals: Vitals, clock: Callable[[], datetime]) -> Any:
    """Answer on that address in a thread of its own; returns the server. OSError when the address is taken."""
    from waitress.server import create_server

    def app(environ: dict[str, Any], start: Callable[[str, list[tuple[str, str]]], Any]) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if path == "/metrics":
            status, kind, body = "200 OK", PLAIN, metrics(vitals, clock())
        elif path == "/healthz":
            (status, body), kind = health(vitals, clock()), "application/json"
        else:
            status, kind, body = "404 Not Found", "text/plain; charset=utf-8", b"newsletter-bot: /healthz or /metrics\n"
        start(
            status, [("Content-Type", kind), ("Content-Length", str(len(body))), ("X-Content-Type-Options", "nosniff")]
        )
        return [body]

    server = create_server(app, host=host, port=port, threads=1, ident="newsletter-bot", asyncore_loop_timeout=60)
    threading.Thread(target=server.run, name="status", daemon=True).start()
    return server
