"""The daemon as a process: publishes at its slot, takes up saves once, reloads, stops, tells."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from daemon_stage import Running, at, daemon, listener, until
from writer_stage import DRAFT, Writer

from newsletter_bot.sandbox import parse_fault

FAR = timedelta(hours=3)


def in_a_moment(seconds: float = 2.5) -> datetime:
    """The next whole second after so many."""
    return (datetime.now(UTC) + timedelta(seconds=seconds)).replace(microsecond=0)


def later() -> datetime:
    """A slot that does not come during the test."""
    return datetime.now(UTC) + FAR


def at_home(writer: Writer) -> list[str]:
    """Titles on Substack."""
    return writer.sandbox.titles("substack")


def test_it_publishes_at_the_slot(writer: Writer) -> None:
    """The ready draft goes out when its slot has come, and not before."""
    due = in_a_moment()
    port = at(writer, due)
    writer.write("lanterns")

    with daemon(writer, port) as running:
        running.said("a draft is ready")
        before = at_home(writer) if datetime.now(UTC) < due else []
        until(lambda: len(writer.sandbox.titles()) == 2, "both services have it")
        sent = datetime.now(UTC)
        code = running.stop()

    assert [] == before
    assert due <= sent < due + timedelta(seconds=5)
    assert 0 == code
    assert ["Lanterns", "Lanterns"] == writer.sandbox.titles()


def test_a_slot_that_passed_while_it_was_down_is_filled(writer: Writer) -> None:
    """What was due while no daemon ran is done at the start."""
    port = at(writer, datetime.now(UTC) - timedelta(minutes=5))
    writer.write("lanterns")

    with daemon(writer, port) as running:
        until(lambda: len(writer.sandbox.titles()) == 2, "both services have it")
        running.stop()

    assert ["Lanterns", "Lanterns"] == writer.sandbox.titles()


def _atomic(path: Path, text: str) -> None:
    part = path.with_name(f".{path.name}.tmp")
    part.write_text(text, "utf-8")
    part.replace(path)


def _truncated(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8") as stream:
        for place in range(0, len(text), 20):
            stream.write(text[place : place + 20])
            stream.flush()


def _vim(path: Path, text: str) -> None:
    """Test file, swap file, rename to a backup, write anew, remove the backup."""
    swap = path.with_name(f".{path.name}.swp")
    swap.write_text("swap", "utf-8")
    probe = path.with_name("4913")
    probe.touch()
    probe.unlink()
    backup = path.with_name(f"{path.name}~")
    path.rename(backup)
    path.write_text(text, "utf-8")
    backup.unlink()
    swap.unlink()


def _moved_in(path: Path, text: str) -> None:
    outside = path.parents[1] / ".elsewhere.md"
    outside.write_text(text, "utf-8")
    shutil.move(outside, path)


@pytest.mark.parametrize("save", [_atomic, _truncated, _vim, _moved_in])
def test_a_save_of_any_editor_is_taken_up_once(writer: Writer, save) -> None:  # type: ignore[no-untyped-def]
    """However a file is saved, one look follows when it has been quiet."""
    port = at(writer, later())
    path = writer.write("lanterns", status="draft")

    with daemon(writer, port) as running:
        running.ready()
        before = running.settled()
        save(path, DRAFT.format(title="Lanterns", status="ready", body="Saved."))
        running.said("a draft is ready")
        looks = running.settled() - before

    assert 1 == looks
    assert 1 == running.events().count("a draft is ready")


def test_a_checkout_of_a_hundred_files_is_taken_up_once(writer: Writer) -> None:
    """A git checkout that changes a hundred drafts is one look."""
    port = at(writer, later())

    def git(*words: str) -> None:
        subprocess.run(
            ["git", "-c", "user.name=a", "-c", "user.email=a@example.org", *words],
            cwd=writer.folder,
            check=True,
            capture_output=True,
            env={**os.environ, "GIT_CONFIG_GLOBAL": os.devnull},
        )

    git("init", "-q", "-b", "main")
    (writer.folder / ".gitignore").write_text(".newsletter-bot/\nschedule.yaml\n", "utf-8")
    for number in range(100):
        writer.write(f"draft-{number:03}", f"First words {number}.", status="draft")
    git("add", "-A")
    git("commit", "-q", "-m", "first")
    git("checkout", "-q", "-b", "other")
    for number in range(100):
        writer.write(f"draft-{number:03}", f"Other words {number}.", status="draft")
    git("commit", "-q", "-a", "-m", "other")
    with daemon(writer, port, "-v") as running:
        running.ready()
        before = running.settled()
        git("checkout", "-q", "main")
        until(lambda: running.looks() > before, "a look after the checkout")
        looks = running.settled() - before

    assert 1 == looks


def test_swap_files_are_no_saves(writer: Writer) -> None:
    """An editor's own files wake nobody."""
    port = at(writer, later())
    with daemon(writer, port) as running:
        running.ready()
        before = running.settled()
        for number in range(20):
            (writer.folder / "drafts" / ".lanterns.md.swp").write_text(str(number), "utf-8")
        looks = running.settled() - before

    assert 0 == looks


