"""The list of platforms, and what every adapter declares of itself."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from datetime import timedelta
from typing import Any

import pytest
from platform_stage import MediumStage

from newsletter_bot import platforms
from newsletter_bot.errors import SettingsError
from newsletter_bot.platforms import Ground, adapter, adapters, construct, powers, proofs_of, settings_of

NAMES = sorted(adapters())


def test_ours_are_there() -> None:
    """The platforms of the first hour are in the list."""
    assert {"medium", "substack"} <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_adapter_is_a_frozen_dataclass(name: str) -> None:
    """An adapter's fields are its settings, each with a meaning; credentials are secrets that repr leaves out."""
    found: Any = adapter(name)
    shown = {field.name: field.repr for field in dataclasses.fields(found)}
    listed = settings_of(found)

    assert name == found.name
    assert [] == [setting.name for setting in listed if not setting.help]
    assert [] == [setting.name for setting in listed if shown[setting.name] is setting.secret]
    assert [setting for setting in listed if setting.secret]


@pytest.mark.parametrize("name", NAMES)
def test_adapter_says_what_it_can_prove(name: str) -> None:
    """Each adapter has rows for the table of guarantees, and a settle time."""
    assert proofs_of(adapter(name))
    assert {type(proof.ground) for proof in proofs_of(adapter(name))} == {Ground}
    assert timedelta() < adapter(name).capabilities.settle


def test_powers_by_name() -> None:
    """Powers are the methods that are there, and nothing else."""
    assert {"finder", "inspector", "verifier", "reachable"} == powers(adapter("medium"))
    everything = {
        "finder",
        "imagehost",
        "inspector",
        "locator",
        "reachable",
        "retractor",
        "scheduler",
        "updater",
        "verifier",
    }
    assert everything == powers(adapter("substack"))


def test_unknown_platform_names_the_nearest() -> None:
    """A misspelt platform is refused with the nearest name."""
    with pytest.raises(SettingsError, match="did you mean substack"):
        adapter("substak")


@pytest.mark.parametrize(
    ("settings", "key"),
    [
        ({"token": "abcdefgh", "tokn": "x"}, "tokn"),
        ({}, "token"),
        ({"token": "abcdefgh", "transport": "x"}, "transport"),
    ],
)
def test_constructing_checks_the_names(settings: dict[str, str], key: str) -> None:
    """Unknown and missing settings are named; the program's own wiring cannot be set from a file."""
    with pytest.raises(SettingsError) as raised:
        construct(adapter("medium"), settings)
    assert key == raised.value.key


def test_constructing_with_wiring() -> None:
    """The program adds clock and transport to the settings."""
    stage = MediumStage()

    made = construct(adapter("medium"), {"token": "abcdefgh"}, transport=stage.transport, unknown=1)

    assert "Ada" in getattr(made, "reach")()  # noqa: B009


def test_third_party_adapters(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another package adds a platform by an entry point, cannot take one of our names, and may be broken without harm."""
    from pathlib import Path

    root = Path(str(tmp_path))
    info = root / "guest-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: guest\nVersion: 1.0\n")
    points = "guest = guest_platform:Guest\nsubstack = guest_platform:Guest\nbroken = guest_platform:Nothing\n"
    (info / "entry_points.txt").write_text(f"[{platforms.GROUP}]\n{points}")
    (root / "guest_platform.py").write_text("class Guest:\n    name = 'guest'\n")
    monkeypatch.syspath_prepend(str(root))
    listed = type(adapters())()

    assert "guest" == listed["guest"].name
    assert "substack" == listed["substack"].name
    assert {"guest", "broken", "medium", "substack"} <= set(listed)
    with pytest.raises(SettingsError, match="cannot be loaded"):
        listed["broken"]


def test_nothing_heavy_is_loaded_before_it_is_needed() -> None:
    """Listing, loading and making adapters loads neither the HTTP client nor the feed reader."""
    code = (
        "import sys\n"
        "from newsletter_bot.platforms import adapter, construct, powers\n"
        "assert 'newsletter_bot.platforms.medium' not in sys.modules\n"
        "construct(adapter('medium'), {'token': 'abcdefgh'})\n"
        "construct(adapter('substack'), {'session': 's:abcdefgh', 'url': 'https://x.substack.com'})\n"
        "print(sorted({'httpx', 'feedparser', 'ssl', 'importlib.metadata'} & set(sys.modules)))\n"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert "[]" == done.stdout.strip()
