"""What the README shows is what the program does."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from writer_stage import Writer

ROOT = Path(__file__).parents[2]


def _blocks(language: str) -> list[str]:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    found = re.findall(r"^```(\w*)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return [content for name, content in found if name == language]


def test_the_plan_is_the_one_that_is_shown(writer: Writer) -> None:
    """The lines of the plan in the README stand in that order in the plan of the sample."""
    shutil.copytree(ROOT / "drafts", writer.folder / "drafts", dirs_exist_ok=True)
    writer.configure(more="events: {heading: Where to meet}\n")
    (shown,) = (block for block in _blocks("") if block.startswith("Issue 1"))

    lines = iter(writer.run("plan").out.splitlines())

    assert [] == [line for line in shown.splitlines() if line.strip() != "..." and line not in lines]


def test_the_week_can_be_typed(writer: Writer) -> None:
    """The settings and the commands of the README work in a new folder, up to the secrets that only a writer has."""
    (writer.folder / "schedule.yaml").write_text(_blocks("yaml")[0], encoding="utf-8")
    (week,) = (block for block in _blocks("console") if "newsletter-bot new" in block)
    commands = [re.findall(r'"[^"]*"|[^\s#"]+', line.partition("  #")[0])[1:] for line in week.splitlines()]

    codes = [writer.run(*(word.strip('"') for word in command)).code for command in commands]

    assert ["new", "note", "plan", "publish", "status", "streak"] == [command[0] for command in commands]
    assert {0} == set(codes)
