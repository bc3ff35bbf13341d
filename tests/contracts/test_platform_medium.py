"""Medium: one request that creates, and a public feed to look back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest
from platform_stage import NOW, TOKEN, MediumStage, Note, for_medium, medium, reply

from newsletter_bot.errors import Refused, SettingsError, Unavailable, Undecided
from newsletter_bot.model import Format, Receipt, Visibility
from newsletter_bot.platforms._medium_feed import feed_of
from newsletter_bot.platforms.medium import Medium
from newsletter_bot.ports import Trace

TRACE = Trace(sending_at=NOW)
POSTS = "/users/5303d7/posts"
DRAFT, PUBLIC = Visibility.DRAFT, Visibility.PUBLIC


@pytest.fixture
def stage() -> MediumStage:
    return MediumStage()


@pytest.fixture
def bot(stage: MediumStage) -> Medium:
    return medium(stage)


def out(bot: Medium, **changes: Any) -> Receipt:
    return bot.deliver(for_medium(**changes), Note())


def test_what_is_sent(stage: MediumStage) -> None:
    """Status, canonical address, licence and three tags are sent explicitly; the text is the rendition's."""
    out(medium(stage, license="cc-40-by"))

    expected = {
        "title": "Flywheels",
        "contentFormat": "html",
        "content": "<h1>Flywheels</h1><p>Heavy wheels turn long.</p>",
        "tags": ["habits", "machines", "time"],
        "canonicalUrl": "https://signals.substack.com/p/flywheels",
        "publishStatus": "public",
        "license": "cc-40-by",
        "notifyFollowers": False,
    }
    assert [expected] == stage.bodies("POST", POSTS)
    assert f"Bearer {TOKEN}" == stage.sent("POST")[0].headers["authorization"]


def test_nothing_unasked_is_sent(stage: MediumStage, bot: Medium) -> None:
    """Fields without a value are left out: Medium refuses fields that it does not know."""
    out(bot, canonical_url=None, tags=())

    assert {"title", "contentFormat", "content", "tags", "publishStatus", "notifyFollowers"} == set(
        stage.bodies("POST")[0]
    )


def test_receipt_of_a_draft(bot: Medium) -> None:
    """A draft has an address but no time at which it became public."""
    receipt = out(bot, visibility=DRAFT)

    assert (DRAFT, None) == (receipt.visibility, receipt.public_at)


def test_status_that_medium_chose(stage: MediumStage, bot: Medium) -> None:
    """When Medium stores less than was asked, the receipt says so."""
    data = {"id": "e6f36a", "url": "https://medium.com/@ada/e6f36a", "publishStatus": "draft"}
    stage.next(f"POST /v1{POSTS}", reply(201, {"data": data}))

    assert DRAFT == out(bot).visibility


@pytest.mark.parametrize("name", ["About Signals", "b969ac", "about-signals", " ABOUT signals "])
def test_publication_by_name_or_id(stage: MediumStage, name: str) -> None:
    """A publication may be named as its author knows it."""
    out(medium(stage, publication=name))

    assert 1 == len(stage.bodies("POST", "/publications/b969ac/posts"))


def test_unknown_publication(stage: MediumStage) -> None:
    """A publication that the account does not have is refused with those it has."""
    with pytest.raises(Refused, match="About Signals"):
        out(medium(stage, publication="Nowhere"))


@pytest.mark.parametrize(
    ("code", "message"),
    [(6000, "An access token is required."), (6003, "Token was invalid."), (6005, "Application not found")],
)
def test_token_that_is_refused(stage: MediumStage, bot: Medium, code: int, message: str) -> None:
    """A refused token comes with Medium's words and what a person can do."""
    stage.next("GET /v1/me", reply(401, {"errors": [{"message": message, "code": code}]}))

    with pytest.raises(Refused, match=message) as raised:
        out(bot)
    assert "token" in (raised.value.fix or "")


