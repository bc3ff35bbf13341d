"""Stages for cases: on a file system in memory where there is one, since power cuts are tried with the store itself."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from chaos_stage import Stage, stage

MEMORY = Path("/dev/shm")


@pytest.fixture(scope="module")
def new_stage() -> Iterator[Callable[[], Stage]]:
    """Opens another stage; all are closed at the end."""
    home = MEMORY if os.access(MEMORY, os.W_OK) else None
    with ExitStack() as stack:

        def opened() -> Stage:
            folder = Path(tempfile.mkdtemp(prefix="newsletter-bot-chaos-", dir=home))
            stack.callback(shutil.rmtree, folder, ignore_errors=True)
            return stack.enter_context(stage(folder))

        yield opened


@pytest.fixture(scope="module")
def one_stage(new_stage: Callable[[], Stage]) -> Stage:
    """One stage for all tests of a file."""
    return new_stage()
