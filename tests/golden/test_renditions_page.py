"""The page that tells what becomes of a draft tells what the code does."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

TOOL = Path(__file__).parents[2] / "tools" / "renditions.py"


def test_the_table_of_the_docs_is_fresh() -> None:
    """Each thing a draft can say becomes on each platform what docs/renditions.md says."""
    done = subprocess.run([sys.executable, str(TOOL), "--check"], capture_output=True, text=True, check=False)

    assert (0, "") == (done.returncode, done.stdout + done.stderr)
