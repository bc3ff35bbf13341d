"""Faults do what they say, to whom they are meant for, as often as asked, and the control API shows it."""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

import httpx
import pytest

from newsletter_bot.sandbox import Kind, Sandbox, Server, create_app, parse_fault, serve

COOKIE = {"Cookie": "substack.sid=s:sandbox"}


@pytest.fixture
def server() -> Iterator[Server]:
    with serve() as running:
        yield running


@pytest.fixture
def web(server: Server) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.url, headers=COOKIE) as client:
        yield client


def create(web: httpx.Client, title: str = "T") -> httpx.Response:
    return web.post("/api/v1/drafts", json={"draft_title": title})


@pytest.mark.parametrize(
    ("kind", "error", "stored"),
    [
        ("lose_answer", httpx.RemoteProtocolError, 1),
        ("reset_before", (httpx.ReadError, httpx.RemoteProtocolError), 0),
        ("truncate", httpx.RemoteProtocolError, 1),
    ],
)
def test_connection_is_cut(
    server: Server, web: httpx.Client, kind: str, error: type[Exception] | tuple[type[Exception], ...], stored: int
) -> None:
    """A lost answer comes after the post was stored, a reset before; the next request is answered again."""
    server.state.faults.add(f"substack.create={kind}")
    with pytest.raises(error):
        create(web)

    assert stored == len(server.state.posts())
    assert create(web).status_code == 200


@pytest.mark.parametrize(
    ("fault", "status", "kind", "stored"),
    [
        ("status", 503, "application/json", 0),
        ("status,code=500,body=text", 500, "text/plain; charset=utf-8", 0),
        ("status,code=403,body=html", 403, "text/html; charset=utf-8", 0),
        ("challenge", 403, "text/html; charset=utf-8", 0),
        ("status_after,code=504,body=empty", 504, "text/html; charset=utf-8", 1),
        ("garbage", 200, "application/json; charset=utf-8", 1),
        ("429", 429, "application/json", 0),
    ],
)
def test_answer_is_replaced(server: Server, web: httpx.Client, fault: str, status: int, kind: str, stored: int) -> None:
    """A replaced answer has its status and kind, and the post is stored or not, as the fault says."""
    server.state.faults.add(f"substack.create={fault}")
    answer = create(web)

    assert (status, kind, stored) == (answer.status_code, answer.headers["Content-Type"], len(server.state.posts()))
    if fault == "garbage":
        with pytest.raises(ValueError):
            answer.json()


def test_challenge_looks_like_a_bot_check(server: Server, web: httpx.Client) -> None:
    """The bot check is HTML with the header by which clients know it."""
    server.state.faults.add("substack.create=status,code=403,body=html")
    answer = create(web)

    assert (answer.headers["cf-mitigated"], "Just a moment" in answer.text) == ("challenge", True)


@pytest.mark.parametrize(("wait", "expected"), [("30", "30"), ("absurd", "1000000000"), ("none", None)])
def test_rate_limit_says_when(server: Server, web: httpx.Client, wait: str, expected: str | None) -> None:
    """Retry-After in seconds, absurd, or not at all."""
    server.state.faults.add(f"substack.*=429:1,retry_after={wait}")

    assert expected == create(web).headers.get("Retry-After")


def test_rate_limit_as_a_date(server: Server, web: httpx.Client) -> None:
    """Retry-After as a date, counted from the sandbox's clock."""
    server.state.clock.set(datetime(2027, 3, 1, 12, tzinfo=UTC))
    server.state.faults.add("substack.create=429,retry_after=date+90")
    when = parsedate_to_datetime(create(web).headers["Retry-After"])

    assert 85 <= (when - datetime(2027, 3, 1, 12, tzinfo=UTC)).total_seconds() <= 95


def test_answers_are_dated_once_by_the_clock_of_the_services(server: Server, web: httpx.Client) -> None:
    """Whoever compares clocks by the Date header meets the time that feeds and posts tell."""
    server.state.clock.set(datetime(2027, 3, 1, 12, tzinfo=UTC))

    (said,) = web.get("/medium/feed/@ada").headers.get_list("Date")

    assert datetime(2027, 3, 1, 12, tzinfo=UTC) == parsedate_to_datetime(said).replace(second=0)


def test_fault_skips_counts_and_ends(server: Server, web: httpx.Client) -> None:
    """The first request passes, two are hit, the rest pass."""
    server.state.faults.add("substack.create=status:2,skip=1")

    assert [create(web).status_code for _ in range(4)] == [200, 503, 503, 200]


def test_fault_without_end_lasts_until_cleared(server: Server, web: httpx.Client) -> None:
    """A count of * never runs out; clearing ends it."""
    server.state.faults.add("POST /api/v1/drafts=status:*")
    before = [create(web).status_code for _ in range(3)]
    read = web.get("/api/v1/post_management/drafts").status_code
    server.state.faults.clear()

    assert (before, read, create(web).status_code) == ([503] * 3, 200, 200)