def test_an_editor_that_never_stops_saving_delays_little(writer: Writer) -> None:
    """A file that is saved without end is looked at all the same after a while."""
    port = at(writer, later())
    with daemon(writer, port) as running:
        running.ready()
        before = running.settled()
        deadline = time.monotonic() + 8
        while running.looks() == before and time.monotonic() < deadline:
            writer.write("lanterns", f"At {time.monotonic()}", status="draft")
        looks = running.looks() - before

    assert looks >= 1


def test_drafts_made_after_the_start_are_seen(writer: Writer) -> None:
    """The folder drafts/ may come, go and be put in another's place while the daemon runs."""
    port = at(writer, later())
    (writer.folder / "drafts").rmdir()

    with daemon(writer, port) as running:
        running.ready()
        (writer.folder / "drafts").mkdir()
        running.settled()
        writer.write("lanterns", "First.")
        running.said("a draft is ready")
        other = writer.folder / ".other"
        shutil.copytree(writer.folder / "drafts", other)
        (writer.folder / "drafts").rename(writer.folder / ".old")
        other.rename(writer.folder / "drafts")
        running.settled()
        writer.write("lanterns", "Second.")
        running.said("a draft is ready", 2)


def test_settings_are_reloaded_and_wrong_ones_are_not(writer: Writer) -> None:
    """A wrong edit is told and changes nothing; a right one is taken over; SIGHUP looks at once."""
    due = in_a_moment(3600)
    port = at(writer, due)
    path = writer.folder / "schedule.yaml"
    right = path.read_text("utf-8")

    with daemon(writer, port) as running:
        running.ready()
        path.write_text(right.replace("cadence:", "cadense:"), "utf-8")
        running.said("the settings were changed and are wrong; the old ones stay")
        wrong = until(lambda: json.loads(running.page("/healthz")[1])["settings"], "health names the settings")
        still = running.metric("settings_valid")
        path.write_text(right.replace("Until next week.", "Until then."), "utf-8")
        running.said("settings reloaded")
        before = running.settled()
        running.push(signal.SIGHUP)
        until(lambda: running.looks() > before, "a look after SIGHUP")
        code = running.stop()

    assert "cadense" in wrong
    assert 0.0 == still
    assert 0 == code


def test_a_request_that_hangs_does_not_keep_it(writer: Writer) -> None:
    """SIGTERM while a service does not answer: it ends with 0 within ten seconds, and nothing is sent twice later."""
    port = at(writer, datetime.now(UTC) - timedelta(minutes=5))
    writer.write("lanterns")
    writer.sandbox.faults.add(parse_fault("substack.create=delay_after:1,seconds=30"))

    with daemon(writer, port) as running:
        until(lambda: any(each.route == "substack.create" for each in writer.sandbox.requests), "a request under way")
        began = time.monotonic()
        code = running.stop()
        took = time.monotonic() - began
    left = writer.run("status", "--json", now=datetime.now(UTC).isoformat()).json["issues"][0]["deliveries"]
    writer.sandbox.faults.clear()
    ten_minutes_on = (datetime.now(UTC) + timedelta(minutes=10)).isoformat()
    writer.run("publish", "--due", now=ten_minutes_on)

    assert 0 == code
    assert took < 10
    assert "sending" in {each["state"] for each in left}
    assert ["Lanterns"] == at_home(writer)


def test_a_second_daemon_is_refused(writer: Writer) -> None:
    """One daemon runs per newsletter; the second names the holder and ends with 2."""
    port = at(writer, later())

    with daemon(writer, port) as running:
        running.ready()
        with daemon(writer, port) as second:
            code = second.process.wait(20)
            until(lambda: second.other, "an error")
        pid = str(running.process.pid)
        running.process.kill()
        running.process.wait()
        with daemon(writer, port) as third:
            third.ready()

    assert 2 == code
    assert pid in "".join(second.other)


def test_the_status_page(writer: Writer) -> None:
    """Health and figures are served; anything else is not found."""
    port = at(writer, datetime.now(UTC) - timedelta(minutes=5))
    writer.write("lanterns")

    with daemon(writer, port) as running:
        until(lambda: running.metric('deliveries{state="delivered"}') == 2, "figures of two deliveries")
        code, health = running.page("/healthz")
        metrics = running.page("/metrics")[1]
        unknown = running.page("/drafts")[0]

    assert (200, True, 404) == (code, json.loads(health)["ok"], unknown)
    assert 1.0 == running_value(metrics, "streak")
    assert 1.0 == running_value(metrics, "up")
    assert running_value(metrics, "last_success_timestamp_seconds") > time.time() - 60
    assert 'newsletter_bot_slots{state="late"} 1.0' in metrics


def running_value(metrics: str, name: str) -> float:
    """A figure."""
    (line,) = [line for line in metrics.splitlines() if line.startswith(f"newsletter_bot_{name} ")]
    return float(line.split()[1])


