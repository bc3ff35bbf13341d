"""The preview as one page that stands alone: the issue as a reader would see it, and what each publication cannot carry."""

from __future__ import annotations

from html import escape
from importlib.resources import files

from newsletter_bot.markup import write
from newsletter_bot.model import IMAGE_ADDRESS, Format, Issue
from newsletter_bot.publishing.plans import Plan, PlannedDelivery


def preview_page(plan: Plan) -> str:
    """The page; images are taken from the folder ``images`` beside it."""
    issue = plan.prepared.issue
    style = (files("newsletter_bot.app") / "preview.css").read_text(encoding="utf-8")
    publications = "".join(_publication(delivery) for delivery in plan.deliveries)
    subtitle = f'<p class="subtitle">{escape(issue.subtitle)}</p>' if issue.subtitle else ""
    return (
        f'<!doctype html>\n<html lang="{escape(issue.language)}">\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{escape(issue.title)}</title>\n'
        f'<style>\n{style}</style>\n<main>\n<article>\n<header><p class="issue">{escape(issue.newsletter)} · '
        f"issue {issue.number} · {escape(issue.slot)}</p>\n<h1>{escape(issue.title)}</h1>\n{subtitle}</header>\n"
        f"{_body(issue)}</article>\n<aside>\n<h2>Where it goes</h2>\n{publications}</aside>\n</main>\n</html>\n"
    )


def _body(issue: Issue) -> str:
    html = write(issue.document, Format.HTML)
    for picture in issue.pictures.values():
        html = html.replace(IMAGE_ADDRESS + picture.digest, f"images/{picture.digest[:16]}-{escape(picture.name)}")
    return html


def _publication(delivery: PlannedDelivery) -> str:
    losses = "".join(
        f"<li>{f'line {loss.line}: ' if loss.line else ''}{escape(loss.what)}<br><small>{escape(loss.instead)}</small></li>"
        for loss in delivery.losses
    )
    listed = f"<ul>{losses}</ul>" if losses else "<p><small>carries everything as written</small></p>"
    return (
        f'<section><h3>{escape(delivery.publication)} <span class="{delivery.action.value}">{delivery.action.value}</span></h3>'
        f"<p>{escape(delivery.reason)}</p>{listed}</section>\n"
    )
