"""Every fault that can strike a scenario, listed from one undisturbed run of its command."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from chaos_play import Fault
from chaos_scenarios import Scenario
from chaos_stage import PATIENCE, Stage

LATE = PATIENCE * 3
WIRE = {
    "answer lost": "{route}=lose_answer{skip}",
    "reset before": "{route}=reset_before{skip}",
    "500": "{route}=status{skip},code=500",
    "502, a page": "{route}=status{skip},code=502,body=html",
    "503": "{route}=status{skip},code=503,body=empty",
    "503, Retry-After 120": "{route}=429{skip},code=503,retry_after=120",
    "500 after storing": "{route}=status_after{skip},code=500",
    "502 after storing": "{route}=status_after{skip},code=502,body=html",
    "503 after storing": "{route}=status_after{skip},code=503",
    "429": "{route}=429{skip}",
    "429, Retry-After 90": "{route}=429{skip},retry_after=90",
    "429, Retry-After as a date": "{route}=429{skip},retry_after=date+600",
    "429, Retry-After absurd": "{route}=429{skip},retry_after=absurd",
    "garbage": "{route}=garbage{skip}",
    "cut off": "{route}=truncate{skip}",
    "too late, not stored before": "{route}=delay_before{skip},seconds=" + str(LATE),
    "too late, stored": "{route}=delay_after{skip},seconds=" + str(LATE),
    "in drops, too late": "{route}=slow_body{skip},seconds=" + str(LATE),
    "bot check": "{route}=challenge{skip}",
}
WITHIN = ("ledger.statement.", "ledger.commit.")
"""A process that stops there keeps the ledger locked: others wait for it, which is tried with the store itself."""
COMMON = (".migrate", ".register", ".remember", ".record_drafts", ".record_upload")
WHOLE = ("hand",)
LIKE_OTHERS = (
    "cron",
    "two drafts",
    "drafts",
    "scheduled",
    "promote",
    "resume-create",
    "resume-medium",
    "resume-publish",
    "medium",
    "medium-draft",
    "edit-cron",
)
EVERY = 5


@dataclass(frozen=True, slots=True)
class Course:
    """What an undisturbed run passes: its boundaries in order, and its requests."""

    boundaries: tuple[str, ...]
    requests: tuple[str, ...]


def course(stage: Stage, scenario: Scenario) -> Course:
    """Run the command once and note what it passes."""
    scenario.set_up(stage)
    file = stage.base / "boundaries"
    file.unlink(missing_ok=True)
    done = stage.run(*scenario.command, points=f"count:{file}")
    assert ("ended", 0) == (done.how, done.code), done
    assert "Traceback" not in done.err, done.err
    requests = tuple(request.route for request in stage.services.requests)
    names = tuple(file.read_text("utf-8").split())
    return Course(tuple(_labelled(names, requests)), requests)


def _labelled(names: tuple[str, ...], requests: tuple[str, ...]) -> Iterator[str]:
    count = 0
    for name in names:
        count += name == "http.before"
        yield f"{name} {requests[count - 1]}" if name.startswith("http.") and count <= len(requests) else name


def faults(found: Course) -> Iterator[Fault]:
    """All of them."""
    for at, label in enumerate(found.boundaries, 1):
        yield Fault(kind="kill", label=label, at=at)
        if label.startswith("ledger."):
            yield Fault(kind="enospc", label=label, at=at)
        if not label.startswith(WITHIN):
            yield Fault(kind="stop", label=label, at=at)
            yield Fault(kind="together", label=label, at=at)
    yield from _on_the_wire(found.requests)


def chosen(scenario: Scenario, found: Course) -> list[Fault]:
    """What the whole suite plays: everything on the way by hand; elsewhere what that way does differently.

    The store is made, drafts are indexed and facts remembered in the same way everywhere; requests of a new post fail in the
    same way whoever asked for it, so that ways that are like others take one in five of those.
    """
    listed = list(faults(found))
    if scenario.name in WHOLE:
        return listed
    own = [fault for fault in listed if fault.wire or not fault.label.endswith(COMMON)]
    again = [fault for fault in own if scenario.name in LIKE_OTHERS and (fault.wire or fault.kind != "kill")]
    left_out = {str(fault) for turn, fault in enumerate(again) if turn % EVERY}
    return [fault for fault in own if str(fault) not in left_out]


def sample(found: list[Fault], count: int) -> list[Fault]:
    """So many of them, spread evenly, the same ones every time."""
    if len(found) <= count:
        return found
    return [found[int((turn + 0.5) * len(found) / count)] for turn in range(count)]


def _on_the_wire(requests: tuple[str, ...]) -> Iterator[Fault]:
    seen: dict[str, int] = {}
    for route in requests:
        turn = seen.get(route, 0)
        seen[route] = turn + 1
        skip = f",skip={turn}" if turn else ""
        for told, text in WIRE.items():
            where = f"{route}{f' #{turn + 1}' if turn else ''}"
            yield Fault(kind=told, label=where, wire=text.format(route=route, skip=skip))
