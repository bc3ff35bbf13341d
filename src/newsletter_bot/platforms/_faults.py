"""What a failure means: each is translated once, into the class that says what the caller should do."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import unescape
from urllib.parse import quote, unquote, urlsplit

from newsletter_bot.errors import DeliveryError, Refused, Unavailable, Unconfirmed
from newsletter_bot.platforms._answers import Answer, Call, Effect
from newsletter_bot.platforms._waiting import wait_of

SAID_AT_MOST = 200
"""Characters of a platform's own words that go into a message."""
EARLY_STATUSES = frozenset({408, 425})
"""Statuses that say nothing about whether the request was carried out; RFC 9110 section 15.5.9, RFC 8470 section 5.2."""

_INTERSTITIAL = r"just a moment|attention required! \| cloudflare|error code:? ?10\d\d"
_CHALLENGES = {
    403: re.compile(_INTERSTITIAL + "|cf-chl|challenge-platform", re.IGNORECASE),
    429: re.compile(_INTERSTITIAL + "|cf-chl|challenge-platform", re.IGNORECASE),
    # Cloudflare puts its scripts into the origin's own error pages too: those words prove nothing where it may have acted.
    503: re.compile(_INTERSTITIAL, re.IGNORECASE),
}
_LIMITED = re.compile(r"rate.?limit|too many requests", re.IGNORECASE)
_SECRET_ENOUGH = 6


def is_failure(answer: Answer) -> bool:
    """Whether the caller of this request cannot use the answer."""
    if answer.status in answer.call.accept:
        return is_challenge(answer)
    return not answer.ok


def is_challenge(answer: Answer) -> bool:
    """A bot check in front of the platform: nothing reached the platform itself."""
    marks = _CHALLENGES.get(answer.status)
    if marks is None:
        return False
    if answer.headers.get("cf-mitigated", "").lower() == "challenge":
        return True
    return answer.value is None and bool(marks.search(answer.text[:20_000]))


def is_limited(answer: Answer) -> bool:
    """Whether the platform asks us to slow down; some say so with a 403."""
    return answer.status == 429 or (answer.status == 403 and bool(_LIMITED.search(answer.text[:2_000])))


def failure_of(answer: Answer, *, service: str, secrets: Sequence[str], fix: str | None) -> DeliveryError:
    """The error that an unwelcome answer is."""
    said = redacted(said_in(answer), secrets)
    if is_challenge(answer):
        return _challenged(answer, service)
    if 300 <= answer.status < 400:
        return _redirected(answer, service, fix)
    if is_limited(answer):
        return _slow_down(answer, service, said)
    if answer.status >= 500 or answer.status in EARLY_STATUSES:
        return _broken(answer, service, said)
    words = f": {said}" if said else ""
    return Refused(f"{service} refused this ({answer.status}){words}", fix=fix or _USUAL_FIXES.get(answer.status))


_USUAL_FIXES = {
    401: "renew the credentials of this publication",
    403: "look whether this account may write there",
    404: "look at the address in the settings",
    413: "make the text or its images smaller",
}


def lost(call: Call, *, service: str, reason: str) -> DeliveryError:
    """No whole answer came after bytes may have left."""
    if call.effect in (Effect.READ, Effect.SAFE):
        return Unavailable(f"{service}: {reason}")
    if call.effect is Effect.CHANGE:
        return Unconfirmed(f"{service}: {reason}; the change may have been made, asking again does no harm")
    return Unconfirmed(f"{service}: {reason}; it may have been carried out")


def unreadable(answer: Answer, *, service: str, what: str) -> DeliveryError:
    """A 2xx that does not hold what it should."""
    return lost(answer.call, service=service, reason=f"{what} ({answer.status})")


def _challenged(answer: Answer, service: str) -> DeliveryError:
    until, wait = wait_of(answer)
    return Unavailable(
        f"{service} is behind a bot check that stopped this request ({answer.status}){wait}",
        retry_at=until,
        fix="try from another network, or set user_agent; the request did not reach the service",
    )


def _slow_down(answer: Answer, service: str, said: str) -> DeliveryError:
    until, wait = wait_of(answer)
    words = f": {said}" if said else ""
    return Unavailable(f"{service} asks us to slow down ({answer.status}){words}{wait}", retry_at=until)


def _broken(answer: Answer, service: str, said: str) -> DeliveryError:
    words = f": {said}" if said else ""
    if answer.call.effect in (Effect.CHANGE, Effect.CREATE):
        return lost(answer.call, service=service, reason=f"the service failed ({answer.status}){words}")
    until, wait = wait_of(answer)
    return Unavailable(f"{service} is not well ({answer.status}){words}{wait}", retry_at=until)


def _redirected(answer: Answer, service: str, fix: str | None) -> DeliveryError:
    target = urlsplit(answer.headers.get("location", ""))
    if "sign-in" in target.path or "signin" in target.path or "login" in target.path:
        return Refused(
            f"{service} sends us to its sign-in page ({answer.status})", fix="renew the credentials of this publication"
        )
    host = target.netloc.rpartition("@")[2] or "another place"
    return Refused(
        f"{service} sends us elsewhere, to {host} ({answer.status}); redirects are not followed",
        fix=fix or f"if {host} is right, put that address into the settings",
    )


def said_in(answer: Answer) -> str:
    """The platform's own words for a failure, without markup, cut short."""
    return plain_words(_words_of(answer.value) or _page_words(answer))


def _page_words(answer: Answer) -> str:
    if answer.value is not None:
        return ""
    text = answer.text[:20_000]
    title = re.search(r"<title[^>]*>(.*?)</title>", text, re.IGNORECASE | re.DOTALL)
    return title[1] if title else text[:2_000]


def _words_of(value: object) -> str:
    """From ``errors[].msg``, ``errors[].message``, ``error``, ``message``: what services commonly use."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return "; ".join(filter(None, (_words_of(entry) for entry in value[:5])))
    if not isinstance(value, dict):
        return ""
    for key in ("errors", "error", "message", "msg", "detail", "error_description"):
        words = _words_of(value.get(key))
        if words:
            return _with_place(value, words)
    return ""


def _with_place(value: dict[str, object], words: str) -> str:
    param = value.get("param") or value.get("field")
    return f"{param}: {words}" if isinstance(param, str) and param not in words else words


def plain_words(text: str) -> str:
    """Text without tags, control characters and runs of white space, of a length for one line."""
    bare = unescape(without_markup(text))
    line = " ".join("".join(char if char.isprintable() else " " for char in bare).split())
    return line if len(line) <= SAID_AT_MOST else line[: SAID_AT_MOST - 1].rstrip() + "…"


def without_markup(html: str) -> str:
    """The text of HTML, without scripts, styles and tags; linear in its length whatever it holds."""
    first, *rest = re.split(r"<(?:script|style)\b", html, flags=re.IGNORECASE)
    closed = (re.split(r"</(?:script|style)\s*>", part, maxsplit=1, flags=re.IGNORECASE) for part in rest)
    visible = [first, *(part[1] for part in closed if len(part) > 1)]
    return re.sub(r"<[^<>]*>", " ", " ".join(visible))


def redacted(text: str, secrets: Sequence[str]) -> str:
    """The text with every spelling of every secret blotted out."""
    spellings = {form for secret in secrets for form in (secret, unquote(secret), quote(secret, safe=""))}
    for secret in sorted(spellings, key=len, reverse=True):
        if len(secret) >= _SECRET_ENOUGH:
            text = text.replace(secret, "[secret]")
    return text
