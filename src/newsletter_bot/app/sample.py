"""The sample newsletter: part of the installed package, and the top of a checkout."""

from __future__ import annotations

from pathlib import Path

from newsletter_bot.errors import UsageError


def sample_folder() -> Path:
    """The folder that holds the sample's ``drafts`` and ``schedule.yaml``."""
    package = Path(__file__).resolve().parents[1]
    for folder in (package / "sample", package.parents[1]):
        if (folder / "drafts").is_dir():
            return folder
    raise UsageError("the sample is not part of this installation", fix="install newsletter-bot again")
