"""One suite over every platform: what each failure means, whoever answers."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
import pytest
from platform_stage import (
    NOW,
    SESSION,
    TOKEN,
    MediumStage,
    Note,
    Stage,
    SubstackStage,
    for_medium,
    for_substack,
    medium,
    reply,
    substack,
)

from newsletter_bot.errors import DeliveryError, Refused, Unavailable, Unconfirmed
from newsletter_bot.model import Receipt, Rendition
from newsletter_bot.ports import Platform, Reachable

CHALLENGE = "<html><head><title>Just a moment...</title></head><body>error code: 1010</body></html>"


@dataclass
class Case:
    """A platform, its stage, and the requests that read and create."""

    stage: Stage
    platform: Platform
    rendition: Rendition
    reading: str
    creating: str
    secret: str

    def deliver(self, note: Note | None = None) -> Receipt:
        return self.platform.deliver(self.rendition, note or Note())

    def failure(self, route: str, *replies: httpx.Response | Exception) -> DeliveryError:
        """What a delivery raises when this route is answered so."""
        self.stage.next(route, *replies)
        with pytest.raises(DeliveryError) as raised:
            self.deliver()
        return raised.value


def _substack() -> Case:
    stage = SubstackStage()
    adapter = substack(stage)
    return Case(stage, adapter, for_substack(), "GET /api/v1/user/profile/self", "POST /api/v1/drafts", SESSION)


def _medium() -> Case:
    stage = MediumStage()
    return Case(stage, medium(stage), for_medium(), "GET /v1/me", "POST /v1/users/5303d7/posts", TOKEN)


@pytest.fixture(params=[_substack, _medium], ids=["substack", "medium"])
def case(request: pytest.FixtureRequest) -> Case:
    make: Callable[[], Case] = request.param
    return make()


def test_delivery_leaves_a_receipt(case: Case) -> None:
    """A post that was taken has an id, an address and the id in the ledger."""
    note = Note()

    receipt = case.deliver(note)

    assert [receipt.remote_id] == note.written
    assert receipt.url
    assert receipt.public_at == NOW


@pytest.mark.parametrize(
    "error",
    [httpx.ConnectError("no route"), httpx.ConnectTimeout("slow"), httpx.PoolTimeout("full"), httpx.ProxyError("no")],
    ids=lambda error: type(error).__name__,
)
def test_unreached_service_got_nothing(case: Case, error: Exception) -> None:
    """What never left is Unavailable, for creating requests too."""
    assert isinstance(case.failure(case.creating, error), Unavailable)


@pytest.mark.parametrize(
    "error",
    [
        httpx.ReadError("reset"),
        httpx.ReadTimeout("slow"),
        httpx.WriteError("broken"),
        httpx.WriteTimeout("slow"),
        httpx.RemoteProtocolError("closed"),
        httpx.CloseError("closed"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_lost_answers(case: Case, error: Exception) -> None:
    """A lost answer leaves a creating request unconfirmed, while a reading one was simply not answered."""
    assert isinstance(case.failure(case.reading, error), Unavailable)
    assert isinstance(case.failure(case.creating, error), Unconfirmed)


@pytest.mark.parametrize("status", [500, 502, 503, 504, 520, 524, 408, 425])
def test_server_failures(case: Case, status: int) -> None:
    """A failing server may have stored what it was sent."""
    assert isinstance(case.failure(case.reading, reply(status, "oops")), Unavailable)
    assert isinstance(case.failure(case.creating, reply(status, "oops", retry_after="5")), Unconfirmed)


@pytest.mark.parametrize(
    "body", ["<html>hello</html>", '{"id": 12', "", "null", "[]", "12", '{"data": 3}', "[" * 100_000]
)
def test_unreadable_success(case: Case, body: str) -> None:
    """A 2xx that cannot be read may have created the post."""
    assert isinstance(case.failure(case.creating, httpx.Response(200, text=body)), Unconfirmed)


def test_endless_answer_is_lost(case: Case) -> None:
    """An answer without end is cut off, and counts as none."""
    endless = httpx.Response(200, content=(b"x" * 1_000_000 for _ in range(100)))

    error = case.failure(case.creating, endless)

    assert isinstance(error, Unconfirmed)
    assert "longer" in str(error)


def test_broken_compression_is_lost(case: Case) -> None:
    """An answer that cannot be unpacked counts as none."""
    broken = httpx.Response(200, content=iter([b"not gzip"]), headers={"content-encoding": "gzip"})

    assert isinstance(case.failure(case.creating, broken), Unconfirmed)


@pytest.mark.parametrize(
    ("spelling", "wait"),
    [
        ("30", timedelta(seconds=30)),
        ("1.5", timedelta(seconds=1.5)),
        ("-7", timedelta()),
        ("Wed, 25 Nov 2026 17:10:00 GMT", timedelta(minutes=10)),
        ("Wed, 25 Nov 2020 17:10:00 GMT", timedelta()),
        ("2026-11-25T18:00:00Z", timedelta(hours=1)),
        ("2026-11-25T18:00:00+01:00", timedelta()),
        (str(int(NOW.timestamp()) + 60), timedelta(minutes=1)),
        (str((int(NOW.timestamp()) + 60) * 1000), timedelta(minutes=1)),
        ("86401", timedelta(hours=24)),
        ("99999999999999999999", timedelta(hours=24)),
        ("inf", timedelta(hours=24)),
        ("Fri, 31 Dec 9999 23:59:59 GMT", timedelta(hours=24)),
    ],
)
def test_rate_limit_is_kept(case: Case, spelling: str, wait: timedelta) -> None:
    """However a service says how long to wait, that is kept, up to 24 hours."""
    error = case.failure(case.creating, reply(429, {"error": "Too many"}, retry_after=spelling))

    assert isinstance(error, Unavailable)
    assert error.retry_at == NOW + wait


@pytest.mark.parametrize("spelling", ["soon", "nan", "", "5, 10", "Wed, 99 Foo 2026"])
def test_senseless_wait_is_ignored(case: Case, spelling: str) -> None:
    """A wait that says nothing leaves the time to us."""
    error = case.failure(case.creating, reply(429, {"error": "Too many"}, retry_after=spelling))

    assert isinstance(error, Unavailable)
    assert error.retry_at is None


def test_capped_wait_is_said(case: Case) -> None:
    """A wait that was cut says so."""
    error = case.failure(case.creating, reply(429, {}, retry_after="604800"))

    assert "more than 24 h" in str(error)


def test_waiting_of_a_reading_request(case: Case) -> None:
    """A 503 on a read keeps the time to wait."""
    error = case.failure(case.reading, reply(503, "maintenance", retry_after="120"))

    assert isinstance(error, Unavailable)
    assert error.retry_at == NOW + timedelta(seconds=120)


@pytest.mark.parametrize("status", [400, 402, 405, 409, 413, 422])
def test_refusal_shows_the_reason(case: Case, status: int) -> None:
    """A no is passed on in the platform's own words."""
    error = case.failure(case.creating, reply(status, {"errors": [{"message": "Body has no text", "code": 2002}]}))

    assert isinstance(error, Refused)
    assert "Body has no text" in str(error)


