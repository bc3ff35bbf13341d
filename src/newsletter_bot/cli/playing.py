"""sandbox and demo."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from newsletter_bot.cli import Session, pass_session
from newsletter_bot.errors import UsageError


@click.command(short_help="A local stand-in for Substack and Medium.")
@click.option("--port", type=click.IntRange(0, 65535), default=8787, show_default=True, help="0 takes a free one.")
@click.option("--fault", "faults", multiple=True, metavar="FAULT", help="Such as substack.publish=lose_answer:1")
@click.option("--dir", "directory", type=click.Path(path_type=Path), help="Keep posts in this folder.")
@pass_session
def sandbox(session: Session, *, port: int, faults: Sequence[str], directory: Path | None) -> None:
    """A local stand-in for Substack- and Medium-style services, with faults on demand. Ends with Ctrl-C.

    Listens on 127.0.0.1 only. The page at its address lists all it holds; POST /_sandbox/faults sets faults while it runs.
    """
    from newsletter_bot.sandbox import Sandbox, parse_fault, serve

    state = Sandbox(directory=directory)
    try:
        for fault in faults:
            state.faults.add(parse_fault(fault))
        server = serve(port=port, state=state)
    except ValueError as error:
        raise UsageError(str(error), key="--fault", fix="such as substack.publish=lose_answer:1") from error
    except OSError as error:
        raise UsageError(
            f"port {port} cannot be had: {error.strerror}", key="--port", fix="take another, or 0"
        ) from error
    session.voice.document({"url": server.url, "session": state.session, "token": state.token})
    for line in settings_lines(server.url):
        session.voice.say(line)
    session.voice.say(f"\nexport SUBSTACK_SID='{state.session}' MEDIUM_TOKEN='{state.token}'")
    session.voice.say(f"\nRead what it holds at {server.url}/   (Ctrl-C ends it)", bold=True)
    try:
        server.wait()
    except KeyboardInterrupt:
        session.voice.say("\nended")
    finally:
        server.close()


def settings_lines(url: str) -> list[str]:
    """The publications of schedule.yaml that point at the stand-in."""
    return [
        "home: substack",
        "publications:",
        "  substack:",
        "    platform: substack",
        f"    url: {url}",
        f"    api: {url}/api/v1",
        "    session: env:SUBSTACK_SID",
        "  medium:",
        "    platform: medium",
        f"    api: {url}/medium/v1",
        f"    feed: {url}/medium/feed/@ada",
        "    token: env:MEDIUM_TOKEN",
    ]


@click.command(short_help="The whole story, against the sandbox.")
@click.option("--keep", is_flag=True, help="Keep the folder, and say where it is.")
@pass_session
def demo(session: Session, *, keep: bool) -> None:
    """The whole story in a temporary folder against the sandbox: assemble, publish, read back, publish again, edit, streak."""
    from newsletter_bot.cli.story import tell

    tell(session, keep=keep)
