"""What became of pages that are linked: asked politely, one request at a time for each host, and remembered."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from functools import partial
from urllib.parse import urlsplit

from newsletter_bot.app import Bot
from newsletter_bot.app.network import limits_of
from newsletter_bot.errors import SourceError
from newsletter_bot.model import digest_of
from newsletter_bot.sources.fetch import Fetched, Limits, ask

LOOKED = "links/looked/"
GOOD_FOR = timedelta(days=2)
"""A page that was well is not asked for again for so long."""
BAD_FOR = timedelta(minutes=10)
"""One that was not is asked for again sooner: the writer may have mended the link."""
MOST = 300
"""Most pages asked for in one run."""
EACH_HOST = 40
AT_ONCE = 8
"""Hosts asked side by side."""
GONE = frozenset({404, 410})
TOO_MANY = 429
GUARDED = frozenset({401, 403, 405, 406, 429, 451, 501, 999})
"""Answers of servers that turn programs away and let readers in."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What asking for a page showed: ``trouble`` is a phrase after "the link …", ``target`` where it has moved for good."""

    trouble: str | None = None
    gone: bool = False
    target: str | None = None


def known_verdicts(bot: Bot, addresses: Iterable[str]) -> dict[str, Verdict]:
    """What is remembered of these pages, however old."""
    known = {address: _recalled(bot, address) for address in addresses}
    return {address: found[0] for address, found in known.items() if found}


def verdicts_on(bot: Bot, addresses: Iterable[str]) -> dict[str, Verdict]:
    """What becomes of a reader who follows these links, as far as they were asked for; what was asked lately is not again."""
    links = list(dict.fromkeys(addresses))
    told = _verdicts_on_pages(bot, list(dict.fromkeys(map(_page, links))))
    return {address: told[_page(address)] for address in links if _page(address) in told}


def _page(address: str) -> str:
    """What is asked for: a fragment stays with the reader."""
    return address.partition("#")[0]


def _verdicts_on_pages(bot: Bot, wanted: Sequence[str]) -> dict[str, Verdict]:
    now = bot.clock()
    known = {address: found for address in wanted if (found := _recalled(bot, address))}
    fresh = {address: verdict for address, (verdict, at) in known.items() if now - at <= _good_for(verdict)}
    asked = _asked([address for address in wanted if address not in fresh][:MOST], limits_of(bot.settings))
    for address, verdict in asked.items():
        bot.ledger.remember(_key(address), json.dumps({**asdict(verdict), "at": now.isoformat()}))
    return {**asked, **fresh}


def _good_for(verdict: Verdict) -> timedelta:
    return BAD_FOR if verdict.trouble else GOOD_FOR


def _recalled(bot: Bot, address: str) -> tuple[Verdict, datetime] | None:
    text = bot.ledger.recall(_key(address))
    if text is None:
        return None
    value = json.loads(text)
    return Verdict(value["trouble"], value["gone"], value["target"]), datetime.fromisoformat(value["at"])


def _key(address: str) -> str:
    return f"{LOOKED}{digest_of(_page(address))[:32]}"


def _asked(addresses: Sequence[str], limits: Limits) -> Mapping[str, Verdict]:
    by_host = defaultdict[str, list[str]](list)
    for address in addresses:
        by_host[_host(address)].append(address)
    if not by_host:
        return {}
    with ThreadPoolExecutor(max_workers=min(AT_ONCE, len(by_host))) as pool:
        answers = pool.map(partial(_asked_of_host, limits=limits), by_host.values())
        return {address: verdict for answer in answers for address, verdict in answer.items()}


def _host(address: str) -> str:
    try:
        return urlsplit(address).netloc.lower()
    except ValueError:
        return ""


def _asked_of_host(addresses: Sequence[str], *, limits: Limits) -> dict[str, Verdict]:
    """One page after another; a host that does not answer, or asks for patience, is not asked for the rest."""
    found = dict[str, Verdict]()
    for address in addresses[:EACH_HOST]:
        try:
            answer = _answer(address, limits)
            if answer.status == TOO_MANY:
                break
            found[address] = _judged(address, answer)
        except SourceError as error:
            # A host that is not known may only mean that this machine is offline: gone is what a server says is gone.
            found[address] = Verdict(f"cannot be followed: {error.message}")
            if "no full answer" in error.message or "no answer" in error.message:
                break
    return found


def _answer(address: str, limits: Limits) -> Fetched:
    """The head of a page; the whole page where a server has no heads, or says that there is none."""
    found = ask(address, method="HEAD", limits=limits)
    if found.status < 400 or found.status in {401, 429}:
        return found
    return ask(address, limits=limits)


def _judged(address: str, found: Fetched) -> Verdict:
    status = found.status
    if status in GONE:
        return Verdict(f"leads nowhere: the server answered {status}", gone=True)
    if status >= 400 and status not in GUARDED:
        return Verdict(f"may be broken: the server answered {status}")
    if found.moved and not _is_door(address, found.url):
        return Verdict(f"has moved for good to {found.url}", target=found.url)
    return Verdict()


def _is_door(address: str, target: str) -> bool:
    """Whether the target is only where everybody is sent first: a page to log in, or the front page."""
    try:
        path = urlsplit(target).path.strip("/").lower()
        return any(word in path for word in ("login", "signin", "consent")) or (
            not path and bool(urlsplit(address).path.strip("/"))
        )
    except ValueError:
        return True
