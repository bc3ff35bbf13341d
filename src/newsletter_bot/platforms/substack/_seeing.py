"""Reading Substack without a session, as a reader does; and saying who we are with one."""

from __future__ import annotations

import re
from urllib.parse import quote, unquote, urlsplit

from newsletter_bot.errors import Vanished
from newsletter_bot.model import Receipt, Rendition
from newsletter_bot.platforms._http import Answer, Call
from newsletter_bot.platforms.substack._site import Site

REDIRECTS = (301, 302, 307, 308)


def verify(site: Site, receipt: Receipt, rendition: Rendition) -> bool:
    """Whether the public post carries the title. When it is not in view, the owner's copy says whether it is gone."""
    answer = _public(site, receipt, rendition)
    if answer.ok:
        return _shows(site, answer, rendition)
    if site.read(receipt.remote_id) is None:
        raise Vanished(f"Substack: the post {receipt.remote_id} is not there any more", fix="it was deleted there")
    return False


def _public(site: Site, receipt: Receipt, rendition: Rendition) -> Answer:
    """By its address on the publication; where that sends us to its own domain, by its number."""
    slug = _slug_of(receipt.url) or rendition.slug
    if slug:
        url = f"{site.url}/api/v1/posts/{quote(slug, safe='')}"
        answer = site.wire.send(Call(method="GET", url=url, anonymous=True, accept=(404, *REDIRECTS)))
        if answer.status not in REDIRECTS:
            return answer
    url = f"{site.api}/posts/by-id/{quote(receipt.remote_id, safe='')}"
    return site.wire.send(Call(method="GET", url=url, anonymous=True, accept=(404,)))


def _shows(site: Site, answer: Answer, rendition: Rendition) -> bool:
    record = site.wire.record(answer)
    post = record.get("post") if isinstance(record.get("post"), dict) else record
    if not isinstance(post, dict) or post.get("is_published") is False:
        return False
    return " ".join(str(post.get("title") or "").split()) == " ".join(rendition.title.split())


def _slug_of(url: str | None) -> str:
    found = re.search(r"/p/([^/?#]+)", urlsplit(url or "").path)
    return unquote(found[1]) if found else ""


def reach(site: Site) -> str:
    """Who we are and for what we may write; a request that only staff may make proves it."""
    account = site.account
    site.wire.record(site.send(Call(method="GET", url="post_management/counts")))
    host = urlsplit(site.url).netloc
    paper = f"{account.title} ({host})" if account.title else host
    return f"{account.name}, {account.role} of {paper}" if account.role else f"{account.name} at {paper}"
