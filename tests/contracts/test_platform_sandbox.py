"""Both adapters against the sandbox, over real connections, with answers that get lost."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from platform_stage import Note, document, for_medium, for_substack

from newsletter_bot.errors import Conflict, DeliveryError, Refused, Unavailable, Unconfirmed, Undecided, Vanished
from newsletter_bot.model import Audience, Picture, Receipt, Rendition, Visibility
from newsletter_bot.platforms.medium import Medium
from newsletter_bot.platforms.substack import Substack
from newsletter_bot.ports import Trace
from newsletter_bot.sandbox import Server, serve

DRAFT, SCHEDULED, PUBLIC = Visibility.DRAFT, Visibility.SCHEDULED, Visibility.PUBLIC
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serve() as running:
        yield running


@pytest.fixture
def sandbox(server: Server) -> Server:
    server.state.reset()
    server.state.substack_sections = ()
    return server


def substack_at(server: Server, **settings: Any) -> Substack:
    given = {"url": server.url, "api": f"{server.url}/substack/api/v1", "session": "s:sandbox", **settings}
    return Substack(**given)


@pytest.fixture
def substack(sandbox: Server) -> Iterator[Substack]:
    adapter = substack_at(sandbox)
    yield adapter
    adapter.close()


@pytest.fixture
def medium(sandbox: Server) -> Iterator[Medium]:
    adapter = Medium(api=f"{sandbox.url}/medium/v1", token="sandbox-token")
    yield adapter
    adapter.close()


def now() -> datetime:
    return datetime.now(UTC)


def rows(server: Server) -> list[dict[str, Any]]:
    return server.state.posts()


def settled(adapter: Substack | Medium, rendition: Rendition, *, most: int = 6) -> tuple[Receipt, int]:
    """Delivers as the program does: look up after each lost answer, send again only when surely absent."""
    note, tries = Note(), 0
    while tries < most:
        tries += 1
        began = now()
        try:
            return adapter.deliver(rendition, note), tries
        except Unavailable:
            continue
        except Unconfirmed:
            found = adapter.find(rendition, Trace(sending_at=began, remote_id=note.remote_id))
            if found and found.visibility is rendition.visibility:
                return found, tries
            note.remote_id = found.remote_id if found else None
    raise AssertionError("not settled")


# --- Substack -------------------------------------------------------------------------------------------------------


def test_published_with_everything(sandbox: Server, substack: Substack) -> None:
    """A post with section, tags, cover, audience and mail stands there as sent, and a reader can see it."""
    sandbox.state.substack_sections = ("Essays", "Work")
    rendition = for_substack(
        tags=("habits", "wheels"),
        cover=f"{sandbox.url}/images/c.png",
        email=True,
        options={"section": "work", "comments": "none", "search_title": "Wheels"},
    )

    receipt = substack.deliver(rendition, Note())

    assert (PUBLIC, True) == (receipt.visibility, receipt.mailed)
    assert f"{sandbox.url}/p/flywheels" == receipt.url
    assert substack.verify(receipt, rendition)
    post = next(iter(sandbox.state.substack_posts))
    assert ("none", "Wheels") == (post["wire"]["write_comment_permissions"], post["wire"]["search_engine_title"])
    assert 2 == len(post["tags"])
    assert 1 == sandbox.state.mails


@pytest.mark.parametrize("route", ["open", "by_id", "closed"])
@pytest.mark.parametrize("session", ["s:sandbox", "s%3Asandbox"])
def test_every_route_and_spelling(sandbox: Server, route: str, session: str) -> None:
    """Whichever routes are open, in either spelling of the session, the whole life of a post works."""
    sandbox.state.switches.turn({"publication_route": route, "collision_guard": True})
    bot = substack_at(sandbox, session=session)

    draft = bot.deliver(for_substack(visibility=DRAFT), Note())
    queued = bot.schedule(draft, now() + timedelta(days=1))
    back = bot.schedule(queued, None)
    changed = bot.update(back, for_substack(title="Wheels", visibility=DRAFT))
    public = bot.deliver(for_substack(title="Wheels"), Note(remote_id=changed.remote_id))
    mended = bot.update(public, for_substack(title="Wheels, mended"))

    assert (DRAFT, SCHEDULED, DRAFT, DRAFT, PUBLIC, PUBLIC) == tuple(
        receipt.visibility for receipt in (draft, queued, back, changed, public, mended)
    )
    assert ["Wheels, mended"] == [row["live_title"] for row in rows(sandbox)]
    assert mended == bot.inspect(mended)
    assert "Ada Sandbox" in bot.reach()
    assert bot.upload(Picture(digest="d", media_type="image/png", width=1, height=1, name="a.png", data=PIXEL))
    assert "unpublished" in bot.retract(mended)
    assert 0 == sandbox.state.mails


def test_own_domain_does_not_redirect_us(sandbox: Server, substack: Substack) -> None:
    """A publication with its own domain is written to and verified all the same."""
    sandbox.state.switches.turn({"custom_domain": "letters.example"})

    receipt = substack.deliver(for_substack(), Note())

    assert "http://letters.example/p/flywheels" == receipt.url
    assert substack.verify(receipt, for_substack())


FAULTS = [
    "lose_answer",
    "reset_before",
    "status_after,code=502",
    "status:1,code=503,retry_after=5",
    "garbage",
    "truncate",
    "429:1,retry_after=1",
    "challenge",
]
STEPS = ["profile", "create", "update", "read", "tags", "tag", "prepublish", "publish"]


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("step", STEPS)
def test_any_step_may_fail(sandbox: Server, substack: Substack, step: str, fault: str) -> None:
    """Whichever request fails, and however: one post, one mail, nothing for a person to do."""
    sandbox.state.faults.add(f"substack.{step}={fault}")

    receipt, _ = settled(substack, for_substack(tags=("habits",), email=True))

    assert ["published"] == [row["state"] for row in rows(sandbox)]
    assert 1 == sandbox.state.mails
    assert receipt.mailed
    assert substack.verify(receipt, for_substack())


@pytest.mark.parametrize("fault", FAULTS)
def test_scheduling_may_fail(sandbox: Server, substack: Substack, fault: str) -> None:
    """A lost answer to scheduling leaves one post in the queue."""
    sandbox.state.faults.add(f"substack.schedule={fault}")

    receipt, _ = settled(substack, for_substack(visibility=SCHEDULED, release_at=now() + timedelta(days=1)))

    assert (SCHEDULED, ["scheduled"]) == (receipt.visibility, [row["state"] for row in rows(sandbox)])


def test_released_by_the_service(sandbox: Server, substack: Substack) -> None:
    """A scheduled post is public once its time has come, without a mail that nobody asked for."""
    receipt = substack.deliver(for_substack(visibility=SCHEDULED, release_at=now() + timedelta(hours=1)), Note())
    sandbox.state.clock.advance(3700)

    seen = substack.inspect(receipt)

    assert (PUBLIC, receipt.version) == (seen.visibility, seen.version)
    assert substack.verify(seen, for_substack())
    assert 0 == sandbox.state.mails


def test_clocks_days_apart(sandbox: Server, substack: Substack) -> None:
    """A lost draft is found although the service's clock is a week off."""
    for seconds in (-604_800, 604_800):
        sandbox.state.reset()
        sandbox.state.clock.advance(seconds)
        sandbox.state.lose_next_answer("substack.create")

        settled(substack, for_substack())

        assert 1 == len(rows(sandbox))


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("step", ["read", "update", "publish"])
def test_update_may_fail(sandbox: Server, substack: Substack, step: str, fault: str) -> None:
    """An update that failed anywhere is simply made again, and mails nobody."""
    first = substack.deliver(for_substack(email=True), Note())
    sandbox.state.faults.add(f"substack.{step}={fault}")
    mended = for_substack(body=document("Mended."), email=True)
    with suppress(Unavailable, Unconfirmed):
        substack.update(first, mended)

    after = substack.update(first, mended)

    assert after == substack.inspect(after)
    assert document("Mended.") == next(iter(sandbox.state.substack_posts))["wire"]["draft_body"]
    assert 1 == sandbox.state.mails


