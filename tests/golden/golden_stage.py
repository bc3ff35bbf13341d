"""One rich draft on its way into every format: a folder that holds everything a text can say, and its services."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from writer_stage import Writer

from newsletter_bot.app import Bot, open_bot
from newsletter_bot.model import Capabilities, Certainty, Format, ImageWay, Rendition, TextPowers
from newsletter_bot.ports import Outlet, Platform
from newsletter_bot.publishing.addresses import known_addresses
from newsletter_bot.publishing.cases import rehearse
from newsletter_bot.publishing.plans import Plan
from newsletter_bot.publishing.running import home_of
from newsletter_bot.renditions import render

RICH = Path(__file__).parent / "rich"
EXPECTED = RICH / "expected"
DRAFT = "drafts/2026-11-25-soundings.md"
BEFORE, NOW = "2026-11-18T09:00:00+00:00", "2026-11-25T09:00:00+00:00"
SERVICES = "http://services.example"
"""Stands in the committed files for the address at which the stand-in services happen to run."""
ENDINGS = {"substack": "json", "medium": "html", "html": "html", "email": "html", "plain": "txt", "announcement": "txt"}
EVERYTHING = TextPowers(paywall=True, raw_html=True)
PLAYERS = {Format.DEV, Format.HASHNODE}


def settle(writer: Writer) -> None:
    """Put the rich folder in place of the writer's, with the issue before it already out."""
    shutil.copytree(RICH / "drafts", writer.folder / "drafts", dirs_exist_ok=True)
    settings = (RICH / "schedule.yaml").read_text(encoding="utf-8")
    (writer.folder / "schedule.yaml").write_text(settings.replace(SERVICES, writer.server.url), encoding="utf-8")
    for file in (RICH / "before").iterdir():
        shutil.copy(file, writer.folder / "drafts" / file.name)
    answer = writer.publish("drafts/2026-11-18-lanterns.md", now=BEFORE)
    assert answer.code == 0, answer.err
    for file in (RICH / "before").iterdir():
        shutil.copy(RICH / "drafts" / file.name, writer.folder / "drafts" / file.name)
    writer.now = NOW


@dataclass(frozen=True)
class Rehearsal:
    """The plan of the rich draft's issue, and the bot that made it."""

    bot: Bot
    plan: Plan
    url: str

    def publications(self) -> Iterator[Rendition]:
        """What the configured publications would carry."""
        desk, home = self.bot.desk, home_of(self.bot.desk, self.plan.prepared.record.id)
        for rendition in self.plan.prepared.renditions.values():
            yield rendition.resolved(known_addresses(desk, rendition, home))

    def formats(self) -> Iterator[Rendition]:
        """The issue in the formats that no publication of the folder has, on a platform that holds everything."""
        for form in Format:
            if form not in {Format.SUBSTACK, Format.MEDIUM}:
                rendition = render(self.plan.prepared.issue, outlet(form), home=form is not Format.ANNOUNCEMENT)
                yield rendition.resolved(known_addresses(self.bot.desk, rendition, None))

    def files(self) -> Mapping[str, str]:
        """Every rendition as its file, and what each has lost."""
        written = dict[str, str]()
        for rendition in (*self.publications(), *self.formats()):
            form = rendition.format.value
            name = f"{form}.{ENDINGS.get(form, 'md')}"
            written[name] = self._shown(rendition)
            written[f"{form}.losses.txt"] = "".join(
                f"line {loss.line}: {loss.what} -> {loss.instead}\n" for loss in rendition.losses
            )
        return written

    def _shown(self, rendition: Rendition) -> str:
        body = re.sub(r"(/medium/@ada/[\w-]+-)[0-9a-f]{12}", r"\1id", rendition.body.replace(self.url, SERVICES))
        if rendition.format is Format.SUBSTACK:
            body = indented(body)
        return body if body.endswith("\n") else body + "\n"


def indented(document: str) -> str:
    """A document of JSON as a person can read it: one node a line, marks beside their text."""
    return "".join(_node_lines(json.loads(document), 0))


def _node_lines(node: Mapping[str, Any], depth: int) -> Iterator[str]:
    rest = {key: value for key, value in node.items() if key != "content"}
    yield "  " * depth + json.dumps(rest, ensure_ascii=False) + "\n"
    for child in node.get("content", ()):
        yield from _node_lines(child, depth + 1)


def outlet(form: Format) -> Outlet:
    """A platform that takes this format and holds everything that the format can say."""
    capabilities = Capabilities(
        formats=(form,),
        certainty=Certainty.BLIND,
        settle=timedelta(0),
        text=replace(EVERYTHING, embeds=("youtube", "vimeo", "tweet", "gist")) if form in PLAYERS else EVERYTHING,
        images=ImageWay.UPLOADED,
        image_types=("image/jpeg", "image/png", "image/gif", "image/webp", "image/svg+xml"),
        subtitle=form is not Format.EMAIL,
        cover=True,
        slug=True,
        paid=True,
        canonical_url=True,
        tags=9,
        body_length=500 if form is Format.ANNOUNCEMENT else 0,
    )
    return Outlet(name=form.value, platform="everything", capabilities=capabilities, open=_nothing)


def _nothing() -> Platform:
    raise AssertionError("a rendition needs no adapter")


@contextmanager
def rehearsed(writer: Writer) -> Iterator[Rehearsal]:
    """The rich draft, planned on the morning of its slot."""
    environ = {**writer.environ, "NEWSLETTER_BOT_NOW": NOW}
    with open_bot(writer.folder / "schedule.yaml", environ) as bot:
        plan = rehearse(bot.desk, "soundings")
        assert plan is not None
        yield Rehearsal(bot, plan, writer.server.url)
