"""Lets faults happen: between the socket and the views, so that a view never knows of them."""

from __future__ import annotations

import socket
import struct
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING

from flask import Flask, Response, g, request
from flask.json.provider import DefaultJSONProvider

from newsletter_bot.sandbox.clock import stamp
from newsletter_bot.sandbox.faults import Fault, Kind
from newsletter_bot.sandbox.routes import answer, text
from newsletter_bot.sandbox.state import Received, Sandbox

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

CONTROL = "/_sandbox"
CUT = "sandbox.cut"
ABSURD_SECONDS = 10**9
DROPS = 20
CHALLENGE_PAGE = (
    "<!DOCTYPE html><html><head><title>Just a moment...</title></head>"
    "<body><h1>Checking that you are human</h1><p>This page is the sandbox's; no answer will satisfy it.</p></body></html>"
)
ERROR_PAGE = "<!DOCTYPE html><html><head><title>Error</title></head><body>{}</body></html>"
SECRET_WORDS = ("token", "secret", "code", "password", "sid", "key")


def inject(app: Flask, state: Sandbox, tick: Callable[[], None]) -> None:
    """Puts the log and the faults around every request but the control API's; ``tick`` runs before each."""
    injection = _Injection(state, tick)
    app.before_request(injection.before)
    app.after_request(injection.after)


class _InOrder(DefaultJSONProvider):
    sort_keys = False


class CuttableFlask(Flask):
    """Closes the connection instead of answering, when a fault asked for it."""

    json_provider_class = _InOrder

    def wsgi_app(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """The answer; ConnectionAbortedError, which the server takes for a lost connection, when there is to be none."""
        chunks = super().wsgi_app(environ, start_response)
        how = environ.get(CUT)
        if how is None:
            return chunks
        connection = environ.get("werkzeug.socket")
        if how == "reset" and connection is not None:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        raise ConnectionAbortedError("a fault closed the connection")


class _Injection:
    def __init__(self, state: Sandbox, tick: Callable[[], None]) -> None:
        self._state = state
        self._tick = tick
        self._early: dict[Kind, Callable[[Fault], Response | None]] = {
            Kind.RESET_BEFORE: self._reset,
            Kind.STATUS: _status,
            Kind.RATE_LIMIT: self._rate_limit,
            Kind.CHALLENGE: lambda fault: _challenge(fault.status),
            Kind.DELAY_BEFORE: self._delay,
        }
        self._late: dict[Kind, Callable[[Fault, Response], Response]] = {
            Kind.LOSE_ANSWER: self._lose,
            Kind.STATUS_AFTER: lambda fault, _: _status(fault),
            Kind.DELAY_AFTER: self._delay_after,
            Kind.GARBAGE: lambda fault, _: text('{"id": 15<!-- \x00', fault.code or 200, "application/json"),
            Kind.SLOW_BODY: self._dribble,
            Kind.TRUNCATE: self._truncate,
        }

    def before(self) -> Response | None:
        """Notes the request and, when a fault is to hit before anything is carried out, answers in its stead."""
        g.received = g.fault = None
        if request.path.startswith(CONTROL):
            return None
        route = (request.endpoint or "unknown").partition("#")[0]
        g.received = self._note(route)
        fault = self._state.faults.take(route, request.method, request.path)
        if fault is not None:
            g.fault, g.received.fault = fault, fault.kind.value
            early = self._early.get(fault.kind)
            answered = early(fault) if early else None
            if answered is not None:
                return answered
        with self._state.lock:
            self._tick()
        return None

    def _note(self, route: str) -> Received:
        received = Received(
            method=request.method,
            path=request.path,
            query=_shown_query(),
            route=route,
            agent=request.headers.get("User-Agent", ""),
            at=stamp(self._state.clock.now()),
        )
        self._state.received(received)
        return received

    def after(self, response: Response) -> Response:
        """Notes the answer and, when a fault is to hit after the request was carried out, spoils it."""
        received, fault = g.get("received"), g.get("fault")
        late = self._late.get(fault.kind) if fault else None
        if late is not None:
            response = late(fault, response)
        if received is not None and CUT not in request.environ:
            received.status = response.status_code
        return response

    def _reset(self, _fault: Fault) -> Response:
        request.environ[CUT] = "reset"
        return Response(status=500)

    def _lose(self, _fault: Fault, response: Response) -> Response:
        request.environ[CUT] = "close"
        return response

    def _rate_limit(self, fault: Fault) -> Response:
        response = answer({"error": "Too Many Requests"}, fault.status) if fault.body == "json" else _status(fault)
        wait = self._retry_after(fault.retry_after)
        if wait is not None:
            response.headers["Retry-After"] = wait
        return response

    def _retry_after(self, wanted: str | None) -> str | None:
        if wanted == "absurd":
            return str(ABSURD_SECONDS)
        if wanted is not None and wanted.startswith("date"):
            seconds = int(wanted.removeprefix("date").removeprefix("+") or 30)
            later = self._state.clock.now() + timedelta(seconds=seconds)
            return format_datetime(later, usegmt=True)
        return wanted

    def _delay(self, fault: Fault) -> Response | None:
        if self._state.closing.wait(fault.seconds):
            return self._reset(fault)
        return None

    def _delay_after(self, fault: Fault, response: Response) -> Response:
        self._state.closing.wait(fault.seconds)
        return response

    def _dribble(self, fault: Fault, response: Response) -> Response:
        body = response.get_data()
        return _streamed(response, self._drops(body, fault.seconds), len(body))

    def _drops(self, body: bytes, seconds: float) -> Iterator[bytes]:
        size = max(1, len(body) // DROPS)
        for start in range(0, len(body), size):
            self._state.closing.wait(seconds / DROPS)
            yield body[start : start + size]

    def _truncate(self, _fault: Fault, response: Response) -> Response:
        body = response.get_data()
        return _streamed(response, _first_half(body), len(body))


def _first_half(body: bytes) -> Iterator[bytes]:
    yield body[: len(body) // 2]
    raise ConnectionAbortedError("a fault cut the body")


def _streamed(response: Response, pieces: Iterator[bytes], length: int) -> Response:
    response.response = pieces
    response.headers["Content-Length"] = str(length)
    return response


def _status(fault: Fault) -> Response:
    message = f"The sandbox was told to answer {fault.status}"
    if fault.body == "html":
        return _challenge(403) if fault.status == 403 else text(ERROR_PAGE.format(message), fault.status)
    if fault.body == "text":
        return text(message, fault.status, "text/plain")
    if fault.body == "empty":
        return Response(status=fault.status)
    return answer({"errors": [{"msg": message, "message": message, "code": -1}], "error": message}, fault.status)


def _challenge(status: int) -> Response:
    response = text(CHALLENGE_PAGE, status)
    response.headers["cf-mitigated"] = "challenge"
    response.headers["Server"] = "cloudflare"
    return response


def _shown_query() -> str:
    shown = []
    for name, value in request.args.items(multi=True):
        secret = any(word in name.lower() for word in SECRET_WORDS)
        shown.append(f"{name}={'…' if secret else value}")
    return "&".join(shown)