def test_the_service_manager_is_told(writer: Writer) -> None:
    """READY when it watches, WATCHDOG while it lives, STOPPING at the end."""
    port = at(writer, later())
    wire = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    address = str(writer.folder / "notify.sock")
    wire.bind(address)
    wire.settimeout(10)
    told: list[str] = []

    def heard(word: str) -> bool:
        told.extend(wire.recv(4096).decode().splitlines())
        return word in told

    with wire, daemon(writer, port, NOTIFY_SOCKET=address, WATCHDOG_USEC="400000") as running:
        until(lambda: heard("READY=1"), "ready")
        until(lambda: heard("WATCHDOG=1"), "a sign of life")
        until(lambda: told.count("WATCHDOG=1") >= 4 or heard("") or told.count("WATCHDOG=1") >= 4, "more signs of life")
        code = running.stop()
        until(lambda: "STOPPING=1" in told or heard("STOPPING=1"), "goodbye")

    assert 0 == code
    assert told.index("READY=1") < told.index("WATCHDOG=1") < told.index("STOPPING=1")


def test_a_slot_at_risk_is_told_once(writer: Writer) -> None:
    """A reminder says what is missing, once, also after the daemon was started anew."""
    port = at(writer, in_a_moment(3600), daemon=", remind: [2h, 90m]", more="notify: [env:TELL]\n")

    with listener() as (address, heard):
        with daemon(writer, port, TELL=address) as running:
            until(lambda: heard, "a reminder")
            before = running.looks()
            running.push(signal.SIGHUP)
            until(lambda: running.looks() > before, "another look")
            running.stop()
        with daemon(writer, port, TELL=address) as running:
            running.ready()
            running.stop()

    assert 1 == len(heard)
    assert "at risk" in heard[0]["title"]
    assert "no draft is ready" in heard[0]["message"]


def test_a_failure_is_told_once_and_a_deaf_listener_stops_nothing(writer: Writer) -> None:
    """A refusal goes to notify once; while nobody listens everything else goes on, and it is told later."""
    port = at(writer, datetime.now(UTC) - timedelta(minutes=5), more="notify: [env:TELL, env:NOBODY, env:BAD]\n")
    writer.write("lanterns")
    writer.sandbox.faults.add(parse_fault("medium.post=status:1,code=422"))
    deaf = [True]

    with listener(lambda: 500 if deaf[0] else 200) as (address, heard):
        with daemon(writer, port, TELL=address, BAD="nonsense://not an address/s3cret") as running:
            running.ready()
            deaf[0] = False
            for _ in range(2):
                before = running.looks()
                running.push(signal.SIGHUP)
                until(partial(_looked_since, running, before), "another look")
            health = running.page("/healthz")[0]
            running.stop()
        log = json.dumps(running.lines) + "".join(running.other)

    assert 200 == health
    assert ["Lanterns"] == at_home(writer)
    assert ["medium refused an issue"] == [each["title"] for each in heard if "medium" in each["title"]]
    assert "s3cret" not in log


def test_daemon_hand_and_cron_share_a_ledger(writer: Writer) -> None:
    """All three at the same slot: each service has the issue once."""
    due = in_a_moment(3)
    port = at(writer, due)
    writer.write("lanterns")
    environ = {**os.environ, **writer.environ, "PYTHONPATH": str(Path(__file__).parents[2] / "src")}

    def command(*words: str) -> subprocess.Popen[bytes]:
        program = (sys.executable, "-m", "newsletter_bot", *words)
        return subprocess.Popen(program, cwd=writer.folder, env=environ, stdout=subprocess.DEVNULL)

    with daemon(writer, port) as running:
        running.ready()
        until(lambda: datetime.now(UTC) >= due - timedelta(milliseconds=300), "the slot")
        others = [command("publish", "--due"), command("publish", "drafts/lanterns.md"), command("publish", "--due")]
        codes = [each.wait(20) for each in others]
        until(lambda: len(writer.sandbox.titles()) == 2, "both services have it")
        until(partial(_settled, running), "all is settled")
        code = running.stop()

    assert 0 == code
    assert set(codes) <= {0, 1}
    assert ["Lanterns", "Lanterns"] == sorted(writer.sandbox.titles())


def test_the_clock_for_rehearsals_is_not_the_daemons(writer: Writer) -> None:
    """NEWSLETTER_BOT_NOW sets the clock of one-shot commands only."""
    port = at(writer, later())
    writer.write("lanterns")

    with daemon(writer, port, NEWSLETTER_BOT_NOW="2031-01-01T12:00:00+00:00") as running:
        running.ready()
        shown = json.loads(running.page("/healthz")[1])["ticked_at"]

    assert str(datetime.now(UTC).year) == shown[:4]
    assert [] == at_home(writer)


def _looked_since(running: Running, before: int) -> bool:
    return running.looks() > before


def _settled(running: Running) -> bool:
    """Whether both deliveries are done; the daemon is asked to look while they are not."""
    if running.metric('deliveries{state="delivered"}') == 2:
        return True
    running.push(signal.SIGHUP)
    return False
