"""The ways on which a fault can meet the program: what was there before, the command under test, and what is to stand in the end."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from chaos_stage import Stage

SETTINGS = """\
newsletter: {{id: tidewater, title: Tidewater, author: Mara, timezone: Europe/Lisbon}}
cadence: {{every: week, day: wednesday, time: "09:00"}}
issue: {{sign_off: "Until next week."}}
home: {home}
publications:
{publications}
network: {{allow_private: true}}
"""
SUBSTACK = "  substack: {{platform: substack, url: {url}, api: {url}/api/v1, session: env:SUBSTACK_SID{more}}}"
MEDIUM = "  medium: {{platform: medium, api: {url}/medium/v1, token: env:MEDIUM_TOKEN{more}}}"
DRAFT = "drafts/lanterns.md"
TEXT = """\
---
title: Lanterns on the quay
status: ready
tags: [harbour, light]
housekeeping: [The archive has moved.]
---

The harbour lights {number} lanterns tonight[^1], and *everybody* carries one home.

![The quay](quay.png)

[^1]: Counted twice.
"""
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000008000000080802000000"
    "4b6d29dc0000001549444154789c63f8ffff3f03360004d040290060b83af7ce2b8f390000000049454e44ae426082"
)
PUBLISH = ("publish", DRAFT, "--json")
DUE = ("publish", "--due", "--json")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a service shall hold in the end: one post in this state, mailed so often, with these words, and the delivery's state."""

    state: str
    mails: int = 0
    words: str = "eleven"
    delivery: str = "delivered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One way. ``again`` is what a person or cron does after the fault, then cron goes on by itself."""

    name: str
    told: str
    wanted: Mapping[str, Wanted]
    prepare: Callable[[Stage], None]
    command: tuple[str, ...] = PUBLISH
    again: tuple[str, ...] = PUBLISH
    held: Mapping[str, str] = field(default_factory=dict[str, str])
    """Services whose delivery may wait for a person, and the row of the guarantees that says so."""

    def set_up(self, stage: Stage) -> None:
        """Everything as it stands before the command; the second time from the picture of the first."""
        if not stage.restore(self.name):
            stage.empty()
            self.prepare(stage)
            stage.photograph(self.name)
        stage.services.forget_requests()


def configure(stage: Stage, *, substack: str | None = "", medium: str | None = "") -> None:
    """Write schedule.yaml; None leaves a publication out, text adds settings to it."""
    url = stage.server.url
    lines = []
    if substack is not None:
        lines.append(SUBSTACK.format(url=url, more=substack))
    if medium is not None:
        lines.append(MEDIUM.format(url=url, more=medium))
    home = "substack" if substack is not None else "medium"
    stage.write("schedule.yaml", SETTINGS.format(home=home, publications="\n".join(lines)))


def draft(stage: Stage, number: str = "eleven") -> None:
    """The draft and its picture."""
    stage.write(DRAFT, TEXT.format(number=number))
    path = stage.folder / "drafts" / "quay.png"
    if not path.exists():
        path.write_bytes(PNG)


def _new(substack: str | None = ", email: true", medium: str | None = "") -> Callable[[Stage], None]:
    def prepare(stage: Stage) -> None:
        configure(stage, substack=substack, medium=medium)
        draft(stage)

    return prepare


def _two_drafts(stage: Stage) -> None:
    _new()(stage)
    stage.write("drafts/next-week.md", "---\ntitle: Bells of next week\nstatus: ready\n---\n\nFour bells.\n")


def _out(stage: Stage) -> None:
    """The issue is out everywhere and was seen by a reader's eyes."""
    _new()(stage)
    _must(stage, *PUBLISH)
    stage.pass_by(timedelta(minutes=3))
    _must(stage, *DUE)
    stage.pass_by(timedelta(hours=1))


def _edited(stage: Stage) -> None:
    _out(stage)
    draft(stage, "twelve")


def _fresh(stage: Stage) -> None:
    """Out, not yet verified."""
    _new()(stage)
    _must(stage, *PUBLISH)
    stage.pass_by(timedelta(minutes=3))


def _lost(route: str, substack: str | None = ", email: true", medium: str | None = "") -> Callable[[Stage], None]:
    """An answer was lost, and the time to look it up has come."""

    def prepare(stage: Stage) -> None:
        _new(substack, medium)(stage)
        stage.services.lose_next_answer(route)
        stage.run(*PUBLISH)
        assert not any(each["left"] for each in stage.services.faults.listing()), "the answer was not lost"
        stage.pass_by(timedelta(minutes=8))

    return prepare


