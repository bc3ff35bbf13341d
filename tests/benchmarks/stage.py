"""Newsletters to measure with: settings, drafts, long posts, and a server that answers after a while."""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

ANSWER_SECONDS = 0.2
SETTINGS = """\
newsletter: {{id: tidewater, title: Tidewater, author: Mara, timezone: Europe/Lisbon}}
cadence: {{every: week, day: wednesday, time: "09:00"}}
daemon: {{status: {status}, quiet: {quiet}}}
{home}
publications:
{publications}
"""
PROSE = """\
Somebody who stands long enough at the end of the pier learns that nothing there repeats itself, although everything comes
back: the boats at five, the gulls before the boats, the smell of diesel after both. The man with the *green bucket* says
that this is what he likes about it, and the woman who mends nets says that it is what she would change.

When the storm took the lamp, the harbour office wrote three letters and the sea answered none. It took a winter, a bill of
**four thousand**, and a boy with a torch who had not been asked, until there was light again; the boy was thanked in the
second paragraph of a notice about parking, and keeps the cutting in a tin with two fuses and a ticket to somewhere else.

"""
DRAFT = (
    """\
---
title: "Tide number {number}: what it left"
subtitle: A walk to the end of the pier and back, with the usual company
slug: tide-{number}
id: tide-{number}
status: {status}
date: 2026-11-{day:02}
tags: [tides, notes, harbour]
audience: everyone
cover_alt: The pier at low water
housekeeping:
  - The reading of next month is on a Thursday.
---

It is number {number}.

"""
    + PROSE
    + PROSE
)
NOWHERE = "http://127.0.0.1:9"
SECRETS = {"SUBSTACK_SID": "s:bench-session", "MEDIUM_TOKEN": "bench-token"}


def settings(address: str = NOWHERE, *, quiet: str = "2s", status: str = "off") -> str:
    """A newsletter with Substack as home, and Medium."""
    lines = (
        f"  substack: {{platform: substack, url: {address}, api: {address}/api/v1, session: env:SUBSTACK_SID}}\n"
        f"  medium: {{platform: medium, api: {address}/medium/v1, feed: {address}/medium/feed/@ada, token: env:MEDIUM_TOKEN}}"
    )
    return SETTINGS.format(home="home: substack", publications=lines, quiet=quiet, status=status)


def postboxes(addresses: Mapping[str, str], home: str | None = None) -> str:
    """A newsletter whose publications take one request each (``postbox``)."""
    lines = "\n".join(f"  {name}: {{platform: postbox, url: {url}}}" for name, url in addresses.items())
    said = f"home: {home}" if home else ""
    return SETTINGS.format(home=said, publications=lines, quiet="2s", status="off")


def write_drafts(folder: Path, count: int, *, status: str = "draft") -> None:
    """As many drafts as asked for, a hundred in each folder."""
    for number in range(count):
        path = folder / "drafts" / f"{number // 100:03}" / f"{number:05}-tide.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(DRAFT.format(number=number, day=number % 28 + 1, status=status), encoding="utf-8")


def long_post(first: int = 0, size: int = 20_000) -> str:
    """Markdown of about that many characters with what posts are made of; its parts are counted from the first."""
    parts: list[str] = []
    length, number = 0, first
    while length < size:
        number += 1
        part = (
            f"## Part {number}: what the tide left\n\n"
            f"The *first* thing to say is that **water {number}** returns, as [the almanac](https://tides.example/{number}) "
            f"tells, and `flow({number})` does not care who watches. It came at noon, it went at dusk, and between the two "
            f"somebody counted shells, wrote the count down, lost the paper and counted again.[^n{number}]\n\n{PROSE}"
            '- one shell, white\n- two shells, "grey"\n  - and a third inside\n- a rope\'s end\n\n'
            "> Nobody measures the sea twice in the same mood.\n\n"
            f"```python\nfor wave in range({number}):\n    print(wave)\n```\n\n"
            f"1. Walk to the pier.\n2. Wait -- it takes {number} minutes.\n3. Walk back.\n\n"
            f"[^n{number}]: The paper was found {number} years later.\n\n"
        )
        parts.append(part)
        length += len(part)
    return "".join(parts)


POST = b'{"id": "1", "url": "https://posts.example/1", "uri": "https://posts.example/users/a/statuses/1", "data": {"id": "1"}}'
ANSWER = b"HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(POST), POST)
LENGTH = re.compile(rb"(?i)\r\ncontent-length: *([0-9]+)")


async def _patient(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answers any request after a while with the record of a new post."""
    with suppress(asyncio.IncompleteReadError, ConnectionError):
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            length = LENGTH.search(head)
            await reader.readexactly(int(length[1]) if length else 0)
            await asyncio.sleep(ANSWER_SECONDS)
            writer.write(ANSWER)
            await writer.drain()
    writer.close()


async def _serve() -> None:
    server = await asyncio.start_server(_patient, "127.0.0.1", 0, backlog=512)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    await server.serve_forever()


@contextmanager
def patient_server() -> Iterator[str]:
    """The address of a server, a process of its own, that answers every request after ``ANSWER_SECONDS``."""
    process = subprocess.Popen([sys.executable, __file__], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield process.stdout.readline().strip()
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()


if __name__ == "__main__":
    asyncio.run(_serve())