def test_change_by_a_person(sandbox: Server, substack: Substack) -> None:
    """A change that a person made there is held with the difference; overwriting is possible on demand."""
    receipt = substack.deliver(for_substack(), Note())
    person = substack_at(sandbox)
    person.update(person.inspect(receipt), for_substack(body=document("A person's words.")))

    with pytest.raises(Conflict) as raised:
        substack.update(receipt, for_substack(title="Mended"))
    assert "-A person's words." in raised.value.difference
    assert substack.update(receipt, for_substack(title="Mended"), overwrite=True).version


def test_deleted_there(sandbox: Server, substack: Substack) -> None:
    """A post that somebody deleted is reported, and taking it back is done already."""
    receipt = substack.deliver(for_substack(), Note())
    sandbox.state.substack_posts.remove(receipt.remote_id)

    with pytest.raises(Vanished):
        substack.inspect(receipt)
    with pytest.raises(Vanished):
        substack.verify(receipt, for_substack())
    assert "already" in substack.retract(receipt)


def test_wrong_session(sandbox: Server) -> None:
    """A session that is not signed in is refused with what to do."""
    with pytest.raises(Refused) as raised:
        substack_at(sandbox, session="s:nobody").deliver(for_substack(), Note())
    assert "sign in" in (raised.value.fix or "")