def _waits_as_draft(stage: Stage) -> None:
    _new()(stage)
    _must(stage, *PUBLISH, "--as", "draft", "--only", "substack")
    stage.pass_by(timedelta(minutes=1))


def _before_the_slot(stage: Stage) -> None:
    _new(", email: true, publish: scheduled")(stage)
    stage.pass_by(-timedelta(hours=3))


def _released(stage: Stage) -> None:
    """Handed to the platform's scheduler, and the slot has come."""
    _before_the_slot(stage)
    _must(stage, *DUE)
    stage.pass_by(timedelta(hours=3, minutes=1))


def _withdrawn(stage: Stage) -> None:
    """Handed to the platform's scheduler, then the writer thought better of it."""
    _before_the_slot(stage)
    _must(stage, *DUE)
    path = stage.folder / DRAFT
    path.write_text(path.read_text("utf-8").replace("status: ready", "status: draft"), "utf-8")
    stage.pass_by(timedelta(minutes=20))


def _must(stage: Stage, *arguments: str) -> None:
    done = stage.run(*arguments)
    assert ("ended", 0) == (done.how, done.code), done.out + done.err


PUBLIC = {"substack": Wanted(state="published", mails=1), "medium": Wanted(state="public")}
SCENARIOS = (
    Scenario(name="hand", told="publish by hand", wanted=PUBLIC, prepare=_new()),
    Scenario(name="cron", told="publish --due", wanted=PUBLIC, prepare=_new(), command=DUE, again=DUE),
    Scenario(
        name="drafts",
        told="left as drafts for a person",
        wanted={"substack": Wanted(state="draft")},
        prepare=_new(", publish: draft", ", publish: draft"),
    ),
    Scenario(
        name="medium-draft",
        told="a draft on Medium, which shows it to nobody",
        wanted={"medium": Wanted(state="draft")},
        prepare=_new(None, ", publish: draft"),
        held={"medium": "The answer to a draft was lost"},
    ),
    Scenario(
        name="medium",
        told="Medium alone",
        wanted={"medium": Wanted(state="public")},
        prepare=_new(None, ""),
        command=DUE,
        again=DUE,
    ),
    Scenario(
        name="promote",
        told="a draft there is made public",
        wanted=PUBLIC,
        prepare=_waits_as_draft,
    ),
    Scenario(
        name="scheduled",
        told="handed to the platform's scheduler",
        wanted=PUBLIC,
        prepare=_before_the_slot,
        command=DUE,
        again=DUE,
    ),
    Scenario(
        name="released",
        told="released there, then Medium",
        wanted=PUBLIC,
        prepare=_released,
        command=DUE,
        again=DUE,
    ),
    Scenario(
        name="withdrawn",
        told="taken out of the platform's queue",
        wanted={"substack": Wanted(state="draft", delivery="due")},
        prepare=_withdrawn,
        command=DUE,
        again=DUE,
    ),
    Scenario(
        name="resume-create",
        told="after a lost answer to the first draft",
        wanted=PUBLIC,
        prepare=_lost("substack.create"),
        command=DUE,
        again=DUE,
    ),
    Scenario(
        name="resume-publish",
        told="after a lost answer to publishing",
        wanted=PUBLIC,
        prepare=_lost("substack.publish"),
        command=DUE,
        again=DUE,
    ),
    Scenario(
        name="resume-medium",
        told="after a lost answer of Medium",
        wanted=PUBLIC,
        prepare=_lost("medium.post"),
        command=DUE,
        again=DUE,
    ),
    Scenario(
        name="two drafts",
        told="two drafts are ready for one slot",
        wanted=PUBLIC,
        prepare=_two_drafts,
        command=DUE,
        again=DUE,
    ),
    Scenario(
        name="verify", told="looked at with a reader's eyes", wanted=PUBLIC, prepare=_fresh, command=DUE, again=DUE
    ),
    Scenario(
        name="edit",
        told="an edit by hand",
        wanted={"substack": Wanted(state="published", mails=1, words="twelve"), "medium": Wanted(state="public")},
        prepare=_edited,
    ),
    Scenario(
        name="edit-cron",
        told="an edit by cron",
        wanted={"substack": Wanted(state="published", mails=1, words="twelve"), "medium": Wanted(state="public")},
        prepare=_edited,
        command=DUE,
        again=DUE,
    ),
    Scenario(
        name="retract",
        told="taken back",
        wanted={
            "substack": Wanted(state="draft", mails=1, delivery="retracted"),
            "medium": Wanted(state="public"),
        },
        prepare=_out,
        command=("retract", "1", "--only", "substack", "--yes", "--json"),
        again=("retract", "1", "--only", "substack", "--yes", "--json"),
    ),
)
