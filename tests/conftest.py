"""What every test may use: repeatable runs, and a writer with a folder and the two stand-in services.

Hypothesis draws the same examples each time, unless HYPOTHESIS_PROFILE=explore.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import settings
from writer_stage import NOW, Writer

settings.register_profile("repeatable", derandomize=True, deadline=None, print_blob=True)
settings.register_profile("explore", deadline=None, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Writer]:
    """A configured folder without drafts, and running services whose clock stands where the writer's does."""
    from newsletter_bot.sandbox import Sandbox, serve

    (tmp_path / "drafts").mkdir()
    with serve(state=Sandbox()) as server:
        server.state.clock.set(datetime.fromisoformat(NOW))
        secrets = {"SUBSTACK_SID": server.state.session, "MEDIUM_TOKEN": server.state.token}
        person = Writer(folder=tmp_path, server=server, environ=secrets)
        person.configure()
        yield person
