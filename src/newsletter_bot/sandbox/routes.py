"""How a request finds its view, and how a view says no."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

from flask import Response, jsonify, request

from newsletter_bot.sandbox.store import Json

View = Callable[..., Response]
Guard = Callable[[], None]


@dataclass(frozen=True, kw_only=True)
class Route:
    """One address of a service under the name by which faults call it.

    ``guard`` says no before the view runs. A view runs under the sandbox's lock unless ``locked`` is False.
    """

    name: str
    method: str
    path: str
    view: View
    guard: Guard | None = None
    locked: bool = True


class Service(Protocol):
    """A part of the sandbox that answers requests."""

    def routes(self) -> Iterable[Route]:
        """Its addresses."""
        ...


class Problem(Exception):
    """A request that is answered with something else than success."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.status)
        self.response = response


def answer(body: object, status: int = 200) -> Response:
    """A JSON answer."""
    response = jsonify(body)
    response.status_code = status
    return response


def text(body: str, status: int, kind: str = "text/html") -> Response:
    """An answer that is no JSON."""
    return Response(body, status=status, content_type=f"{kind}; charset=utf-8")


def invalid(location: str, param: str, value: object, message: str = "Invalid value") -> Problem:
    """The 400 of a service that checks its parameters with express-validator."""
    return Problem(answer({"errors": [{"location": location, "param": param, "value": value, "msg": message}]}, 400))


def refused(message: str, status: int) -> Problem:
    """A refusal in the form that Substack-style clients read."""
    return Problem(answer({"errors": [{"msg": message}], "error": message}, status))


def json_body() -> Json:
    """The JSON object of the request; none at all counts as empty, anything else is a 400."""
    if not request.get_data():
        return {}
    body = request.get_json(force=True, silent=True)
    if not isinstance(body, dict):
        raise refused("Unexpected token in JSON", 400)
    return body


def own_host() -> str:
    """The address by which the sandbox was called, without a slash at the end."""
    return request.host_url.rstrip("/")
