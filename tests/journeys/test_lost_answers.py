"""Answers that never came: looked up, adopted, sent again only when surely absent, else held for a person."""

from __future__ import annotations

from datetime import datetime

import pytest
from writer_stage import Answer, Writer

SOON = "2026-11-25T09:01:00+00:00"
SETTLED = "2026-11-25T09:10:00+00:00"
LATER = "2026-11-25T10:00:00+00:00"
NEXT_DAY = "2026-11-26T09:00:00+00:00"


@pytest.fixture
def loser(writer: Writer) -> Writer:
    """A writer with a ready draft, whose Medium account tells its own feed."""
    settings = writer.folder / "schedule.yaml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace(f"feed: {writer.server.url}/medium/feed/@ada, ", ""), encoding="utf-8")
    writer.write("lanterns", "Light them *all*.")
    at(writer, writer.now)
    return writer


def at(writer: Writer, moment: str) -> None:
    """Both sides' clocks."""
    writer.now = moment
    writer.sandbox.clock.set(datetime.fromisoformat(moment))


def publish(writer: Writer, moment: str, *arguments: str) -> Answer:
    """``publish`` at that time."""
    at(writer, moment)
    return writer.publish(*arguments)


def story(writer: Writer, delivery: str) -> str:
    """What ``status DELIVERY`` tells a person."""
    return writer.run("status", delivery).out


@pytest.mark.parametrize("route", ["substack.create", "substack.publish", "medium.post"])
@pytest.mark.parametrize("fault", ["lose_answer", "status_after,code=502", "garbage", "truncate"])
def test_a_lost_answer_is_looked_up(loser: Writer, route: str, fault: str) -> None:
    """A post whose answer was lost is found where it is; nothing is made twice, and the story says so."""
    loser.sandbox.faults.add(f"{route}={fault}")
    lost = publish(loser, loser.now)

    too_soon = publish(loser, SOON)
    found = publish(loser, SETTLED)
    again = publish(loser, LATER)

    service = route.partition(".")[0]
    assert 1 == lost.code
    assert "unconfirmed" == lost.states[service]
    assert service == "substack" or "unconfirmed" == too_soon.states[service]
    assert (0, 0) == (found.code, again.code)
    assert {"substack": "delivered", "medium": "delivered"} == again.states
    assert ["Lanterns", "Lanterns"] == loser.sandbox.titles()
    assert "answer lost" in story(loser, f"lanterns/{service}")
    assert "looked up: found as" in story(loser, f"lanterns/{service}")


def test_what_is_surely_absent_is_sent_again(loser: Writer) -> None:
    """A connection that was reset before anything was stored ends in one post."""
    loser.sandbox.faults.add("medium.post=reset_before")
    publish(loser, loser.now)

    publish(loser, SETTLED)

    assert ["Lanterns", "Lanterns"] == loser.sandbox.titles()
    assert "surely not there" in story(loser, "lanterns/medium")


@pytest.fixture
def drafter(loser: Writer) -> Writer:
    """Medium takes drafts, of which nobody can see what became when an answer is lost."""
    loser.configure(medium=", publish: draft")
    loser.sandbox.lose_next_answer("medium.post")
    publish(loser, loser.now)
    return loser


def test_what_nobody_can_see_is_held_for_a_person(drafter: Writer) -> None:
    """A lost answer to a draft on Medium waits for a person, is said with the way out, and is not sent again."""
    answer = publish(drafter, SETTLED)
    cron = drafter.run("publish", "--due")

    assert 3 == answer.code
    assert answer.deliveries["medium"]["held"]
    assert "newsletter-bot resolve lanterns/medium" in drafter.run("status").out
    assert 0 == cron.code
    assert ["Lanterns"] == drafter.sandbox.titles("medium")


def test_a_person_saw_it(drafter: Writer) -> None:
    """``resolve --found`` records the address; nothing is sent."""
    publish(drafter, SETTLED)

    settled = drafter.run("resolve", "lanterns/medium", "--found", "https://medium.com/p/1a2b3c", "--json")

    assert (0, "delivered") == (settled.code, settled.deliveries["medium"]["state"])
    assert "https://medium.com/p/1a2b3c" == settled.deliveries["medium"]["url"]
    assert 0 == publish(drafter, LATER).code
    assert ["Lanterns"] == drafter.sandbox.titles("medium")


