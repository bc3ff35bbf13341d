"""The sandbox's own JSON API under ``/_sandbox``: look at it, empty it, arm faults, turn switches, move the clock."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Response

from newsletter_bot.sandbox.clock import moment_of
from newsletter_bot.sandbox.faults import SYNTAX, parse_fault
from newsletter_bot.sandbox.injection import CONTROL
from newsletter_bot.sandbox.routes import Problem, Route, View, answer, json_body
from newsletter_bot.sandbox.state import Sandbox, request_row


class Control:
    """What a test, or a person with curl, asks of the sandbox itself; no fault hits it and no log names it."""

    def __init__(self, state: Sandbox) -> None:
        self._state = state

    def routes(self) -> Iterable[Route]:
        """Their addresses."""
        listed: tuple[tuple[str, str, View, bool], ...] = (
            ("POST", "/reset", self.reset, True),
            ("GET", "/state", self.state, True),
            ("GET", "/posts/<number>", self.post, True),
            ("GET", "/requests", self.requests, False),
            ("DELETE", "/requests", self.forget_requests, False),
            ("GET", "/faults", self.faults, False),
            ("POST", "/faults", self.add_faults, False),
            ("DELETE", "/faults", self.clear_faults, False),
            ("GET", "/switches", self.switches, True),
            ("PUT", "/switches", self.turn, True),
            ("GET", "/clock", self.clock, False),
            ("POST", "/clock", self.move_clock, False),
        )
        for method, path, view, locked in listed:
            yield Route(name="sandbox", method=method, path=CONTROL + path, view=view, locked=locked)

    def reset(self) -> Response:
        """Empties everything."""
        self._state.reset()
        return answer({"reset": True})

    def state(self) -> Response:
        """What is stored, with counts and mails."""
        return answer(self._state.dump())

    def post(self, number: str) -> Response:
        """All that is kept of one post."""
        found = self._state.post(number)
        return answer(found) if found else answer({"error": "No such post"}, 404)

    def requests(self) -> Response:
        """The requests so far, without secrets."""
        return answer({"requests": [request_row(received) for received in self._state.requests]})

    def forget_requests(self) -> Response:
        """An empty log."""
        self._state.forget_requests()
        return answer({"requests": []})

    def faults(self) -> Response:
        """The faults and what is left of them."""
        return answer({"faults": self._state.faults.listing()})

    def add_faults(self) -> Response:
        """Arms the faults given as text: ``{"fault": "..."}`` or ``{"faults": ["...", "..."]}``; all or none."""
        body = json_body()
        texts = body.get("faults", [body.get("fault")])
        if not isinstance(texts, list) or not texts or not all(isinstance(text, str) for text in texts):
            raise _wrong(f'give {{"fault": TEXT}} or {{"faults": [TEXT, ...]}}; {SYNTAX}')
        try:
            parsed = [parse_fault(text) for text in texts]
        except ValueError as error:
            raise _wrong(str(error)) from None
        for fault in parsed:
            self._state.faults.add(fault)
        return self.faults()

    def clear_faults(self) -> Response:
        """No fault any more."""
        self._state.faults.clear()
        return self.faults()

    def switches(self) -> Response:
        """All switches."""
        return answer({"switches": self._state.switches.as_dict()})

    def turn(self) -> Response:
        """Turns the named switches."""
        try:
            self._state.switches.turn(json_body())
        except ValueError as error:
            raise _wrong(str(error)) from None
        return self.switches()

    def clock(self) -> Response:
        """The sandbox's present."""
        return answer({"now": self._state.clock.now().isoformat()})

    def move_clock(self) -> Response:
        """``{"set": ISO}``, ``{"advance": SECONDS}`` or ``{"reset": true}``."""
        body = json_body()
        try:
            self._move(body)
        except (ValueError, TypeError, KeyError, OverflowError):
            raise _wrong('give {"set": ISO time}, {"advance": seconds} or {"reset": true}') from None
        return self.clock()

    def _move(self, body: dict[str, Any]) -> None:
        if body.get("reset"):
            self._state.clock.reset()
        elif "set" in body:
            self._state.clock.set(moment_of(body["set"]))
        else:
            self._state.clock.advance(float(body["advance"]))


def _wrong(message: str) -> Problem:
    return Problem(answer({"error": message}, 400))
