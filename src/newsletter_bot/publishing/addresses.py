"""Stand-in addresses become real ones: home's, those of other issues, and those of uploaded images."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import unquote

from newsletter_bot.errors import Unavailable, Unconfirmed
from newsletter_bot.model import (
    HOME_ADDRESS,
    IMAGE_ADDRESS,
    ISSUE_ADDRESS,
    Delivery,
    ImageWay,
    Picture,
    Rendition,
    Visibility,
)
from newsletter_bot.ports import ImageHost, Outlet, Platform
from newsletter_bot.publishing.desk import Desk

_LINKED = re.compile(re.escape(ISSUE_ADDRESS) + r"([A-Za-z0-9._~%/-]+)")


def known_addresses(desk: Desk, rendition: Rendition, home: Delivery | None) -> Mapping[str, str]:
    """What every stand-in of a rendition stands for, as far as the ledger knows now."""
    addresses = dict[str, str]()
    if home and home.url and home.visibility is Visibility.PUBLIC:
        addresses[HOME_ADDRESS] = home.url
    for quoted in set(_LINKED.findall(rendition.body)):
        address = address_of(desk, unquote(quoted), rendition.publication)
        if address:
            addresses[ISSUE_ADDRESS + quoted] = address
    at_home = desk.ledger.uploaded(desk.home) if desk.home else {}
    return {**addresses, **{IMAGE_ADDRESS + digest: url for digest, url in at_home.items()}}


def address_of(desk: Desk, issue: str, publication: str = "") -> str | None:
    """Where a reader finds an issue: on this publication, else at home, else anywhere; None while it is nowhere in public."""
    public = {
        delivery.publication: delivery.url
        for delivery in desk.ledger.deliveries(issue)
        if delivery.url and delivery.visibility is Visibility.PUBLIC
    }
    record = desk.ledger.issue(issue)
    anywhere = next(iter(public.values()), record.url if record else None)
    return public.get(publication) or public.get(desk.home or "") or anywhere


def resolve(
    desk: Desk, outlet: Outlet, platform: Platform, rendition: Rendition, addresses: Mapping[str, str]
) -> Rendition:
    """The rendition with real addresses; images it carries are uploaded first, each once per publication and content.

    Raises Unavailable while an address that it needs is not known.
    """
    if outlet.capabilities.images is ImageWay.UPLOADED and isinstance(platform, ImageHost):
        carried = desk.ledger.uploaded(outlet.name)
        for image in rendition.images:
            if image.digest not in carried:
                _upload(desk, outlet, platform, image)
    ready = as_sent(desk, outlet, rendition, addresses)
    missing = _STAND_IN.search(f"{ready.body} {ready.canonical_url} {ready.cover}")
    if missing:
        raise Unavailable(f"needs the address of {_named(missing)}, which is not out yet")
    return ready


def as_sent(desk: Desk, outlet: Outlet, rendition: Rendition, addresses: Mapping[str, str]) -> Rendition:
    """The rendition with every address that is known now, images of this publication's own included."""
    uploaded = desk.ledger.uploaded(outlet.name)
    return rendition.resolved({**addresses, **{IMAGE_ADDRESS + digest: url for digest, url in uploaded.items()}})


_STAND_IN = re.compile(
    "|".join(re.escape(a) + r"[^\s\"'<>\\\\)]*" for a in (HOME_ADDRESS, ISSUE_ADDRESS, IMAGE_ADDRESS))
)


def _named(stand_in: re.Match[str]) -> str:
    text = stand_in.group()
    if text.startswith(ISSUE_ADDRESS):
        return f"issue {text.removeprefix(ISSUE_ADDRESS)}"
    return "home's post" if text.startswith(HOME_ADDRESS) else "an image at home"


def _upload(desk: Desk, outlet: Outlet, host: ImageHost, image: Picture) -> None:
    desk.report(outlet.name, f"uploading {image.name}")
    try:
        url = host.upload(image)
    except Unconfirmed as error:
        # An image that arrived twice is only an unused copy: the post itself was not begun.
        raise Unavailable(f"the image {image.name} may not have arrived: {error.message}") from error
    desk.ledger.record_upload(outlet.name, image.digest, url)
