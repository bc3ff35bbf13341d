"""Links of drafts and of the last issue: those that lead nowhere, have moved, or were in an issue before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from newsletter_bot import markup
from newsletter_bot.app import Bot
from newsletter_bot.app.quoting import Words, quoted, web_address
from newsletter_bot.app.suggestions import Suggestion, identity
from newsletter_bot.app.verdicts import Verdict, known_verdicts, verdicts_on
from newsletter_bot.assembly import choose_notices
from newsletter_bot.document import Block, Document, Image
from newsletter_bot.errors import NewsletterError
from newsletter_bot.markup.walk import walk
from newsletter_bot.model import (
    Delivery,
    Draft,
    Finding,
    IssueRecord,
    Level,
    Notice,
    Origin,
    State,
    Visibility,
)
from newsletter_bot.publishing.illustrating import is_on_web
from newsletter_bot.publishing.linked import web_links
from newsletter_bot.publishing.preparing import shelf

NOISE = ("utm_", "fbclid", "gclid", "mc_cid", "mc_eid")
"""Parameters that tell who sent a reader, not where."""

Places = Mapping[str, Finding]


def dead_links(bot: Bot) -> Iterator[Finding]:
    """Links and remote images of what is still to go out that lead nowhere or have moved; the network is asked, politely."""
    pictures = _pictures(bot)
    places = {**pictures, **_places(bot)}
    found = verdicts_on(bot, places)
    for address, verdict in found.items():
        if verdict.trouble:
            kind = "image" if address in pictures else "link"
            message = f"the {kind} {_shortened(address)} {verdict.trouble}"
            fix = f"write {verdict.target}" if verdict.target else "look at it, and correct or remove it"
            yield replace(places[address], level=Level.WARNING, message=message, fix=fix)
    if left := len(places) - len(found):
        were = "links were" if left > 1 else "link was"
        message = f"{left} {were} not looked at: a host is down, asks for patience, or was asked enough for one run"
        fix = "run check again later: pages that were well are remembered and not asked for again"
        yield Finding(level=Level.INFO, message=message, fix=fix)


def _shortened(address: str) -> str:
    return address if len(address) <= 100 else f"{address[:99]}…"


def repeated_links(bot: Bot) -> Iterator[Finding]:
    """Links of drafts that readers were given before, each with the issue that gave it."""
    before: dict[str, IssueRecord] = {}
    for record in bot.ledger.issues():
        before.update({_page(address): record for address in record.links})
    if not before:
        return
    for address, place in _places(bot).items():
        earlier = before.get(_page(address))
        if earlier:
            message = f"you linked {address} in issue {earlier.number}, {earlier.title!r}"
            yield replace(place, message=message, fix="leave it, if you mean to")


def _page(address: str) -> str:
    """The page that an address means, blind to its spelling, its fragment and who sends the reader."""
    try:
        parts = urlsplit(address)
        wanted = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if not pair[0].startswith(NOISE)]
    except ValueError:
        return address
    host = parts.netloc.lower().removeprefix("www.")
    return urlunsplit(("", host, parts.path.rstrip("/"), urlencode(wanted), ""))


def _places(bot: Bot) -> Places:
    """Where each web address stands first in what is no issue yet; the finding only says the place."""
    places: dict[str, Finding] = {}
    for draft in _waiting(bot):
        for address, line in web_links(_nodes(_read(draft))):
            places.setdefault(address, Finding(level=Level.INFO, message="", file=draft.path, line=line))
    for notice in _notices(bot):
        where = notice.origin or Origin(file="drafts/_housekeeping.md")
        for address, _ in web_links(_nodes(markup.read(notice.text, smart=False))):
            places.setdefault(address, Finding(level=Level.INFO, message="", file=where.file, line=where.line))
    return places


def _pictures(bot: Bot) -> Places:
    """Where each image stands first that is shown from the web, and that was not asked for already."""
    places: dict[str, Finding] = {}
    for draft in _waiting(bot):
        for node in walk(_read(draft)):
            if isinstance(node, Image) and is_on_web(node.src) and node.src not in bot.newsroom.fetched:
                place = Finding(level=Level.INFO, message="", file=draft.path, line=node.line or None)
                places.setdefault(node.src, place)
    return places


def _notices(bot: Bot) -> Sequence[Notice]:
    """The notices that the next issues will carry."""
    waiting = list(_waiting(bot))
    used = frozenset(notice.key for record in bot.ledger.issues() for notice in record.notices)
    try:
        inbox = bot.newsroom.notices()
    except NewsletterError:
        inbox = ()  # told where notices are looked at
    return choose_notices(inbox, waiting, used, bot.desk.frame.local_day(bot.clock()))


def _read(draft: Draft) -> Document:
    return markup.read(draft.body, first_line=draft.body_line, smart=False)


def _waiting(bot: Bot) -> Iterator[Draft]:
    shelved = shelf(bot.desk)
    for entry in shelved.entries:
        if shelved.record_of(entry) is None:
            try:
                yield bot.newsroom.draft(entry.path)
            except NewsletterError:
                continue  # what is wrong with it is told where drafts are looked at


def _nodes(document: Document) -> Sequence[Block]:
    return [*document.blocks, *(block for footnote in document.footnotes for block in footnote.children)]


# --- the last issue -----------------------------------------------------------------------------------------------


def look_at_last_issue(bot: Bot) -> None:
    """Ask for the links of the last issue, so that the lost ones are known."""
    found = _last_issue(bot)
    if found:
        verdicts_on(bot, found[0].links)


def lost_links(bot: Bot) -> Iterator[Suggestion]:
    """A suggestion for each link of the last issue that is known to lead nowhere any more, or to have moved for good."""
    found = _last_issue(bot)
    if not found:
        return
    record, delivery = found
    for address, verdict in known_verdicts(bot, record.links).items():
        if verdict.gone or verdict.target:
            yield _lost(record, delivery, address, verdict)


def _lost(record: IssueRecord, delivery: Delivery, address: str, verdict: Verdict) -> Suggestion:
    title = Words(record.title, delivery.url)
    told: Sequence[Words]
    if verdict.target:
        told = (Words("A page that we linked in "), title, Words(" has moved: "), _page_words(verdict.target))
    else:
        told = (Words("A page that we linked in "), title, Words(f" is gone: {_bare(address)}"))
    return Suggestion(
        id=identity("link", record.id, address, verdict.target or ""),
        kind="link",
        text=quoted(*told),
        source=f"issue {record.number}: {address}",
    )


def _page_words(address: str) -> Words:
    return Words(_bare(address), web_address(address))


def _bare(address: str) -> str:
    return address.partition("//")[2].rstrip("/")


def _last_issue(bot: Bot) -> tuple[IssueRecord, Delivery] | None:
    """The newest issue that readers have, and its delivery at home (else anywhere)."""
    for record in reversed(bot.ledger.issues()):
        public = [one for one in bot.ledger.deliveries(record.id) if _readable(one)]
        if public:
            return record, min(public, key=lambda one: one.publication != bot.settings.home)
    return None


def _readable(delivery: Delivery) -> bool:
    return delivery.state is State.DELIVERED and delivery.visibility is Visibility.PUBLIC
