"""A configured folder and the two stand-in services for every journey."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from writer_stage import Writer

from newsletter_bot.sandbox import Sandbox, serve


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Writer]:
    """A configured folder without drafts, and running services."""
    (tmp_path / "drafts").mkdir()
    with serve(state=Sandbox()) as server:
        secrets = {"SUBSTACK_SID": server.state.session, "MEDIUM_TOKEN": server.state.token}
        person = Writer(folder=tmp_path, server=server, environ=secrets)
        person.configure()
        yield person