@pytest.mark.parametrize("status", [403, 429])
def test_ten_a_day(stage: MediumStage, bot: Medium, status: int) -> None:
    """The daily limit puts the post off, whatever status Medium gives it."""
    words = "User has reached the rate limit for publishing today."
    stage.next(f"POST /v1{POSTS}", reply(status, {"errors": [{"message": words, "code": -1}]}))

    with pytest.raises(Unavailable, match="rate limit"):
        out(bot)
    assert 10 == Medium.capabilities.daily


@pytest.mark.parametrize(
    "changes",
    [
        {"visibility": Visibility.SCHEDULED, "release_at": NOW},
        {"format": Format.SUBSTACK},
        {"title": ""},
        {"body": " "},
        {"options": {"license": "mine"}},
    ],
)
def test_senseless_renditions(stage: MediumStage, bot: Medium, changes: dict[str, Any]) -> None:
    """What Medium cannot carry is refused before a request."""
    with pytest.raises(Refused):
        out(bot, **changes)
    assert [] == stage.requests


def test_long_title_and_tags(stage: MediumStage, bot: Medium) -> None:
    """A title that Medium would ignore is cut, a tag that it would ignore is not sent."""
    out(bot, title="word " * 40, tags=("x" * 26, "short"))

    sent = stage.bodies("POST")[0]
    assert (100, ["short"]) == (len(sent["title"]), sent["tags"])


def test_settings_that_cannot_work(stage: MediumStage) -> None:
    """An unknown licence and an empty token are wrong settings."""
    for settings in ({"license": "mine"}, {"token": " "}, {"feed": "medium.com"}):
        with pytest.raises(SettingsError):
            medium(stage, **settings)


# --- finding --------------------------------------------------------------------------------------------------------


def lose(stage: MediumStage, bot: Medium, **changes: Any) -> None:
    """A post that is stored while its answer is lost."""
    out(bot, **changes)
    stage.requests.clear()


def test_lost_public_post_is_found(stage: MediumStage, bot: Medium) -> None:
    """A public post is found in the feed, with its id and address."""
    lose(stage, bot)

    found = bot.find(for_medium(), TRACE)

    assert found
    assert ("000abcdef000", PUBLIC, NOW) == (found.remote_id, found.visibility, found.public_at)
    assert "https://medium.com/@ada/post-000abcdef000" == found.url
    assert "authorization" not in stage.sent("GET", "/feed/@ada")[0].headers


def test_draft_is_undecided(bot: Medium) -> None:
    """A draft shows nowhere, so a person is asked."""
    with pytest.raises(Undecided):
        bot.find(for_medium(visibility=DRAFT), TRACE)


def test_absent_from_a_feed_that_is_fresh(stage: MediumStage, bot: Medium) -> None:
    """A feed that was built after the settle time and reaches back far enough shows that nothing is there."""
    stage.built_at = NOW + timedelta(minutes=6)

    assert bot.find(for_medium(), TRACE) is None


@pytest.mark.parametrize("minutes", [-60, 0, 4])
def test_absent_from_a_feed_that_is_stale(stage: MediumStage, bot: Medium, minutes: int) -> None:
    """A feed that was built too early proves nothing: it is read again, for a day."""
    stage.built_at = NOW + timedelta(minutes=minutes)

    with pytest.raises(Unavailable):
        bot.find(for_medium(), TRACE)
    with pytest.raises(Undecided):
        bot.find(for_medium(), Trace(sending_at=NOW - timedelta(days=2), settled_at=NOW + timedelta(minutes=5)))


def test_absence_counts_from_the_last_request(stage: MediumStage, bot: Medium) -> None:
    """A sender that was paused may have sent long after it began: the feed must be younger than its last request."""
    stage.built_at = NOW + timedelta(minutes=30)

    with pytest.raises(Unavailable):
        bot.find(for_medium(), Trace(sending_at=NOW, settled_at=NOW + timedelta(hours=1)))


def test_feed_that_does_not_reach_back(stage: MediumStage, bot: Medium) -> None:
    """When ten newer posts fill the feed, an absence proves nothing."""
    stage.now, stage.built_at = NOW + timedelta(minutes=1), NOW + timedelta(hours=1)
    for number in range(10):
        lose(stage, bot, title=f"Newer {number}")

    with pytest.raises(Undecided):
        bot.find(for_medium(), TRACE)


