"""A hand and cron that begin in the same moment with different drafts."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

from writer_stage import Writer

import newsletter_bot
from newsletter_bot import failpoints

SOURCES = str(Path(newsletter_bot.__file__).parents[1])


def stopped(writer: Writer, *words: str) -> subprocess.Popen[str]:
    """A command that stands still right before it writes down what it is about to do."""
    environ = {**os.environ, **writer.environ, "NEWSLETTER_BOT_NOW": writer.now, "PYTHONPATH": SOURCES}
    environ[failpoints.VARIABLE] = "ledger.begin.promise:1=stop"
    process = subprocess.Popen(
        [sys.executable, "-m", "newsletter_bot", *words],
        cwd=writer.folder,
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    os.waitid(os.P_PID, process.pid, os.WSTOPPED)
    return process


def numbers(writer: Writer) -> dict[str, int]:
    return {issue["title"]: issue["number"] for issue in writer.run("status", "--json").json["issues"]}


def test_two_drafts_get_two_numbers(writer: Writer) -> None:
    """While a hand is about to publish one draft, cron publishes another: the hand takes the next number."""
    writer.write("lanterns", "Eleven of them.")
    writer.write("anchors", "Two of them.")
    hand = stopped(writer, "publish", "drafts/lanterns.md", "--json")

    cron = writer.publish("--due")
    hand.send_signal(signal.SIGCONT)
    out, err = hand.communicate(timeout=60)

    assert (0, 0) == (cron.code, hand.returncode), err
    assert {"Anchors": 1, "Lanterns": 2} == numbers(writer)
    assert ["Lanterns"] == [issue["title"] for issue in json.loads(out)["issues"]]
    assert sorted(["Anchors", "Lanterns"] * 2) == sorted(post["title"] for post in writer.sandbox.posts())


def test_a_plan_whose_number_is_gone_is_not_carried_out(writer: Writer) -> None:
    """The plan is what happens: an issue that would get another number than was shown is refused, and nothing is sent."""
    writer.write("lanterns", "Eleven of them.")
    writer.write("anchors", "Two of them.")
    writer.run("plan", "drafts/lanterns.md", "--out", "plan.json")
    hand = stopped(writer, "publish", "--plan", "plan.json", "--json")

    writer.publish("--due")
    hand.send_signal(signal.SIGCONT)
    out, _ = hand.communicate(timeout=60)

    assert (2, "plan") == (hand.returncode, json.loads(out)["error"]["kind"])
    assert {"Anchors": 1} == numbers(writer)
