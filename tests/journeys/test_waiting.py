"""Waiting is bounded, said and kept in the ledger; one publication that is down holds up no other."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from writer_stage import NOW, Answer, Writer

START = datetime.fromisoformat(NOW)


@pytest.fixture
def ready(writer: Writer) -> Writer:
    """A ready draft, and services whose clock is the writer's."""
    writer.write("lanterns", "Eleven lanterns.")
    writer.sandbox.clock.set(START)
    return writer


def after(writer: Writer, minutes: float, *arguments: str) -> Answer:
    """``publish`` so many minutes after the start."""
    moment = START + timedelta(minutes=minutes)
    writer.sandbox.clock.set(moment)
    return writer.publish(*arguments, now=moment.isoformat())


def asked(writer: Writer, service: str) -> int:
    """How many requests a service has seen since the log was emptied."""
    return sum(request.route.startswith(service) for request in writer.sandbox.requests)


@pytest.mark.parametrize(
    ("said", "minutes"),
    [("600", 10), ("date+1200", 20), ("absurd", 24 * 60)],
    ids=["seconds", "date", "absurd"],
)
@pytest.mark.parametrize("code", [429, 503])
def test_retry_after_is_kept(ready: Writer, said: str, minutes: int, code: int) -> None:
    """Seconds and dates are kept to the minute, nonsense is capped at a day; neither cron nor hand asks earlier."""
    ready.sandbox.faults.add(f"substack.profile=429:1,code={code},retry_after={said}")
    refused = after(ready, 0)
    ready.sandbox.forget_requests()

    early = after(ready, minutes - 1, "--due"), after(ready, minutes - 1)
    asked_early = asked(ready, "substack")
    kept = after(ready, minutes + 1, "--due")

    assert (1, "due") == (refused.code, refused.states["substack"])
    assert START + timedelta(minutes=minutes) == datetime.fromisoformat(
        refused.deliveries["substack"]["not_before"]
    ).replace(second=0)
    assert 1 == early[1].code
    assert 0 == asked_early
    assert {"substack": "delivered", "medium": "delivered"} == kept.states


def test_a_capped_wait_is_said(ready: Writer) -> None:
    """A person reads that the platform asked for more than we wait."""
    ready.sandbox.faults.add("substack.profile=429:1,retry_after=absurd")

    after(ready, 0)

    assert "more than 24 h" in ready.run("status", "lanterns/substack").out


def test_home_down_makes_those_wait_that_need_its_address(ready: Writer) -> None:
    """Medium waits for the address of home, and is not asked at all."""
    ready.sandbox.faults.add("substack.*=status:*,code=503")

    answer = after(ready, 0)

    assert 1 == answer.code
    assert {"substack": "due", "medium": "due"} == answer.states
    assert 0 == asked(ready, "medium")
    assert "waits until substack has it in public" in ready.run("status").out


def test_home_down_holds_up_nobody_else(writer: Writer) -> None:
    """A publication that does not need home's address goes out while home is down."""
    settings = writer.folder / "schedule.yaml"
    text = settings.read_text(encoding="utf-8").replace("home: substack", "home: medium")
    settings.write_text(text, encoding="utf-8")
    writer.write("lanterns")
    writer.sandbox.faults.add("medium.*=status:*,code=503")

    answer = writer.publish()

    assert (1, {"substack": "delivered", "medium": "due"}) == (answer.code, answer.states)


def test_another_publication_down_holds_up_nothing(ready: Writer) -> None:
    """Home goes out, and when Medium is back only Medium is sent to."""
    ready.sandbox.faults.add("medium.me=status:1,code=503")
    answer = after(ready, 0)
    ready.sandbox.forget_requests()

    later = after(ready, 5, "--due")

    assert (1, {"substack": "delivered", "medium": "due"}) == (answer.code, answer.states)
    assert (0, "delivered") == (later.code, later.states["medium"])
    assert not [r for r in ready.sandbox.requests if r.route.startswith("substack") and r.method != "GET"]


