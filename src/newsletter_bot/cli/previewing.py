"""preview."""

from __future__ import annotations

from pathlib import Path

import click

from newsletter_bot.cli import Session, pass_session
from newsletter_bot.cli.opening import opened
from newsletter_bot.errors import UsageError
from newsletter_bot.publishing.desk import Desk
from newsletter_bot.publishing.plans import Plan

EXTENSIONS = {
    "substack": "json",
    "medium": "html",
    "html": "html",
    "email": "html",
    "plain": "txt",
    "announcement": "txt",
}


@click.command(short_help="Write the issue as each publication would carry it.")
@click.argument("draft", required=False)
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder to write to; made when missing.")
@pass_session
def preview(session: Session, draft: str | None, *, out: Path) -> None:
    """Write what each publication would carry, its plain text, the images, and a page to look at: index.html.

    DRAFT is a path or an id, of a draft that is not ready too; without it, the draft whose turn it is.
    """
    from newsletter_bot.publishing import cases

    with opened(session) as bot:
        plan = cases.rehearse(bot.desk, draft)
        if plan is None:
            raise UsageError(
                "there is no draft to preview", fix="name one: newsletter-bot preview drafts/NAME.md --out DIR"
            )
        try:
            written = _write(bot.desk, plan, out)
        except OSError as error:
            raise UsageError(
                f"the preview cannot be written: {error.strerror}", file=error.filename, key="--out"
            ) from error
        session.voice.document({"files": [str(path) for path in written]})
        for path in written:
            session.voice.say(str(path))


def _write(desk: Desk, plan: Plan, out: Path) -> list[Path]:
    from newsletter_bot.app.pages import image_files, preview_page, reachable

    images = image_files(plan)
    files: list[Path] = []

    def put(name: str, content: str | bytes) -> None:
        path = out / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        files.append(path)

    for picture in plan.prepared.issue.pictures.values():
        put(images[picture.digest], picture.data)
    for name, rendition in plan.prepared.renditions.items():
        seen = rendition.resolved(reachable(desk, plan, rendition))
        put(f"{name}.{EXTENSIONS.get(seen.format.value, 'md')}", seen.body)
        put(f"{name}.txt", seen.plain)
    put("index.html", preview_page(desk, plan))
    return files