def test_paid_post_and_location(sandbox: Server, substack: Substack) -> None:
    """A paid post keeps its audience, and is found again by its address."""
    receipt = substack.deliver(for_substack(audience=Audience.PAID), Note())

    assert "only_paid" == rows(sandbox)[0]["audience"]
    for url in (str(receipt.url), f"{sandbox.url}/publish/post/{receipt.remote_id}"):
        assert receipt.remote_id == substack.locate(url).remote_id


# --- Medium ---------------------------------------------------------------------------------------------------------


def test_medium_publishes(sandbox: Server, medium: Medium) -> None:
    """A public post stands in the feed with its tags and canonical address, and is verified there."""
    receipt = medium.deliver(for_medium(), Note())

    row = rows(sandbox)[0]
    assert ("public", ["habits", "machines", "time"]) == (row["state"], row["tags"])
    assert for_medium().canonical_url == row["canonical_url"]
    assert receipt.public_at
    assert medium.verify(receipt, for_medium())
    assert "Ada Sandbox" in medium.reach()


def test_medium_publications(sandbox: Server) -> None:
    """An editor's publication takes public posts, a writer's only drafts, a followed one none."""
    posts = [("The Local Editor", PUBLIC), ("writers-of-the-loop", DRAFT)]
    for publication, visibility in posts:
        bot = Medium(api=f"{sandbox.url}/medium/v1", token="sandbox-token", publication=publication)
        assert visibility is bot.deliver(for_medium(visibility=visibility), Note()).visibility
    for publication in ("Writers of the Loop", "Only Followed"):
        bot = Medium(api=f"{sandbox.url}/medium/v1", token="sandbox-token", publication=publication)
        with pytest.raises(Refused):
            bot.deliver(for_medium(), Note())


def outcome(bot: Medium, rendition: Rendition) -> Receipt | DeliveryError:
    began, note = now(), Note()
    with pytest.raises(Unconfirmed):
        bot.deliver(rendition, note)
    try:
        found = bot.find(rendition, Trace(sending_at=began, remote_id=note.remote_id))
    except DeliveryError as error:
        return error
    assert found
    return found


@pytest.mark.parametrize("fault", ["lose_answer", "status_after,code=502", "garbage", "truncate"])
def test_medium_lost_answers(sandbox: Server, medium: Medium, fault: str) -> None:
    """A public post whose answer was lost is found in the feed; a draft is left to a person."""
    for visibility, expected in ((PUBLIC, Receipt), (DRAFT, Undecided)):
        sandbox.state.faults.add(f"medium.post={fault}")
        assert isinstance(outcome(medium, for_medium(visibility=visibility)), expected)
    assert 2 == len(rows(sandbox))


def test_medium_post_that_never_arrived(sandbox: Server, medium: Medium) -> None:
    """A request that was cut off before it was stored is looked for again while the feed proves nothing."""
    sandbox.state.faults.add("medium.post=reset_before")

    assert isinstance(outcome(medium, for_medium()), Unavailable)


def test_medium_eleventh_post(sandbox: Server, medium: Medium) -> None:
    """The eleventh post of a day is put off."""
    for number in range(10):
        medium.deliver(for_medium(title=f"Post {number}"), Note())
    for status in (429, 403):
        sandbox.state.switches.turn({"medium_limit_status": status})
        with pytest.raises(Unavailable):
            medium.deliver(for_medium(), Note())
    assert 10 == len(rows(sandbox))


def test_medium_wrong_token(sandbox: Server) -> None:
    """A token that is not valid is refused, and not repeated."""
    bot = Medium(api=f"{sandbox.url}/medium/v1", token="wrong-token-000")

    with pytest.raises(Refused, match=r"Token was invalid") as raised:
        bot.deliver(for_medium(), Note())
    assert "wrong-token-000" not in str(raised.value)


def test_nobody_answers() -> None:
    """A service that is not there got nothing."""
    with serve() as gone:
        url = gone.url
    bot = Medium(api=f"{url}/medium/v1", token="sandbox-token")

    with pytest.raises(Unavailable):
        bot.deliver(for_medium(), Note())