def test_back_off_grows_in_the_ledger(ready: Writer) -> None:
    """Each failure in a row doubles the wait, across runs, and a success ends it."""
    ready.sandbox.faults.add("substack.profile=status:4,code=503,body=empty")
    waits, minutes = list[float](), 0.0
    for _ in range(4):
        answer = after(ready, minutes, "--due").deliveries["substack"]
        until = datetime.fromisoformat(answer["not_before"])
        waits.append((until - START).total_seconds() / 60 - minutes)
        minutes = (until - START).total_seconds() / 60 + 0.1

    delivered = after(ready, minutes, "--due")

    assert [1, 2, 4, 8] == [
        2 ** round(wait / expected - 1) * expected for wait, expected in zip(waits, (1, 2, 4, 8), strict=True)
    ]
    assert all(0.75 < wait / expected < 1.3 for wait, expected in zip(waits, (1, 2, 4, 8), strict=True))
    assert "delivered" == delivered.states["substack"]


def test_a_hand_need_not_wait_for_our_own_back_off(ready: Writer) -> None:
    """A person who asks again is served at once; cron keeps the pause."""
    ready.sandbox.faults.add("substack.profile=status:1,code=503,body=empty")
    after(ready, 0)

    cron = after(ready, 0.2, "--due")
    hand = after(ready, 0.3)

    assert [] == cron.json["issues"]
    assert "delivered" == hand.states["substack"]


def test_a_pause_holds_for_every_delivery_there(ready: Writer) -> None:
    """A 429 on one issue's look keeps the next issue from asking as well."""
    after(ready, 0)
    ready.sandbox.faults.add("substack.post=429:1,retry_after=3600")
    after(ready, 5, "--due")
    ready.write("bells", "Four bells.")
    ready.sandbox.forget_requests()

    waiting = after(ready, 6, "drafts/bells.md")
    sent = after(ready, 70, "--due")

    assert "due" == waiting.states["substack"]
    assert "delivered" == sent.states["substack"]
    assert 2 == len(ready.sandbox.titles("substack"))


def test_a_refusal_is_no_waiting(ready: Writer) -> None:
    """401, 403 and 422 hold until draft or settings change: time alone changes nothing."""
    ready.sandbox.faults.add("substack.create=status:1,code=422")
    refused = after(ready, 0)
    ready.sandbox.forget_requests()

    later = after(ready, 3000)

    assert (1, "refused") == (refused.code, refused.states["substack"])
    assert (1, "refused") == (later.code, later.states["substack"])
    assert not [request for request in ready.sandbox.requests if request.route.startswith("substack.create")]


def test_a_bot_check_is_waited_out(ready: Writer) -> None:
    """A Cloudflare page stopped the request in front of the service: later it goes through, once."""
    ready.sandbox.faults.add("substack.create=challenge:1")

    first, second = after(ready, 0), after(ready, 5, "--due")

    assert (1, "due") == (first.code, first.states["substack"])
    assert "bot check" in first.deliveries["substack"]["error"]
    assert "delivered" == second.states["substack"]
    assert ["Lanterns"] == ready.sandbox.titles("substack")


def test_the_eleventh_post_of_a_day_waits_for_medium(writer: Writer) -> None:
    """Ten posts go out; the eleventh is not even tried until the first is a day old, and nothing is refused."""
    for number in range(11):
        writer.write(f"tide-{number:02}", f"Tide number {number}.")
    for number in range(10):
        assert 0 == writer.publish(f"drafts/tide-{number:02}.md").code

    last = writer.publish("drafts/tide-10.md")

    assert (0, "due", 0) == (last.code, last.states["medium"], last.deliveries["medium"]["attempts"])
    assert 10 == len(writer.sandbox.posts("medium"))
    writer.sandbox.clock.set(datetime.fromisoformat("2026-11-26T09:01:00+00:00"))
    assert "delivered" == writer.publish(now="2026-11-26T09:01:00+00:00").states["medium"]