def test_count_is_exact_under_concurrency(server: Server, web: httpx.Client) -> None:
    """Of forty simultaneous requests exactly seven are hit."""
    server.state.faults.add("substack.create=status_after:7,code=502")
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda n: create(web, str(n)).status_code, range(40)))

    assert (answers.count(502), len(server.state.posts())) == (7, 40)


def test_delay_holds_up_nobody_else(server: Server, web: httpx.Client) -> None:
    """While one answer waits, others come at once; a client that gave up finds the post stored all the same."""
    server.state.faults.add("substack.create=delay_before,seconds=1.5")
    late = threading.Thread(target=lambda: create(web, "late"))
    late.start()
    while not server.state.requests:
        time.sleep(0.005)
    began = time.monotonic()
    answer = create(web, "early")
    took = time.monotonic() - began
    late.join()

    assert (answer.status_code, took < 1.4) == (200, True)
    assert server.state.titles() == ["early", "late"]


@pytest.mark.parametrize("kind", ["delay_after", "slow_body"])
def test_slow_answer_meets_the_clients_time_out(server: Server, web: httpx.Client, kind: str) -> None:
    """An answer slower than the client's patience is a time-out on its side and a post on ours."""
    server.state.faults.add(f"substack.create={kind},seconds=40")
    with pytest.raises(httpx.ReadTimeout):
        web.post("/api/v1/drafts", json={"draft_title": "T"}, timeout=0.2)

    assert server.state.titles() == ["T"]


def test_slow_body_arrives_whole(server: Server, web: httpx.Client) -> None:
    """A body in drops is the same body."""
    server.state.faults.add("substack.create=slow_body,seconds=0.1")

    assert create(web).json()["draft_title"] == "T"


def test_closing_gives_up_delayed_requests(server: Server, web: httpx.Client) -> None:
    """A sandbox that is closed does not wait for its delays, nor carry them out."""
    server.state.faults.add("substack.create=delay_before,seconds=60")
    failed: list[Exception] = []

    def ask() -> None:
        try:
            web.post("/api/v1/drafts", json={"draft_title": "T"}, timeout=30)
        except httpx.HTTPError as error:
            failed.append(error)

    asking = threading.Thread(target=ask)
    asking.start()
    while not server.state.requests:
        time.sleep(0.005)
    server.close()
    asking.join(10)

    assert (len(failed), server.state.posts()) == (1, [])


def test_next_answer_is_lost_once(server: Server, web: httpx.Client) -> None:
    """The helper loses the answer of the next request that creates a post, on either service, or of a named route."""
    server.state.lose_next_answer()
    assert web.get("/api/v1/user/profile/self").status_code == 200
    with pytest.raises(httpx.RemoteProtocolError):
        create(web)
    server.state.lose_next_answer("substack.profile")
    with pytest.raises(httpx.RemoteProtocolError):
        web.get("/api/v1/user/profile/self")

    assert create(web).status_code == 200


@pytest.mark.parametrize(
    ("text", "kind", "count"),
    [
        ("substack.publish=lose_answer:1", Kind.LOSE_ANSWER, 1),
        ("medium.post=429:*,retry_after=30", Kind.RATE_LIMIT, None),
        ("POST /api/v1/drafts=delay:3,seconds=0.5", Kind.DELAY_BEFORE, 3),
        ("substack.*=reset", Kind.RESET_BEFORE, 1),
        ("substack.create|medium.post=status-after,code=500", Kind.STATUS_AFTER, 1),
    ],
)
def test_fault_is_read_from_text(text: str, kind: Kind, count: int | None) -> None:
    """What a person writes on the command line becomes a fault."""
    fault = parse_fault(text)

    assert (kind, count) == (fault.kind, fault.count)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("lose_answer", "ROUTE=KIND"),
        ("substack.publish=lose_anser", "did you mean lose_answer?"),
        ("substack.publish=status:0", "from 1 on"),
        ("substack.publish=status,code=999", "200 to 599"),
        ("substack.publish=status,body=pdf", "json, html, text, empty"),
        ("substack.publish=delay,seconds=-1", "0 to 3600"),
        ("substack.publish=429,retry_after=soon", "absurd"),
        ("substack.publish=delay,second=1", "no option"),
        ("FETCH /api=status", "HTTP method"),
        ("substack.publsh=status", "did you mean substack.publish?"),
    ],
)
def test_unreadable_fault_says_how_to_write_it(text: str, hint: str) -> None:
    """A fault that cannot be read is a ValueError that helps."""
    with pytest.raises(ValueError, match=r".") as caught:
        parse_fault(text)

    assert hint in str(caught.value)