@pytest.mark.parametrize("settings", [{"publication": "b969ac"}, {"feed": "https://medium.com/feed/@ada"}])
def test_absence_in_a_chosen_feed(stage: MediumStage, settings: dict[str, str]) -> None:
    """A publication, or a feed of the settings, may leave posts out: an absence proves nothing."""
    stage.built_at = NOW + timedelta(hours=1)

    with pytest.raises(Undecided):
        medium(stage, **settings).find(for_medium(), TRACE)


def test_same_title_last_week(stage: MediumStage, bot: Medium) -> None:
    """Last week's post of the same title is not taken for this week's."""
    stage.now, stage.built_at = NOW - timedelta(days=7), NOW + timedelta(hours=1)
    lose(stage, bot, body="<h1>Flywheels</h1><p>Another text.</p>")

    assert bot.find(for_medium(), TRACE) is None


def test_clock_of_medium_is_not_ours(stage: MediumStage, bot: Medium) -> None:
    """The same text is ours whatever the clocks say."""
    stage.now = NOW - timedelta(days=7)
    lose(stage, bot)

    assert bot.find(for_medium(), TRACE)


def test_two_of_the_same(stage: MediumStage, bot: Medium) -> None:
    """The same post twice is for a person to judge."""
    lose(stage, bot)
    lose(stage, bot)

    with pytest.raises(Undecided, match="2 times"):
        bot.find(for_medium(), TRACE)


def test_id_that_came_with_an_answer(stage: MediumStage, bot: Medium) -> None:
    """An id in the ledger proves the post, draft or public, without asking."""
    for visibility in (DRAFT, PUBLIC):
        found = bot.find(for_medium(visibility=visibility), Trace(sending_at=NOW, remote_id="e6f36a"))
        assert found
        assert ("e6f36a", visibility, "https://medium.com/p/e6f36a") == (found.remote_id, found.visibility, found.url)
    assert [] == stage.requests


@pytest.mark.parametrize(
    "reply_", [reply(403, "no feed for you"), reply(200, "<html>hello</html>"), httpx.ReadError("x")]
)
def test_feed_that_cannot_be_had(stage: MediumStage, bot: Medium, reply_: httpx.Response | Exception) -> None:
    """Without a feed the look-up is made again later, or a person is asked; never is the post sent again."""
    stage.next("GET /feed/@ada", reply_)

    with pytest.raises((Unavailable, Undecided)):
        bot.find(for_medium(), TRACE)


# --- verifying ------------------------------------------------------------------------------------------------------


def test_verified_by_the_feed(bot: Medium) -> None:
    """A post in the feed is in public view."""
    assert bot.verify(out(bot), for_medium())


def test_verified_by_its_page(stage: MediumStage, bot: Medium) -> None:
    """A post that the feed does not show yet may be seen on its own page."""
    receipt = Receipt(remote_id="e6f36a", url="https://medium.com/@ada/e6f36a", visibility=PUBLIC)
    stage.next("GET /@ada/e6f36a", reply(404, "gone"), reply(200, "<title>Flywheels | Ada</title>"))

    assert not bot.verify(receipt, for_medium())
    assert bot.verify(receipt, for_medium())
    assert "authorization" not in stage.requests[-1].headers


def test_drafts_are_not_in_view(bot: Medium) -> None:
    """A draft cannot be verified."""
    assert not bot.verify(out(bot, visibility=DRAFT), for_medium())


@pytest.mark.parametrize(
    ("profile", "feed"),
    [
        ("https://medium.com/@ada", "https://medium.com/feed/@ada"),
        ("https://ada.medium.com/", "https://ada.medium.com/feed"),
        ("http://127.0.0.1:8/medium/@ada", "http://127.0.0.1:8/medium/feed/@ada"),
    ],
)
def test_feed_beside_the_profile(profile: str, feed: str) -> None:
    """The feed's address follows from the account's own."""
    assert feed == feed_of(profile)
