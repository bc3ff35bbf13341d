"""One case: a scenario, one fault, then runs until all is settled, and the count of what the services hold."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from chaos_scenarios import DUE, PUBLISH, Scenario
from chaos_stage import LEDGER, PATIENCE, Ended, Stage

from newsletter_bot.ledger.care import check
from newsletter_bot.platforms import Ground, adapter, proofs_of

MOST_RUNS = 14
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What goes wrong: at the N-th boundary of the process (``at``), or on the wire (``wire``); ``label`` says where."""

    kind: str
    label: str
    at: int = 0
    wire: str = ""

    def __str__(self) -> str:
        return f"{self.kind} at {self.label}{f' (#{self.at})' if self.at else ''}"


@dataclass(slots=True, kw_only=True)
class Verdict:
    """What came of a case. ``wrong`` are sentences: duplicates, losses, holds that nobody promised, tracebacks."""

    scenario: str
    fault: Fault
    duplicates: int = 0
    lost: int = 0
    held: int = 0
    wrong: list[str] = field(default_factory=list)
    runs: int = 0
    virtual: timedelta = timedelta()
    real: float = 0.0

    def __str__(self) -> str:
        return f"{self.scenario}: {self.fault}: {'; '.join(self.wrong) or 'as promised'}"


def play(stage: Stage, scenario: Scenario, fault: Fault) -> Verdict:
    """Play one case."""
    scenario.set_up(stage)
    verdict = Verdict(scenario=scenario.name, fault=fault)
    began = stage.now
    _strike(stage, scenario, fault, verdict)
    clock = time.monotonic()
    settle(stage, scenario, verdict)
    verdict.real, verdict.virtual = time.monotonic() - clock, stage.now - began
    _rest(stage, scenario, verdict)
    count(stage, scenario, verdict)
    return verdict


# --- the fault -------------------------------------------------------------------------------------------------------


def _strike(stage: Stage, scenario: Scenario, fault: Fault, verdict: Verdict) -> None:
    if fault.wire:
        for text in fault.wire.split(";"):
            stage.services.faults.add(text)
        began = time.monotonic()
        listen(stage.run(*scenario.command), verdict)
        if "too late" in fault.kind:
            # What arrives late arrives within the settle time, of which these runs pass none by themselves
            time.sleep(max(0.0, began + 4 * PATIENCE - time.monotonic()))
        hits = sum(int(str(each["hits"])) for each in stage.services.faults.listing())
        if not hits:
            verdict.wrong.append("the fault did not strike")
        return
    if fault.kind == "together":
        _together(stage, scenario, fault, verdict)
        return
    action = {"stop": "stop", "kill": "kill", "enospc": "enospc"}[fault.kind]
    number = stage.begin(*scenario.command, points=f"*:{fault.at}={action}")
    first = stage.children.wait(number)
    expected = {"stop": "stopped", "kill": "killed", "enospc": "ended"}[fault.kind]
    if first.how != expected:
        verdict.wrong.append(f"the fault did not strike: {first.how} {first.code}")
    if first.how == "stopped":
        listen(stage.run(*scenario.again), verdict)
        stage.children.go_on(number)
        first = stage.children.wait(number)
    listen(first, verdict)


def _together(stage: Stage, scenario: Scenario, fault: Fault, verdict: Verdict) -> None:
    """A second process begins when the first has come to that boundary; from there both run at once."""
    first = stage.begin(*scenario.command, points=f"*:{fault.at}=stop")
    listen(stage.children.wait(first), verdict)
    second = stage.begin(*(DUE if fault.label.endswith("cron") else scenario.again))
    stage.children.go_on(first)
    for number in (first, second):
        listen(stage.children.wait(number), verdict)


def listen(ended: Ended, verdict: Verdict) -> None:
    if "Traceback" in ended.err or ended.code in (98, 99):
        verdict.wrong.append(f"a traceback: {ended.err[-1500:]}")
    if ended.how == "late":
        verdict.wrong.append("a process that does not end")


# --- afterwards ------------------------------------------------------------------------------------------------------


