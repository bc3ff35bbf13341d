"""How to speak to one publication: by its own routes, or by Substack's with the publication's id where those are closed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from newsletter_bot.errors import Refused, SettingsError
from newsletter_bot.platforms._checks import secret
from newsletter_bot.platforms._faults import is_challenge, is_failure
from newsletter_bot.platforms._http import Answer, Call, Effect, Wire, at
from newsletter_bot.platforms.substack._post import Post

CLOSED = (401, 403, 404)
"""What a publication's own routes answer where only Substack's serve it."""
_COOKIES = ("substack.sid", "connect.sid")


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Who we are there, and what we may do on the publication; ``publication`` is its number where the profile lists it."""

    user: int
    name: str
    publication: int | None = None
    title: str = ""
    role: str = ""


@dataclass(frozen=True, kw_only=True)
class Site:
    """One publication; remembers which of its routes are served where."""

    url: str
    api: str
    wire: Wire
    _own: set[str] = field(default_factory=set[str])
    _shared: set[str] = field(default_factory=set[str])

    def send(self, call: Call) -> Answer:
        """The answer to a call whose address is a path below the API, such as ``drafts/12``."""
        place = call.url.partition("/")[0]
        if place in self._shared:
            return self._taken(self.wire.attempt(self._on_service(call)))
        answer = self.wire.attempt(self._on_publication(call))
        if answer.ok:
            self._own.add(place)
        if place in self._own or answer.status not in CLOSED or is_challenge(answer):
            return self._taken(answer)
        return self._elsewhere(call, place, answer)

    def _elsewhere(self, call: Call, place: str, first: Answer) -> Answer:
        """Nothing was done on the publication's own route: the same by Substack's."""
        if self.account.publication is None:
            return self._taken(first)
        second = self.wire.attempt(self._on_service(call))
        if second.ok:
            self._shared.add(place)
        if second.status in CLOSED and second.status not in call.accept and first.status not in call.accept:
            raise self.wire.failure(first)
        return self._taken(second)

    def _taken(self, answer: Answer) -> Answer:
        if is_failure(answer):
            raise self.wire.failure(answer)
        return answer

    def _on_publication(self, call: Call) -> Call:
        return _first_party(at(call, f"{self.url}/api/v1/{call.url}"))

    def _on_service(self, call: Call) -> Call:
        return _first_party(at(call, f"{self.api}/{call.url}", publication_id=self.account.publication or 0))

    def read(self, remote_id: str) -> Post | None:
        """The post of that number; None when there is none."""
        answer = self.send(Call(method="GET", url=f"drafts/{quote(remote_id, safe='')}", accept=(404,)))
        return Post(self.wire.record(answer)) if answer.ok else None

    def change(self, method: str, path: str, body: Any = None, *, accept: tuple[int, ...] = ()) -> Answer:
        """A request that brings a post into a state; doing it again does no more."""
        return self.send(Call(method=method, url=path, json=body, effect=Effect.CHANGE, accept=accept))

    @cached_property
    def account(self) -> Account:
        """Our own profile, asked once. Raises Refused when the session may not write for this publication."""
        answer = self.wire.send(_first_party(Call(method="GET", url=f"{self.api}/user/profile/self")))
        profile = self.wire.record(answer)
        user = _number(profile.get("id"))
        if user is None:
            raise self.wire.unreadable(answer, "the profile names no user")
        name = str(profile.get("name") or profile.get("handle") or user)
        return self._member(Account(user=user, name=name), profile)

    def _member(self, account: Account, profile: Mapping[str, Any]) -> Account:
        listed = list(_publications(profile))
        host = urlsplit(self.url).netloc.lower()
        found = next((entry for entry in listed if host in _hosts(entry[0])), None)
        if found is None and _is_local(self.url) and listed:
            found = listed[0] if len(listed) == 1 else None
        if found is None:
            _refuse_stranger(host, account.name, [str(entry[0].get("subdomain")) for entry in listed])
            return account
        paper, role = found
        return replace(account, publication=_number(paper.get("id")), title=str(paper.get("name") or host), role=role)


def _refuse_stranger(host: str, name: str, theirs: list[str]) -> None:
    """On Substack's own hosts the profile is complete: a publication that is not in it is not ours."""
    if not host.endswith(".substack.com"):
        return
    if not theirs:
        raise Refused(
            f"Substack: the account of {name} has no publication at all",
            fix="sign in with the account that writes there; a suspended one shows none either",
        )
    raise Refused(
        f"Substack: the account of {name} does not write for {host}",
        fix=f"it writes for: {', '.join(f'{subdomain}.substack.com' for subdomain in theirs)}",
    )


def _publications(profile: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], str]]:
    roles = profile.get("publicationUsers")
    listed = [entry for entry in roles if isinstance(entry, dict)] if isinstance(roles, list) else []
    for entry in listed:
        if isinstance(entry.get("publication"), dict):
            yield entry["publication"], str(entry.get("role") or "")
    primary = profile.get("primaryPublication")
    if isinstance(primary, dict) and not listed:
        yield primary, ""


def _hosts(publication: Mapping[str, Any]) -> set[str]:
    base = urlsplit(str(publication.get("base_url") or "")).netloc
    named = {str(publication.get(key) or "").lower() for key in ("custom_domain", "hostname")}
    return ({f"{publication.get('subdomain')}.substack.com".lower(), base.lower()} | named) - {""}


def _is_local(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    return host in ("localhost", "::1") or host.startswith("127.")


def _number(value: object) -> int | None:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    return int(value) if isinstance(value, str) and value.isdecimal() else None


def _first_party(call: Call) -> Call:
    """Requests that look as if they came from the editor's own page are not sent on to another domain."""
    parts = urlsplit(call.url)
    origin = f"{parts.scheme}://{parts.netloc}"
    return replace(call, headers={**call.headers, "Origin": origin, "Referer": f"{origin}/publish/home"})


def cookie_of(session: str) -> str:
    """The session's value as a browser sends it, from either spelling or a whole pasted cookie line."""
    text = session.strip()
    for part in text.split(";"):
        name, equals, value = part.strip().partition("=")
        if equals and name in _COOKIES:
            text = value.strip()
            break
    text = secret(text.strip('"'), "session")
    if ";" in text or "," in text:
        raise SettingsError(
            "the session is not one cookie's value", key="session", fix="copy the value of substack.sid"
        )
    return quote(unquote(text), safe="-_.~!*'()")


def credentials_of(session: str) -> dict[str, str]:
    """The cookies of both names: the second counts on publications with their own domain."""
    value = cookie_of(session)
    return {"Cookie": "; ".join(f"{name}={value}" for name in _COOKIES)}
