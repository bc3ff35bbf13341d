"""The pictures of an issue: files beside what shows them, and those on the web that a publication is to store."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields

from newsletter_bot.assembly import SETTINGS, Fault, images_in, images_of, path_of, template_file
from newsletter_bot.errors import BadPictureError, DraftError
from newsletter_bot.model import Draft, ImageWay, Issue, Notice, Picture, digest_of
from newsletter_bot.publishing.desk import Desk

_WEB = ("http://", "https://")


def illustrated(
    desk: Desk, drafts: Sequence[Draft], notices: Sequence[Notice], *, issue: str | None = None
) -> tuple[Mapping[str, Picture], Mapping[str, Fault]]:
    """The pictures by their path below the newsletter's folder or their address, and why the others cannot be shown.

    A file that cannot be shown keeps the issue from going out where it shows it, an address does not. ``issue`` is the
    one that is out already: what it took from the web it keeps.
    """
    pictures: dict[str, Picture] = {}
    faults: dict[str, Fault] = {}
    named = list(dict.fromkeys(_sources(desk, drafts, notices)))
    for file, source in named:
        if "://" in source or source.startswith("//"):
            continue
        try:
            pictures[path_of(file, source)] = desk.newsroom.picture(file, source)
        except DraftError as error:
            faults[path_of(file, source)] = Fault(error.message, error.fix)
    if any(outlet.capabilities.images is ImageWay.UPLOADED for outlet in desk.outlets.values()):
        _add_from_web(desk, [source for _, source in named if is_on_web(source)], issue, (pictures, faults))
    return pictures, faults


def is_on_web(source: str) -> bool:
    """Whether a picture is named by an address that can be asked for it."""
    return source.lower().startswith(_WEB)


def _sources(desk: Desk, drafts: Sequence[Draft], notices: Sequence[Notice]) -> Iterator[tuple[str, str]]:
    """Every picture as its file names it."""
    for draft in drafts:
        yield from ((draft.path, image.source) for image in images_of(draft))
        yield from ((draft.path, image.source) for text in _told(draft.extra) for image in images_in(text))
    texts = [(notice.origin.file, notice.text) for notice in notices if notice.origin]
    texts += [(SETTINGS, desk.frame.sign_off)]
    texts += [(template_file(name), source) for name, source in desk.frame.templates.items()]
    for file, text in texts:
        yield from ((file, image.source) for image in images_in(text))


def _told(value: object) -> Iterator[str]:
    """The texts of front matter that may show a picture where a template reads them as Markdown."""
    if isinstance(value, str):
        yield from [value] if "![" in value else ()
    elif isinstance(value, Mapping):
        yield from (text for entry in value.values() for text in _told(entry))
    elif isinstance(value, list):
        yield from (text for entry in value for text in _told(entry))


# --- on the web ---------------------------------------------------------------------------------------------------


def _add_from_web(
    desk: Desk, named: Iterable[str], issue: str | None, found: tuple[dict[str, Picture], dict[str, Fault]]
) -> None:
    pictures, faults = found
    addresses = list(dict.fromkeys(named))
    known = _known(desk, issue, addresses) if issue else {}
    pictures |= known
    fetched = desk.newsroom.pictures_from([address for address in addresses if address not in known])
    for address, answer in fetched.items():
        if isinstance(answer, Picture):
            pictures[address] = answer
        else:
            faults[address] = Fault(answer.message, answer.fix, nothing=isinstance(answer, BadPictureError))


def _fact(issue: str, address: str) -> str:
    return f"pictures/{issue}/{digest_of(address)[:32]}"


def remember_pictures(desk: Desk, issue: Issue) -> None:
    """What was on the web when the issue was promised is what it shows, whatever becomes of it there."""
    for address, picture in issue.pictures.items():
        if is_on_web(address):
            named = {each.name: getattr(picture, each.name) for each in fields(Picture) if each.name != "data"}
            desk.ledger.remember(_fact(issue.id, address), json.dumps(named))


def _known(desk: Desk, issue: str, addresses: Sequence[str]) -> Mapping[str, Picture]:
    """The pictures as they were promised: what they were is remembered, their bytes lie with the renditions."""
    facts = {address: json.loads(said) for address in addresses if (said := desk.ledger.recall(_fact(issue, address)))}
    stored = _stored(desk, issue) if facts else {}
    return {
        address: Picture(**fact, data=stored[fact["digest"]])
        for address, fact in facts.items()
        if fact["digest"] in stored
    }


def _stored(desk: Desk, issue: str) -> Mapping[str, bytes]:
    renditions = [desk.ledger.rendition(delivery.promised) for delivery in desk.ledger.deliveries(issue)]
    return {image.digest: image.data for rendition in renditions if rendition for image in rendition.images}