def settle(stage: Stage, scenario: Scenario, verdict: Verdict) -> None:
    """First what a person or cron does again, then cron alone, until all is as wanted or held."""
    while not _is_settled(stage, scenario) and verdict.runs < MOST_RUNS:
        stage.move_to(_next_moment(stage) if verdict.runs else stage.now + MINUTE)
        command = scenario.again if verdict.runs == 0 or scenario.again[0] != "publish" else DUE
        listen(stage.run(*command), verdict)
        verdict.runs += 1


def _next_moment(stage: Stage) -> datetime:
    """The next minute of cron at which anything can go on."""
    soon = stage.now + MINUTE
    moments = [datetime.fromisoformat(row[name]) for row in stage.rows() for name in _WAITS if row[name]]
    moments += stage.pauses().values()
    later = [moment for moment in moments if moment > stage.now]
    target = max(soon, min(later)) if later else soon
    return target if target.second + target.microsecond == 0 else target.replace(second=0, microsecond=0) + MINUTE


_WAITS = ("not_before", "settle_until", "release_at")


def _is_settled(stage: Stage, scenario: Scenario) -> bool:
    rows = {row["publication"]: row for row in stage.rows()}
    return all(name in rows and _is_at_rest(stage, scenario, rows[name]) for name in scenario.wanted)


def _is_at_rest(stage: Stage, scenario: Scenario, row: dict[str, Any]) -> bool:
    wanted = scenario.wanted[row["publication"]]
    if row["held"] and wanted.delivery != "retracted":
        return True
    return row["state"] == wanted.delivery and _is_there(stage, row["publication"], scenario)


def _is_there(stage: Stage, service: str, scenario: Scenario) -> bool:
    wanted = scenario.wanted[service]
    return any(
        post["state"] == wanted.state and wanted.words in json.dumps(stage.services.post(post["id"]))
        for post in stage.services.posts(service)
    )


def _rest(stage: Stage, scenario: Scenario, verdict: Verdict) -> None:
    """A day later cron and an impatient hand send nothing more; what they would send is in the count."""
    stage.pass_by(timedelta(days=1))
    listen(stage.run(*DUE), verdict)
    if scenario.command == PUBLISH:
        listen(stage.run(*PUBLISH), verdict)


# --- the count -------------------------------------------------------------------------------------------------------


def count(stage: Stage, scenario: Scenario, verdict: Verdict) -> None:
    rows = {row["publication"]: row for row in stage.rows()}
    for service, wanted in scenario.wanted.items():
        posts = stage.services.posts(service)
        mails = sum(int(post["mails"]) for post in posts)
        surplus = max(0, len(posts) - 1) + max(0, mails - wanted.mails)
        if surplus:
            verdict.duplicates += surplus
            verdict.wrong.append(f"{service} holds {len(posts)} posts, {mails} mails: {_told(posts)}")
        row = rows.get(service)
        if row and row["held"]:
            _hold(scenario, service, row, verdict)
        elif row is None or row["state"] != wanted.delivery or not _is_there(stage, service, scenario):
            verdict.lost += 1
            told = f"{row['state']}, {row['visibility']}, {row['error']}" if row else "no delivery"
            verdict.wrong.append(f"{service} has it not as wanted: {told}; {_told(posts)}")
        elif mails < wanted.mails:
            verdict.lost += 1
            verdict.wrong.append(f"{service} sent {mails} mails, not {wanted.mails}")
    verdict.wrong.extend(
        finding.message for finding in check(Path(stage.folder / LEDGER)) if finding.level.value == "error"
    )


def _hold(scenario: Scenario, service: str, row: dict[str, Any], verdict: Verdict) -> None:
    verdict.held += 1
    asked = {proof.question for proof in proofs_of(adapter(service)) if proof.ground is Ground.PERSON}
    if scenario.held.get(service) not in asked:
        verdict.wrong.append(f"{service} is held against the guarantees: {row['held']}")


def _told(posts: list[dict[str, Any]]) -> str:
    return ", ".join(f"{post['id']} {post['state']}" for post in posts) or "nothing there"
