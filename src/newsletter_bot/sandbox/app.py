"""Puts the services together into one Flask application."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import nullcontext

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from newsletter_bot.sandbox.control import Control
from newsletter_bot.sandbox.feeds import Feeds
from newsletter_bot.sandbox.injection import CuttableFlask, inject
from newsletter_bot.sandbox.medium_api import PREFIXES, Medium
from newsletter_bot.sandbox.medium_posts import Stories
from newsletter_bot.sandbox.pages import Pages
from newsletter_bot.sandbox.routes import Problem, Route, View, answer, text
from newsletter_bot.sandbox.state import Sandbox
from newsletter_bot.sandbox.substack_access import BASES, Access
from newsletter_bot.sandbox.substack_account import Account
from newsletter_bot.sandbox.substack_drafts import Drafts
from newsletter_bot.sandbox.substack_images import Images
from newsletter_bot.sandbox.substack_notes import Notes
from newsletter_bot.sandbox.substack_posts import Posts
from newsletter_bot.sandbox.substack_public import Public

LARGEST_REQUEST = 64 * 1024 * 1024


def create_app(state: Sandbox) -> Flask:
    """Both services and the control API over this state."""
    app = CuttableFlask(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = app.config["MAX_FORM_MEMORY_SIZE"] = LARGEST_REQUEST
    posts = Posts(state)
    for number, route in enumerate(_routes(state, posts)):
        # Flask wants each endpoint once; what stands before '#' is the name that faults use
        endpoint = f"{route.name}#{number}"
        view = _guarded(state, route)
        app.add_url_rule(route.path, endpoint, view, methods=[route.method], strict_slashes=False)
    app.register_error_handler(Problem, lambda problem: problem.response)
    app.register_error_handler(HTTPException, _unknown)
    app.after_request(_fingerprint)
    inject(app, state, posts.release_due)
    return app


def _routes(state: Sandbox, posts: Posts) -> Iterable[Route]:
    access, stories = Access(state), Stories(state)
    yield from Drafts(state, posts, access).routes()
    yield from Account(state, posts, access).routes()
    yield from Images(state, access).routes()
    yield from Public(state, posts, access).routes()
    yield from Notes(state, access).routes()
    yield from Medium(state, stories).routes()
    yield from Feeds(state, posts, stories, access).routes()
    yield from Pages(state, posts, access).routes()
    yield from Control(state).routes()


def _guarded(state: Sandbox, route: Route) -> View:
    def view(**arguments: object) -> Response:
        with state.lock if route.locked else nullcontext():
            if route.guard is not None:
                route.guard()
            return route.view(**arguments)

    return view


def _unknown(error: HTTPException) -> Response:
    """What the services say to an address or a method they do not have: always 404."""
    status = 404 if error.code in {404, 405} else error.code or 500
    if request.path.startswith(PREFIXES):
        return answer({"errors": [{"message": "Not found.", "code": -1}]}, status)
    if request.path.startswith(BASES):
        return answer({"error": "Not found"}, status)
    return text("Not Found" if status == 404 else str(error.description), status)


def _fingerprint(response: Response) -> Response:
    if request.path.startswith(BASES):
        response.headers["x-served-by"] = "Substack"
        response.headers["x-cluster"] = "substack"
        response.headers["x-powered-by"] = "Express"
    return response
