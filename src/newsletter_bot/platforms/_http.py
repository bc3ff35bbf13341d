"""One way to speak to a platform, and one way to fail: every adapter sends its requests through a ``Wire``.

A request says what it does there (``Effect``); from that and from what happened follows the class of the error
(``_faults``). Redirects are never followed, bodies and times are bounded, cookies of answers are forgotten.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from newsletter_bot import __version__
from newsletter_bot.errors import DeliveryError, Refused, Unavailable
from newsletter_bot.failpoints import hit
from newsletter_bot.platforms._answers import Answer, Call, Effect
from newsletter_bot.platforms._faults import failure_of, is_failure, lost, redacted, unreadable

if TYPE_CHECKING:
    import ssl

    import httpx

__all__ = ["Answer", "Call", "Effect", "Wire", "honest_agent", "present"]

log = logging.getLogger(__name__)

CONNECT_SECONDS = 5.0
READ_SECONDS = 12.0
TOTAL_SECONDS = 15.0
"""A request whose answer is not complete by then counts as lost."""
BODY_BYTES = 8_000_000
"""More than that is no answer of an API."""

_context_guard = threading.Lock()
_contexts: list[ssl.SSLContext] = []


def honest_agent() -> str:
    """The User-Agent that says who we are."""
    return f"newsletter-bot/{__version__}"


def present() -> datetime:
    """The machine's time: what an adapter uses when it is given no clock."""
    return datetime.now(UTC)


def _shared_context() -> ssl.SSLContext:
    """One for the process: making it costs more than a request."""
    import httpx

    with _context_guard:
        if not _contexts:
            _contexts.append(httpx.create_ssl_context())
        return _contexts[0]


def _empty_context() -> ssl.SSLContext:
    """Trusts nobody and costs nothing: for addresses without TLS."""
    import ssl

    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


class _TooLate(Exception):
    """The answer was not complete in time."""


class _TooLong(Exception):
    """The answer is longer than any API's."""


@dataclass(frozen=True, kw_only=True)
class Wire:
    """How one adapter speaks to its platform.

    ``service`` is its name in messages, ``headers`` go with every request, ``credentials`` only with those that are not
    anonymous; ``secrets`` never show up in messages. ``fixes`` says by HTTP status what a person can do. ``transport`` is
    an httpx transport, for tests.
    """

    service: str
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    credentials: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    secrets: Sequence[str] = field(default=(), repr=False)
    fixes: Mapping[int, str] = field(default_factory=dict[int, str])
    clock: Callable[[], datetime] = present
    transport: Any = field(default=None, repr=False)

    def send(self, call: Call) -> Answer:
        """The platform's answer: a 2xx, or a status that the call accepts. Raises Refused, Unavailable or Unconfirmed."""
        answer = self.attempt(call)
        if is_failure(answer):
            raise self.failure(answer)
        return answer

    def attempt(self, call: Call) -> Answer:
        """Any answer that came, whatever its status. Raises when none came."""
        began = time.monotonic()
        hit("http.before")
        answer = self._exchange(call, began)
        hit("http.after")
        spent = int(1000 * (time.monotonic() - began))
        log.debug(
            "request answered",
            extra={"method": call.method, "host": urlsplit(call.url).netloc, "status": answer.status, "ms": spent},
        )
        return answer

    def failure(self, answer: Answer) -> DeliveryError:
        """What an unwelcome answer means."""
        fix = answer.call.fixes.get(answer.status) or self.fixes.get(answer.status)
        return failure_of(answer, service=self.service, secrets=self.secrets, fix=fix)

    def unreadable(self, answer: Answer, what: str) -> DeliveryError:
        """A 2xx that does not hold what it should."""
        return unreadable(answer, service=self.service, what=redacted(what, self.secrets))

    def record(self, answer: Answer) -> dict[str, Any]:
        """The JSON object of an answer. Raises as an answer that cannot be read."""
        value = answer.value
        if isinstance(value, dict):
            return value
        raise self.unreadable(answer, "the answer is not the record that it should be")

    def records(self, answer: Answer, *keys: str) -> list[dict[str, Any]]:
        """The JSON objects of a list: bare, or under one of the keys. Raises as an answer that cannot be read."""
        value = answer.value
        if isinstance(value, dict):
            value = next((value[key] for key in keys if isinstance(value.get(key), list)), None)
        if isinstance(value, list):
            return [entry for entry in value if isinstance(entry, dict)]
        raise self.unreadable(answer, "the answer is not the list that it should be")

    def close(self) -> None:
        """Closes what was opened; the wire opens again when it is used again."""
        while self._clients:
            self._clients.popitem()[1].close()

    @cached_property
    def _clients(self) -> dict[str, httpx.Client]:
        return {}

    def _client(self, scheme: str) -> httpx.Client:
        """One client for each scheme, made when it is first needed."""
        import httpx

        if scheme not in self._clients:
            self._clients[scheme] = httpx.Client(
                transport=self.transport,
                verify=_shared_context() if scheme == "https" else _empty_context(),
                headers={"Accept": "application/json", "Accept-Encoding": "gzip", **self.headers},
                timeout=httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS, pool=CONNECT_SECONDS),
                follow_redirects=False,
            )
        return self._clients[scheme]

    def _exchange(self, call: Call, began: float) -> Answer:
        import httpx

        host = urlsplit(call.url).netloc
        try:
            return self._carried_out(call, began)
        except (httpx.InvalidURL, httpx.UnsupportedProtocol, httpx.LocalProtocolError, UnicodeError) as error:
            raise Refused(
                f"{self.service}: no request can be made to {host or call.url[:80]!r} ({type(error).__name__})",
                fix="look at the address and the credentials in the settings",
            ) from None
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError) as error:
            reason = redacted(str(error) or type(error).__name__, self.secrets)
            raise Unavailable(f"{self.service}: {host} cannot be reached: {reason}") from None
        except (httpx.HTTPError, httpx.StreamError, _TooLate, _TooLong) as error:
            raise lost(
                call, service=self.service, reason=_REASONS.get(type(error).__name__, "the connection broke")
            ) from None

    def _carried_out(self, call: Call, began: float) -> Answer:
        client = self._client(urlsplit(call.url).scheme)
        headers = {} if call.anonymous else dict(self.credentials)
        request = client.build_request(
            call.method,
            call.url,
            params=dict(call.params) or None,
            json=call.json,
            data=dict(call.form) or None,
            files=call.files,
            headers={**headers, **call.headers},
        )
        limit = began + max(TOTAL_SECONDS, call.seconds)
        response = client.send(request, stream=True)
        try:
            body = _body(response, limit)
        finally:
            response.close()
            client.cookies.clear()
        return Answer(
            call=call, status=response.status_code, headers=dict(response.headers), body=body, received=self.clock()
        )


_REASONS = {
    "ReadTimeout": "no answer came in time",
    "WriteTimeout": "sending took too long",
    "_TooLate": "the answer did not end in time",
    "_TooLong": "the answer is longer than any API's",
    "DecodingError": "the answer cannot be unpacked",
}


def _body(response: httpx.Response, limit: float) -> bytes:
    parts: list[bytes] = []
    size = 0
    for part in response.iter_bytes():
        parts.append(part)
        size += len(part)
        if size > BODY_BYTES:
            raise _TooLong
        if time.monotonic() > limit:
            raise _TooLate
    return b"".join(parts)


def at(call: Call, url: str, **params: str | int) -> Call:
    """The same call to another address."""
    return replace(call, url=url, params={**call.params, **params})
