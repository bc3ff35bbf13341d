"""The files for operators: they parse, start commands that exist, and leave a request under way its time to end."""

from __future__ import annotations

import plistlib
import re
import shlex
from collections.abc import Sequence
from configparser import ConfigParser
from pathlib import Path

import pytest

from newsletter_bot.cli import COMMANDS

CONTRIB = Path(__file__).resolve().parents[2] / "contrib"
SERVICES = ("newsletter-bot.service", "newsletter-bot-due.service")
GIVE_UP = 10
"""Seconds within which the daemon ends after SIGTERM."""
RANGES = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))
"""Minute, hour, day of the month, month and weekday of a crontab line."""


def unit(name: str) -> ConfigParser:
    parser = ConfigParser(interpolation=None, strict=True, delimiters=("=",), comment_prefixes=("#",))
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string((CONTRIB / name).read_text(encoding="utf-8"))
    return parser


def command_of(words: Sequence[str]) -> str:
    """The first word after the program that is no option."""
    program = next(at for at, word in enumerate(words) if Path(word).name == "newsletter-bot")
    return next(word for word in words[program + 1 :] if not word.startswith("-"))


def crontab() -> list[str]:
    lines = (CONTRIB / "crontab").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line.strip() and not line.startswith("#")]


def jobs() -> list[str]:
    return [line for line in crontab() if not re.match(r"[A-Z_]+\s*=", line)]


def numbers_of(field: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", field.partition("/")[0])]


@pytest.mark.parametrize("name", SERVICES)
def test_units_start_commands_that_exist(name: str) -> None:
    """Every unit starts the program with a command that it has."""
    words = shlex.split(unit(name)["Service"]["ExecStart"])

    assert Path(words[0]).is_absolute()
    assert command_of(words) in COMMANDS


@pytest.mark.parametrize("name", SERVICES)
def test_units_can_write_the_ledgers_folder_only(name: str) -> None:
    """A unit writes nothing but the ledger's folder, gains no rights and hides what it writes."""
    service = unit(name)["Service"]

    assert f"{service['WorkingDirectory']}/.newsletter-bot" == service["ReadWritePaths"]
    assert ("strict", "yes", "0077") == (service["ProtectSystem"], service["NoNewPrivileges"], service["UMask"])


def test_both_services_are_shut_in_alike() -> None:
    """What one service may not do, the other may not do either."""
    apart = {"Type", "ExecStart", "ExecReload", "WatchdogSec", "Restart", "RestartSec", "RestartPreventExitStatus"}
    timeouts = {"TimeoutStartSec", "TimeoutStopSec"}
    first, second = (
        {name: value for name, value in unit(each)["Service"].items() if name not in apart | timeouts}
        for each in SERVICES
    )

    assert first == second


def test_the_daemon_tells_systemd_how_it_is() -> None:
    """The service manager waits for READY, watches for signs of life, and leaves a request its time to end."""
    service = unit("newsletter-bot.service")["Service"]

    assert ("notify", "on-failure") == (service["Type"], service["Restart"])
    assert "WatchdogSec" in service
    assert int(service["TimeoutStopSec"]) > GIVE_UP
    assert "/bin/kill -HUP $MAINPID" == service["ExecReload"]


def test_the_timer_has_its_service() -> None:
    """The timer starts the service of its own name."""
    timer = unit("newsletter-bot-due.timer")

    assert "timers.target" == timer["Install"]["WantedBy"]
    assert "OnCalendar" in timer["Timer"]
    assert (CONTRIB / "newsletter-bot-due.service").is_file()
    assert "publish --due" in unit("newsletter-bot-due.service")["Service"]["ExecStart"]


def test_the_plist_starts_a_command_that_exists() -> None:
    """Launchd starts the daemon, starts it again after a failure, and leaves a request its time to end."""
    job = plistlib.loads((CONTRIB / "newsletter-bot.plist").read_bytes())

    assert command_of(job["ProgramArguments"]) in COMMANDS
    assert {"SuccessfulExit": False} == job["KeepAlive"]
    assert 0o077 == job["Umask"]
    assert job["ExitTimeOut"] > GIVE_UP


def test_crontab_lines_have_five_fields_and_a_command() -> None:
    """Every line of the crontab has five fields within their ranges, then a command that exists."""
    assert jobs()
    for line in jobs():
        *times, command = line.split(maxsplit=5)
        assert 5 == len(times)
        for field, (least, most) in zip(times, RANGES, strict=True):
            assert re.fullmatch(r"(\*|\d+(-\d+)?)(,\d+(-\d+)?)*(/\d+)?", field)
            assert all(least <= number <= most for number in numbers_of(field))
        assert command_of(shlex.split(command.replace("&&", " && "))) in COMMANDS


def test_crontab_escapes_percent_signs() -> None:
    """A bare percent sign would end the command and become its input."""
    assert [] == [line for line in jobs() if re.search(r"(?<!\\)%", line)]
