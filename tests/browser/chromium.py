"""Chromium without a window: a page is loaded at a width, measured by a script, and its complaints are kept."""

from __future__ import annotations

import json
import re
import subprocess
from dataclasses import dataclass
from html import escape, unescape
from pathlib import Path

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--enable-logging=stderr",
    "--virtual-time-budget=4000",
)
MEASURE = """
addEventListener("load", () => {
  const page = document.querySelector("iframe").contentDocument, view = page.documentElement;
  const broken = [...page.images].filter(image => !image.complete || !image.naturalWidth).map(image => image.src);
  const beyond = [...page.querySelectorAll("body *")].filter(one => !one.closest("pre, .math, table")
    && one.getBoundingClientRect().right > view.clientWidth + 1).map(one => one.tagName);
  const said = {
    width: view.clientWidth, scroll: view.scrollWidth, images: page.images.length, broken, beyond,
    paper: page.defaultView.getComputedStyle(page.body).backgroundColor,
  };
  document.getElementById("measured").textContent = JSON.stringify(said);
});
"""


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What a page is like: its width and how far it scrolls, its images, what sticks out, and what the console said."""

    width: int
    scroll: int
    images: int
    broken: list[str]
    beyond: list[str]
    paper: str
    console: list[str]


def look(page: Path, *, width: int, profile: Path, flags: tuple[str, ...] = ()) -> Seen:
    """Load the page in a frame of that width; ``profile`` is an empty folder for the browser."""
    frame = page.with_name("frame.html")
    source = escape(page.read_text(encoding="utf-8"))
    frame.write_text(
        f'<!doctype html><iframe style="border:0;width:{width}px;height:4000px" srcdoc="{source}"></iframe>'
        f'<pre id="measured"></pre><script>{MEASURE}</script>',
        encoding="utf-8",
    )
    done = subprocess.run(
        [
            CHROMIUM,
            *FLAGS,
            *flags,
            f"--user-data-dir={profile}",
            "--window-size=1400,4000",
            "--dump-dom",
            frame.as_uri(),
        ],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    measured = re.search(r'<pre id="measured">(.*?)</pre>', done.stdout, re.DOTALL)
    assert measured, done.stdout[-500:] + done.stderr[-500:]
    console = [line for line in done.stderr.splitlines() if ":CONSOLE" in line]
    return Seen(**json.loads(unescape(measured[1])), console=console)