def test_a_person_saw_that_it_is_not_there(drafter: Writer) -> None:
    """``resolve --absent`` lets the next run send it."""
    publish(drafter, SETTLED)
    drafter.sandbox.medium_posts.clear()

    settled = drafter.run("resolve", "lanterns/medium", "--absent", "--json")
    sent = publish(drafter, LATER)

    assert (0, "due") == (settled.code, settled.deliveries["medium"]["state"])
    assert (0, "delivered") == (sent.code, sent.states["medium"])
    assert ["Lanterns"] == drafter.sandbox.titles("medium")


@pytest.mark.parametrize("said", [(), ("--found", "https://a.example/x", "--absent"), ("--found", "no address")])
def test_a_person_says_one_thing(drafter: Writer, said: tuple[str, ...]) -> None:
    """Neither, both, or something that is no address is wrong usage and settles nothing."""
    publish(drafter, SETTLED)

    assert 2 == drafter.run("resolve", "lanterns/medium", *said).code
    assert "unconfirmed" == drafter.run("status", "--json").states["medium"]


def test_nothing_to_settle(loser: Writer) -> None:
    """A delivery that is out cannot be declared absent, and a name that does not exist is told what waits."""
    publish(loser, loser.now)

    assert 2 == loser.run("resolve", "lanterns/medium", "--absent").code
    unknown = loser.run("resolve", "lanterns/letters", "--absent", "--json")
    assert 2 == unknown.code
    assert "lanterns/letters" in unknown.json["error"]["message"]


def test_lists_that_do_not_answer_are_asked_again(loser: Writer) -> None:
    """A look-up that fails is no absence: it is repeated."""
    loser.sandbox.lose_next_answer("substack.create")
    publish(loser, loser.now)
    loser.sandbox.faults.add("substack.list=status:1,code=503")

    shaken = publish(loser, SETTLED)
    found = publish(loser, NEXT_DAY)

    assert ("unconfirmed", "delivered") == (shaken.states["substack"], found.states["substack"])
    assert ["Lanterns"] == loser.sandbox.titles("substack")


def test_a_vanished_post_is_told_and_not_sent_again(loser: Writer) -> None:
    """A post that somebody deleted there is reported; nothing brings it back by itself."""
    publish(loser, loser.now)
    loser.sandbox.substack_posts.clear()

    seen = publish(loser, LATER, "--due")
    again = publish(loser, NEXT_DAY)

    assert 1 == seen.code
    assert "not there any more" in loser.run("status").out
    assert 1 == again.code
    assert [] == loser.sandbox.titles("substack")


def test_a_draft_that_a_person_publishes_there_is_noticed(loser: Writer) -> None:
    """A post that waits as a draft is recorded as public once a person published it, and then Medium gets it."""
    loser.configure(substack=", publish: draft")
    publish(loser, loser.now)
    waiting = loser.run("status", "--json").deliveries
    (post,) = loser.sandbox.posts("substack")
    at(loser, LATER)
    _publish_by_hand(loser, post["id"])

    publish(loser, LATER, "--due")

    shown = loser.run("status", "--json").deliveries
    assert ("draft", "due") == (waiting["substack"]["visibility"], waiting["medium"]["state"])
    assert ("public", "delivered") == (shown["substack"]["visibility"], shown["medium"]["state"])
    assert "late" == loser.run("streak", "--json").json["slots"][0]["state"]


def test_a_draft_published_on_medium_by_hand_is_noticed(loser: Writer) -> None:
    """Medium tells nobody of drafts; once the feed shows the post it is recorded as public, with its address."""
    loser.configure(medium=", publish: draft")
    publish(loser, loser.now)
    (story_there,) = loser.sandbox.medium_posts
    waiting = publish(loser, LATER, "--due")
    moment = datetime.fromisoformat(LATER).timestamp() * 1000
    loser.sandbox.medium_posts.put(
        story_there["id"], {**story_there, "publishStatus": "public", "publishedAt": int(moment)}
    )

    publish(loser, NEXT_DAY, "--due")

    shown = loser.run("status", "--json").deliveries["medium"]
    assert 0 == waiting.code
    assert ("delivered", "public") == (shown["state"], shown["visibility"])
    assert shown["url"].startswith(loser.server.url)


def _publish_by_hand(writer: Writer, number: int) -> None:
    import httpx

    cookies = {"substack.sid": writer.sandbox.session}
    url = f"{writer.server.url}/api/v1/drafts/{number}/publish"
    assert httpx.post(url, json={"send": False}, cookies=cookies, timeout=5).is_success