def test_every_named_route_exists() -> None:
    """The names that faults may use are those of the routes, and every route has a name."""
    from newsletter_bot.sandbox.faults import ROUTES

    endpoints = {rule.endpoint.partition("#")[0] for rule in create_app(Sandbox()).url_map.iter_rules()}

    assert set(ROUTES) == {name for name in endpoints if not name.startswith("sandbox")}


def test_control_api_tells_and_changes(server: Server, web: httpx.Client) -> None:
    """Faults, switches, clock, state and log are reached over HTTP, and reset empties them."""
    armed = web.post("/_sandbox/faults", json={"faults": ["substack.create=status,code=500"]}).json()["faults"]
    create(web, "one")
    create(web, "two")
    log = web.get("/_sandbox/requests").json()["requests"]
    state = web.get("/_sandbox/state").json()
    web.put("/_sandbox/switches", json={"drafts_shape": "array"})
    web.post("/_sandbox/clock", json={"set": "2030-01-01T00:00:00+00:00"})
    year = datetime.fromisoformat(web.get("/_sandbox/clock").json()["now"]).year

    assert (armed[0]["kind"], armed[0]["code"], armed[0]["left"]) == ("status", 500, 1)
    assert [(row["route"], row["status"], row["fault"]) for row in log] == [
        ("substack.create", 500, "status"),
        ("substack.create", 200, None),
    ]
    assert ([row["title"] for row in state["posts"]], state["counts"]) == (["two"], {"substack": 1, "medium": 0})
    assert (year, state["mails"]) == (2030, 0)
    assert web.get(f"/_sandbox/posts/{state['posts'][0]['id']}").json()["wire"]["draft_title"] == "two"
    web.post("/_sandbox/reset")
    assert (server.state.posts(), server.state.switches.drafts_shape) == ([], "posts")


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "faults", {"fault": "nothing"}),
        ("POST", "faults", {}),
        ("PUT", "switches", {"colour": "red"}),
        ("PUT", "switches", {"drafts_shape": "circle"}),
        ("PUT", "switches", {"public_lag": True}),
        ("POST", "clock", {"set": "tomorrow"}),
        ("POST", "clock", {}),
        ("GET", "posts/1", None),
    ],
)
def test_control_api_explains_what_it_cannot_do(web: httpx.Client, method: str, path: str, body: object) -> None:
    """A wrong order is a 4xx with an explanation, and changes nothing."""
    answer = web.request(method, f"/_sandbox/{path}", json=body)

    assert 400 <= answer.status_code < 500
    assert answer.json()["error"]


def test_log_holds_no_secret(server: Server, web: httpx.Client) -> None:
    """Neither cookie nor token stands in the log, the state or the object's own description."""
    web.get("/v1/me", params={"accessToken": "sandbox-token"})
    create(web)
    seen = web.get("/_sandbox/requests").text + web.get("/_sandbox/state").text + repr(server.state)

    assert "accessToken=…" in server.state.requests[0].query
    assert not any(secret in seen for secret in ("sandbox-token", "s:sandbox"))


def test_killed_sandbox_keeps_its_posts(tmp_path: Path) -> None:
    """With a folder, posts, images, numbers and mails are there after a restart, in order."""
    with serve(directory=tmp_path) as first:
        for title in ("b", "a", "c"):
            number = httpx.post(f"{first.url}/api/v1/drafts", json={"draft_title": title}, headers=COOKIE).json()["id"]
        httpx.delete(f"{first.url}/api/v1/drafts/{number}", headers=COOKIE)
        first.state.images.put("x.png", b"1")
    again = Sandbox(directory=tmp_path)

    assert (again.titles(), again.images.names()) == (["b", "a"], ["x.png"])
    with serve(state=again) as second:
        later = httpx.post(f"{second.url}/api/v1/drafts", json={"draft_title": "d"}, headers=COOKIE).json()["id"]
    assert (later > number, ["b", "a", "d"]) == (True, Sandbox(directory=tmp_path).titles())


def test_sandbox_killed_in_the_middle_loses_nothing_it_answered(tmp_path: Path) -> None:
    """Every creation that was answered before SIGKILL is there afterwards."""
    program = (
        "import sys, pathlib; from newsletter_bot.sandbox import serve; s = serve(directory=pathlib.Path(sys.argv[1]))"
    )
    command = [sys.executable, "-c", f"{program}; print(s.url, flush=True); s.wait()", str(tmp_path)]
    answered: list[str] = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        killer = threading.Timer(0.5, process.kill)
        killer.start()
        while True:
            try:
                title = f"post {len(answered)}"
                httpx.post(f"{url}/api/v1/drafts", json={"draft_title": title}, headers=COOKIE)
            except httpx.HTTPError:
                break
            answered.append(title)
        killer.join()

    assert answered
    assert answered == Sandbox(directory=tmp_path).titles()[: len(answered)]


def test_taken_port_is_an_error(server: Server) -> None:
    """A port that is taken is an OSError, and ends no process."""
    with pytest.raises(OSError):
        serve(port=server.port)
