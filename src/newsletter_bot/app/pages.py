"""The preview as one page that stands alone: the issue as a reader would see it, and what each publication cannot carry."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from importlib.resources import files

from newsletter_bot.markup import write
from newsletter_bot.model import IMAGE_ADDRESS, Format, Rendition
from newsletter_bot.publishing.addresses import known_addresses
from newsletter_bot.publishing.desk import Desk
from newsletter_bot.publishing.plans import Plan, PlannedDelivery
from newsletter_bot.publishing.running import home_of
from newsletter_bot.renditions import gathered, with_titles

_LONGEST_NAME = 60
_GUARD = "default-src 'none'; img-src 'self' file: data: http: https:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
"""Whatever a text holds, the page shows pictures and runs, sends and embeds nothing."""


def image_files(plan: Plan) -> Mapping[str, str]:
    """Where the page looks for each picture, by digest: names that stand in an address as they are."""
    return {
        picture.digest: f"images/{picture.digest[:16]}-{_plain(picture.name)}"
        for picture in plan.prepared.issue.pictures.values()
    }


def _plain(name: str) -> str:
    stem, dot, suffix = name.rpartition(".")
    words = [re.sub(r"[^A-Za-z0-9_-]+", "-", part)[:_LONGEST_NAME] for part in (stem, suffix)]
    return dot.join(words) if dot else words[1]


def reachable(desk: Desk, plan: Plan, rendition: Rendition) -> Mapping[str, str]:
    """What the stand-in addresses of a rendition are for the files of a preview: images lie beside them."""
    known = known_addresses(desk, rendition, home_of(desk, plan.prepared.record.id))
    return {**known, **{IMAGE_ADDRESS + digest: name for digest, name in image_files(plan).items()}}


def preview_page(desk: Desk, plan: Plan) -> str:
    """The page; images are taken from the folder ``images`` beside it."""
    issue = plan.prepared.issue
    style = (files("newsletter_bot.app") / "preview.css").read_text(encoding="utf-8")
    publications = "".join(_publication(delivery) for delivery in plan.deliveries)
    subtitle = f'<p class="subtitle">{escape(issue.subtitle)}</p>' if issue.subtitle else ""
    return (
        f'<!doctype html>\n<html lang="{escape(issue.language)}">\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_GUARD}">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{escape(issue.title)}</title>\n'
        f'<style>\n{style}</style>\n<main>\n<article>\n<header><p class="issue">{escape(issue.newsletter)} · '
        f"issue {issue.number} · {escape(issue.slot)}</p>\n<h1>{escape(issue.title)}</h1>\n{subtitle}</header>\n"
        f"{_body(desk, plan)}</article>\n<aside>\n<h2>Where it goes</h2>\n{publications}</aside>\n</main>\n</html>\n"
    )


def _body(desk: Desk, plan: Plan) -> str:
    issue = plan.prepared.issue
    html = write(with_titles(issue.document, issue.language), Format.HTML)
    addresses = [reachable(desk, plan, rendition) for rendition in plan.prepared.renditions.values()]
    for stand_in, address in {key: value for each in reversed(addresses) for key, value in each.items()}.items():
        html = html.replace(stand_in, escape(address))
    return html


def _publication(delivery: PlannedDelivery) -> str:
    losses = "".join(
        f"<li>{where}{': ' if where else ''}{escape(loss.what)}<br><small>{escape(loss.instead)}</small></li>"
        for where, loss in gathered(delivery.losses)
    )
    listed = f"<ul>{losses}</ul>" if losses else "<p><small>carries everything as written</small></p>"
    return (
        f'<section><h3>{escape(delivery.publication)} <span class="{delivery.action.value}">{delivery.action.value}</span></h3>'
        f"<p>{escape(delivery.reason)}</p>{listed}</section>\n"
    )