@pytest.mark.parametrize("status", [401, 403, 404])
def test_closed_doors_say_how_to_open_them(case: Case, status: int) -> None:
    """Refused credentials and addresses come with what a person can do."""
    error = case.failure(case.reading, reply(status, {"errors": [{"msg": "Please sign in"}]}))

    assert isinstance(error, Refused)
    assert error.fix


@pytest.mark.parametrize(
    "answer",
    [
        lambda: reply(403, CHALLENGE),
        lambda: reply(503, CHALLENGE),
        lambda: reply(403, "<p>checking</p>", cf_mitigated="challenge"),
        lambda: reply(403, "error code: 1010"),
    ],
    ids=["403", "503", "header", "1010"],
)
def test_bot_check_stopped_it(case: Case, answer: Callable[[], httpx.Response]) -> None:
    """A bot check lets nothing through, so that the request may be made again."""
    assert isinstance(case.failure(case.creating, answer()), Unavailable)


def test_redirects_are_not_followed(case: Case) -> None:
    """A redirect is a wrong setting, and names where it leads."""
    error = case.failure(case.creating, reply(301, "", location="https://letters.example/api/v1/drafts"))

    assert isinstance(error, Refused)
    assert "letters.example" in str(error)
    assert not [request for request in case.stage.requests if request.url.host == "letters.example"]


