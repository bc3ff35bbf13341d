"""preview."""

from __future__ import annotations

from pathlib import Path

import click

from newsletter_bot.cli import Session, pass_session
from newsletter_bot.cli.opening import opened
from newsletter_bot.errors import UsageError
from newsletter_bot.publishing.plans import Plan

EXTENSIONS = {
    "substack": "json",
    "medium": "html",
    "html": "html",
    "email": "html",
    "plain": "txt",
    "announcement": "txt",
}


@click.command()
@click.argument("draft", required=False)
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder to write to; made when missing.")
@pass_session
def preview(session: Session, draft: str | None, *, out: Path) -> None:
    """Write the files of each publication's rendition: its body as it is sent, its plain text, images, and a page to look at."""
    from newsletter_bot.publishing import cases
    from newsletter_bot.publishing.desk import Wishes

    with opened(session) as bot:
        plan = cases.plan(bot.desk, draft, Wishes())
        if plan is None:
            raise UsageError(
                "there is no draft to preview", fix="name one: newsletter-bot preview drafts/NAME.md --out DIR"
            )
        try:
            written = list(_write(plan, out))
        except OSError as error:
            raise UsageError(
                f"the preview cannot be written: {error.strerror}", file=error.filename, key="--out"
            ) from error
        session.voice.document({"files": [str(path) for path in written]})
        for path in written:
            session.voice.say(str(path))


def _write(plan: Plan, out: Path) -> list[Path]:
    from newsletter_bot.app.pages import preview_page

    out.mkdir(parents=True, exist_ok=True)
    files: list[Path] = []

    def put(name: str, content: str | bytes) -> None:
        path = out / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        files.append(path)

    for picture in plan.prepared.issue.pictures.values():
        put(f"images/{picture.digest[:16]}-{picture.name}", picture.data)
    for name, rendition in plan.prepared.renditions.items():
        put(f"{name}.{EXTENSIONS.get(rendition.format.value, 'md')}", rendition.body)
        put(f"{name}.txt", rendition.plain)
    put("index.html", preview_page(plan))
    return files