def test_redirect_to_sign_in(case: Case) -> None:
    """A redirect to the sign-in page is an ended session."""
    error = case.failure(case.creating, reply(302, "", location="/sign-in?redirect=%2F"))

    assert isinstance(error, Refused)
    assert "sign-in" in str(error)


def test_words_of_a_server_are_tamed(case: Case) -> None:
    """Markup, control characters and length of a server's words stay out of messages."""
    words = "<script>alert(1)</script><b>No</b>\x1b[31m " + "very " * 200

    text = str(case.failure(case.creating, reply(422, {"error": words})))

    assert len(text) < 400
    assert [] == [part for part in ("<b>", "alert", "\x1b") if part in text]


def test_secret_stays_secret(case: Case, caplog: pytest.LogCaptureFixture) -> None:
    """Neither repr, nor messages, nor logs hold the credential, even when a server repeats it."""
    caplog.set_level(logging.DEBUG, logger="newsletter_bot")

    echoed = str(case.failure(case.creating, reply(422, {"error": f"bad value {case.secret}"})))
    case.deliver()

    assert case.secret not in echoed + repr(case.platform) + caplog.text


def test_credentials_go_to_the_service_only(case: Case) -> None:
    """Each request that writes carries the credential, and says honestly who asks."""
    case.deliver()

    writing = [request for request in case.stage.requests if request.method in ("POST", "PUT")]
    assert writing
    assert {"newsletter-bot/"} == {request.headers["user-agent"][:15] for request in writing}
    assert all("cookie" in request.headers or "authorization" in request.headers for request in writing)


def test_cookies_of_answers_are_forgotten(case: Case) -> None:
    """What a service sets as a cookie is not sent back."""
    case.stage.next(case.reading, httpx.Response(500, headers={"set-cookie": "tracker=1; Path=/"}))
    with pytest.raises(Unavailable):
        case.deliver()
    case.deliver()

    assert not [request for request in case.stage.requests if "tracker" in request.headers.get("cookie", "")]


def test_finished_post_is_not_sent_again(case: Case) -> None:
    """An id that an earlier attempt left is finished, never a second post made."""
    note = Note()
    first = case.deliver(note)

    again = case.deliver(Note(remote_id=first.remote_id))

    assert first.remote_id == again.remote_id
    assert 1 == len([r for r in case.stage.requests if f"{r.method} {r.url.path}" == case.creating])


def test_reach_names_the_account(case: Case) -> None:
    """Reaching says who we are, and writes nothing."""
    assert isinstance(case.platform, Reachable)

    assert "Ada" in case.platform.reach()
    assert {"GET"} == {request.method for request in case.stage.requests}


@pytest.mark.parametrize(
    "settings",
    [
        {"api": "ftp://x"},
        {"api": "https://user:pass@host"},
        {"user_agent": "two\nlines"},
        {"user_agent": ""},
        {"api": "http://[::1"},
    ],
)
def test_senseless_settings(settings: dict[str, Any]) -> None:
    """A setting that cannot work is refused when the adapter is made."""
    from newsletter_bot.errors import SettingsError

    for make in (substack, medium):
        with pytest.raises(SettingsError) as raised:
            make(Stage(), **settings)
        assert next(iter(settings)) == raised.value.key
