"""Substack: what is sent, in which order, and what is made of what stands there."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest
from platform_stage import (
    NOW,
    PROFILE,
    PUBLICATION,
    SESSION,
    Note,
    SubstackStage,
    cookies_of,
    document,
    for_substack,
    reply,
    substack,
)

from newsletter_bot.errors import Conflict, Refused, SettingsError, Unavailable, Unconfirmed, Undecided, Vanished
from newsletter_bot.model import Audience, Picture, Receipt, Rendition, Visibility
from newsletter_bot.platforms.substack import Substack
from newsletter_bot.ports import Trace

DRAFT, SCHEDULED, PUBLIC = Visibility.DRAFT, Visibility.SCHEDULED, Visibility.PUBLIC
TRACE = Trace(sending_at=NOW)


@pytest.fixture
def stage() -> SubstackStage:
    return SubstackStage()


@pytest.fixture
def bot(stage: SubstackStage) -> Substack:
    return substack(stage)


def paths(stage: SubstackStage) -> list[str]:
    return [f"{request.method} {request.url.path.removeprefix('/api/v1/')}" for request in stage.requests]


def out(bot: Substack, **changes: Any) -> Receipt:
    return bot.deliver(for_substack(**changes), Note())


# --- delivering -----------------------------------------------------------------------------------------------------


def test_two_steps_in_order(stage: SubstackStage, bot: Substack) -> None:
    """Draft, everything else, read back, tags, check, publish: by the id of the first step."""
    out(bot, tags=("habits",))

    assert [
        "GET user/profile/self",
        "POST drafts",
        "PUT drafts/1000",
        "GET drafts/1000",
        "GET publication/post-tag",
        "POST publication/post-tag",
        "POST post/1000/tag/tag-0",
        "GET drafts/1000/prepublish",
        "POST drafts/1000/publish",
    ] == paths(stage)


def test_first_draft_can_be_looked_up(stage: SubstackStage, bot: Substack) -> None:
    """The first request carries title, address and the whole text already."""
    out(bot)

    sent = stage.bodies("POST", "/drafts")[0]
    assert ("Flywheels", "flywheels", for_substack().body) == (sent["draft_title"], sent["slug"], sent["draft_body"])


def test_everything_is_set(stage: SubstackStage) -> None:
    """Section, comments, audience, cover, search words and byline stand in the second request."""
    stage.sections = [{"id": 8, "name": "Essays"}, {"id": 9, "name": "Notes from Work"}]
    bot = substack(stage, section="notes from work", comments="only_paid")

    out(
        bot,
        audience=Audience.PAID,
        cover="https://cdn.example/c.png",
        options={"search_title": "Wheels", "search_description": "On wheels"},
    )

    sent = stage.bodies("PUT")[0]
    expected = {
        "draft_section_id": 9,
        "section_chosen": True,
        "write_comment_permissions": "only_paid",
        "audience": "only_paid",
        "cover_image": "https://cdn.example/c.png",
        "search_engine_title": "Wheels",
        "search_engine_description": "On wheels",
        "draft_bylines": [{"id": 42, "is_guest": False}],
        "should_send_email": False,
    }
    assert expected == {name: sent[name] for name in expected}


def test_rendition_overrides_settings(stage: SubstackStage) -> None:
    """Section and comments of a rendition win over those of the settings."""
    stage.sections = [{"id": 8, "name": "Essays"}, {"id": 9, "name": "Work"}]

    out(substack(stage, section="Essays", byline=77), options={"section": "Work", "comments": "none"})

    sent = stage.bodies("PUT")[0]
    assert (9, "none", 77) == (
        sent["draft_section_id"],
        sent["write_comment_permissions"],
        sent["draft_bylines"][0]["id"],
    )


def test_unknown_section_is_refused(stage: SubstackStage) -> None:
    """A section that does not exist is refused with the names that do."""
    stage.sections = [{"id": 8, "name": "Essays"}]

    with pytest.raises(Refused, match="Essays"):
        out(substack(stage, section="Esays"))


def test_sections_the_older_way(stage: SubstackStage) -> None:
    """Where the list of sections is not served, the subscriptions name them."""
    older = {"publications": [{"id": 77, "sections": [{"id": 8, "name": "Essays"}]}]}
    stage.next("GET /api/v1/publication/sections", reply(404, "no"), reply(404, "no"))
    stage.next("GET /api/v1/subscriptions", reply(200, older))

    out(substack(stage, section="Essays"))

    assert 8 == stage.bodies("PUT")[0]["draft_section_id"]


def test_mail_is_sent_only_when_asked(stage: SubstackStage, bot: Substack) -> None:
    """A post is mailed when the publication says so, and never by default."""
    quiet = out(bot)
    loud = out(bot, title="Second", slug="second", email=True)

    assert (False, True) == (quiet.mailed, loud.mailed)
    assert [1001] == stage.mails


def test_publish_by_id_never_mails_twice(stage: SubstackStage, bot: Substack) -> None:
    """A post that was published before its answer was lost is not published again."""
    stage.next("POST /api/v1/drafts/1000/publish", httpx.ReadTimeout("lost"))
    note = Note()
    with pytest.raises(Unconfirmed):
        bot.deliver(for_substack(email=True), note)
    stage.posts[1000] |= {"is_published": True, "email_sent_at": "2026-11-25T17:00:02.000Z"}

    receipt = bot.deliver(for_substack(email=True), note)

    assert (PUBLIC, True) == (receipt.visibility, receipt.mailed)
    assert [] == stage.mails
    assert 1 == len(stage.sent("POST", "/publish"))


def test_mailed_before_unpublished_by_hand(stage: SubstackStage, bot: Substack) -> None:
    """A post that went out by mail once is published again without mail."""
    note = Note()
    bot.deliver(for_substack(email=True), note)
    stage.posts[1000]["is_published"] = False

    bot.deliver(for_substack(email=True), note)

    assert [True, False] == [body["send"] for body in stage.bodies("POST", "/publish")]


def test_draft_stays_a_draft(stage: SubstackStage, bot: Substack) -> None:
    """A draft is written, read back, and left to a person with the address of the editor."""
    receipt = out(bot, visibility=DRAFT)

    assert (DRAFT, "https://signals.substack.com/publish/post/1000") == (receipt.visibility, receipt.url)
    assert [] == stage.sent("POST", "/publish")


def test_scheduled_release(stage: SubstackStage, bot: Substack) -> None:
    """A scheduled post is handed over with its time, and nobody is mailed unless asked."""
    at = NOW + timedelta(days=2)

    receipt = out(bot, visibility=SCHEDULED, release_at=at)

    expected = {"trigger_at": "2026-11-27T17:00:00.000Z", "post_audience": "everyone", "email_audience": "none"}
    assert expected == stage.bodies("POST", "/scheduled_release")[0]
    assert (SCHEDULED, at) == (receipt.visibility, receipt.release_at)


def test_release_time_that_has_passed(stage: SubstackStage, bot: Substack) -> None:
    """A release whose time has come by now is published at once."""
    assert PUBLIC == out(bot, visibility=SCHEDULED, release_at=NOW - timedelta(minutes=1)).visibility


def test_prepublish_errors_are_shown(stage: SubstackStage, bot: Substack) -> None:
    """What Substack finds missing is shown, and nothing is published."""
    stage.blockers = [{"identifier": "no_title", "msg": "Please add a title"}, {"identifier": "strange"}]

    with pytest.raises(Refused, match=r"Please add a title; strange"):
        out(bot)
    assert [] == stage.sent("POST", "/publish")


@pytest.mark.parametrize("field", ["draft_title", "draft_body", "slug", "audience", "draft_subtitle"])
def test_what_was_not_taken_is_an_error(stage: SubstackStage, bot: Substack, field: str) -> None:
    """A field that reads back otherwise stops the post before it is public."""
    note = Note(remote_id="1000")
    stage.handle(httpx.Request("POST", "https://x/api/v1/drafts", content=json.dumps({"draft_title": "x"})))
    kept = {**stage.posts[1000], "draft_title": "Flywheels", "draft_subtitle": "Slow starts", "slug": "flywheels"}
    kept |= {"draft_body": for_substack().body, "audience": "everyone", field: "else"}
    stage.next("GET /api/v1/drafts/1000", reply(200, stage.posts[1000]), reply(200, kept))

    with pytest.raises(Refused, match="did not take"):
        bot.deliver(for_substack(), note)
    assert [] == stage.sent("POST", "/publish")


def test_publish_that_does_not_publish(stage: SubstackStage, bot: Substack) -> None:
    """An answer that shows no public post is looked at again, then left unconfirmed."""
    stage.next("POST /api/v1/drafts/1000/publish", reply(200, {"id": 1000, "is_published": False}))

    with pytest.raises(Unconfirmed):
        out(bot)


def test_paywall_needs_payers(bot: Substack, stage: SubstackStage) -> None:
    """A paywall in a post for everyone is refused before anything is sent."""
    body = json.dumps({"type": "doc", "content": [{"type": "paragraph"}, {"type": "paywall"}]})

    with pytest.raises(Refused, match="paywall"):
        out(bot, body=body)
    assert [] == stage.requests
    assert PUBLIC == out(bot, body=body, audience=Audience.PAID).visibility


@pytest.mark.parametrize("changes", [{"title": " "}, {"body": "<p>html</p>"}, {"options": {"comments": "friends"}}])
def test_senseless_renditions(bot: Substack, stage: SubstackStage, changes: dict[str, Any]) -> None:
    """What Substack would store and show wrongly is not sent."""
    with pytest.raises(Refused):
        out(bot, **changes)
    assert [] == stage.requests


def test_deleted_draft_is_not_made_again(stage: SubstackStage, bot: Substack) -> None:
    """A draft that somebody deleted in between is not created anew."""
    with pytest.raises(Refused, match="gone"):
        bot.deliver(for_substack(), Note(remote_id="1000"))
    assert [] == stage.sent("POST", "/drafts")


def test_known_tags_are_linked(stage: SubstackStage, bot: Substack) -> None:
    """A tag that exists in another case is used, not made again."""
    stage.tags = [{"id": "t-1", "name": "Habits"}]

    out(bot, tags=("habits",))

    assert {"Habits"} == stage.tagged(1000)
    assert [] == stage.sent("POST", "/post-tag")


# --- session, routes ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "given",
    [
        "s:qD8jm3.Zk+4/x=",
        "s%3AqD8jm3.Zk%2B4%2Fx%3D",
        " s:qD8jm3.Zk+4/x=\n",
        "ab=1; substack.sid=s%3AqD8jm3.Zk%2B4%2Fx%3D; other=2",
        '"s:qD8jm3.Zk+4/x="',
    ],
)
def test_both_spellings_of_the_session(stage: SubstackStage, given: str) -> None:
    """However the session was copied, the same cookie is sent under both names."""
    out(substack(stage, session=given))

    assert {"substack.sid": SESSION, "connect.sid": SESSION} == cookies_of(stage.requests[-1])


@pytest.mark.parametrize("given", ["", "  ", "two words", "sid\u2026", "a;b", "a\nb"])
def test_sessions_that_are_none(stage: SubstackStage, given: str) -> None:
    """A session that no cookie can hold is a wrong setting, and is not repeated in the message."""
    with pytest.raises(SettingsError) as raised:
        substack(stage, session=given)
    assert "session" == raised.value.key


@pytest.mark.parametrize(
    "url", ["https://substack.com/@ada", "https://signals.substack.com/publish", "signals.substack.com", "https://"]
)
def test_addresses_that_are_no_publication(stage: SubstackStage, url: str) -> None:
    """The address of a profile or of a page is a wrong setting."""
    with pytest.raises(SettingsError) as raised:
        substack(stage, url=url)
    assert "url" == raised.value.key


def test_requests_look_first_party(stage: SubstackStage, bot: Substack) -> None:
    """Writes carry the origin and the editor's page, so that they are not sent on to another domain."""
    out(bot)

    sent = stage.sent("PUT")[0]
    assert "https://signals.substack.com" == sent.headers["origin"]
    assert "https://signals.substack.com/publish/home" == sent.headers["referer"]


@pytest.mark.parametrize("status", [401, 403, 404])
def test_closed_publication_routes(stage: SubstackStage, bot: Substack, status: int) -> None:
    """Where the publication's own routes are closed, Substack's are used with the publication's id, from then on."""
    stage.next("POST /api/v1/drafts", reply(status, "Not authorized"))

    out(bot)

    first, *rest = [request for request in stage.requests if "/drafts" in request.url.path]
    assert "signals.substack.com" == first.url.host
    assert {("substack.com", "77")} == {(request.url.host, request.url.params["publication_id"]) for request in rest}


def test_open_routes_are_believed(stage: SubstackStage, bot: Substack) -> None:
    """Once the publication's own routes have answered, their 404 is the truth and Substack's are not asked."""
    receipt = out(bot)
    del stage.posts[1000]
    stage.requests.clear()

    with pytest.raises(Vanished):
        bot.inspect(receipt)
    assert 1 == len(stage.requests)


def test_both_routes_closed(stage: SubstackStage, bot: Substack) -> None:
    """When neither route takes the request, it is a refusal."""
    stage.next("POST /api/v1/drafts", reply(403, "Not authorized"), reply(404, "no"))

    with pytest.raises(Refused, match="Not authorized"):
        out(bot)


def test_strangers_are_refused(stage: SubstackStage) -> None:
    """A session that does not write for the publication is refused, with those it writes for."""
    with pytest.raises(Refused) as raised:
        out(substack(stage, url="https://other.substack.com"))
    assert "signals.substack.com" in str(raised.value)


def test_account_without_publication(stage: SubstackStage, bot: Substack) -> None:
    """An account that lists no publication is told so."""
    stage.next("GET /api/v1/user/profile/self", reply(200, {"id": 42, "name": "Ada", "publicationUsers": []}))

    with pytest.raises(Refused, match="no publication"):
        out(bot)


def test_older_profile(stage: SubstackStage, bot: Substack) -> None:
    """A profile that names only a primary publication is understood."""
    stage.next(
        "GET /api/v1/user/profile/self", reply(200, {"id": 42, "name": "Ada", "primaryPublication": PUBLICATION})
    )

    assert PUBLIC == out(bot).visibility


def test_own_domain(stage: SubstackStage) -> None:
    """A publication under its own domain is known by it, and by its id when its own routes are closed to the session."""
    paper = {**PUBLICATION, "custom_domain": "letters.example"}
    profile = {**PROFILE, "publicationUsers": [{"role": "owner", "publication": paper}]}
    stage.next("GET /api/v1/user/profile/self", reply(200, profile))
    stage.next("POST /api/v1/drafts", reply(401, {"errors": [{"msg": "Please sign in"}]}))

    out(substack(stage, url="https://letters.example/"))

    assert "substack.com" == stage.sent("POST", "/publish")[0].url.host


# --- finding --------------------------------------------------------------------------------------------------------


def lost(stage: SubstackStage, **changes: Any) -> Rendition:
    """A rendition whose first answer was lost after it was stored."""
    rendition = for_substack(**changes)
    fields = {"draft_title": rendition.title, "draft_body": rendition.body, "slug": rendition.slug or None}
    stage.handle(httpx.Request("POST", "https://x/api/v1/drafts", content=json.dumps(fields)))
    return rendition


def test_lost_draft_is_found(stage: SubstackStage, bot: Substack) -> None:
    """A draft that was stored although the answer was lost is found by its text."""
    rendition = lost(stage)

    found = bot.find(rendition, TRACE)

    assert found
    assert ("1000", DRAFT) == (found.remote_id, found.visibility)
    assert {"GET"} == {request.method for request in stage.requests[1:]}


@pytest.mark.parametrize(
    ("fields", "visibility"),
    [
        ({"postSchedules": [{"trigger_at": "2026-12-01T09:00:00.000Z"}]}, SCHEDULED),
        ({"is_published": True, "title": "Flywheels", "post_date": "2026-11-25T17:00:05.000Z"}, PUBLIC),
    ],
)
def test_found_in_any_list(stage: SubstackStage, bot: Substack, fields: dict[str, Any], visibility: Visibility) -> None:
    """A post is found wherever it moved on to, and shown as it stands."""
    rendition = lost(stage)
    stage.posts[1000] |= fields

    found = bot.find(rendition, TRACE)

    assert found
    assert visibility == found.visibility


def test_found_by_slug_when_the_title_was_changed(stage: SubstackStage, bot: Substack) -> None:
    """The same text under the same address is ours, whatever it is called now."""
    rendition = lost(stage)
    stage.posts[1000]["draft_title"] = "Wheels"

    assert bot.find(rendition, TRACE)


def test_surely_absent(stage: SubstackStage, bot: Substack) -> None:
    """When no post of that title or slug is in any list, it is not there."""
    lost(stage, title="Another", slug="another")

    assert bot.find(for_substack(), TRACE) is None


def test_every_issue_has_the_same_title(stage: SubstackStage, bot: Substack) -> None:
    """Older issues of the same title are not taken for the new one."""
    stage.now = NOW - timedelta(days=7)
    lost(stage, title="Weekly links", slug="", body=document("Last week."))
    stage.now = NOW
    new = for_substack(title="Weekly links", slug="", body=document("This week."))

    assert bot.find(new, TRACE) is None
    lost(stage, title="Weekly links", slug="", body=new.body)
    found = bot.find(new, TRACE)
    assert found
    assert "1001" == found.remote_id


def test_same_title_other_text_since_the_sending(stage: SubstackStage, bot: Substack) -> None:
    """A post begun since the sending with our title and another text is for a person to judge."""
    lost(stage, body=document("Something else."))

    with pytest.raises(Undecided, match="publish/post/1000"):
        bot.find(for_substack(), TRACE)


def test_two_of_the_same(stage: SubstackStage, bot: Substack) -> None:
    """The same text twice is for a person to judge, with both addresses."""
    lost(stage)
    lost(stage)

    with pytest.raises(Undecided, match="2 times"):
        bot.find(for_substack(), TRACE)


def test_clock_of_the_service_is_not_ours(stage: SubstackStage, bot: Substack) -> None:
    """A draft is found although the service's clock is days away from ours."""
    stage.now = NOW - timedelta(days=3)
    rendition = lost(stage)

    assert bot.find(rendition, TRACE)


def test_editor_may_have_saved_it(stage: SubstackStage, bot: Substack) -> None:
    """Attributes that the editor adds do not make another text."""
    lost(stage)
    stage.posts[1000]["draft_body"] = document("Heavy wheels turn long.", "So do habits.", textAlign=None)

    assert bot.find(for_substack(), TRACE)


def test_found_by_the_id_of_the_first_step(stage: SubstackStage, bot: Substack) -> None:
    """With an id there is nothing to search."""
    lost(stage)

    found = bot.find(for_substack(), Trace(sending_at=NOW, remote_id="1000"))

    assert found
    assert ["GET drafts/1000"] == paths(stage)[1:]


def test_deleted_after_the_first_step(bot: Substack) -> None:
    """A draft of ours that somebody deleted is for a person to judge."""
    with pytest.raises(Undecided, match="deleted"):
        bot.find(for_substack(), Trace(sending_at=NOW, remote_id="1000"))


def test_closed_lists(stage: SubstackStage, bot: Substack) -> None:
    """Lists that are closed to us decide nothing."""
    stage.next("GET /api/v1/post_management/scheduled", reply(403, "Not authorized"), reply(403, "Not authorized"))

    with pytest.raises(Undecided):
        bot.find(for_substack(), TRACE)


def test_ended_session_can_be_waited_for(stage: SubstackStage, bot: Substack) -> None:
    """A look-up with an ended session is made again once the session is renewed."""
    stage.next("*", *(reply(401, {"errors": [{"msg": "Please sign in"}]}) for _ in range(4)))

    with pytest.raises(Unavailable):
        bot.find(for_substack(), TRACE)


def test_long_lists_are_paged(stage: SubstackStage, bot: Substack) -> None:
    """A post beyond the first page is found as long as the rows may be since the sending."""
    rendition = lost(stage)
    stage.now = NOW + timedelta(seconds=30)
    for number in range(120):
        lost(stage, title=f"Draft {number}", slug=f"draft-{number}")

    assert bot.find(rendition, TRACE)


# --- changing -------------------------------------------------------------------------------------------------------


def test_update_is_pushed_live_without_mail(stage: SubstackStage, bot: Substack) -> None:
    """An edit of a public post changes the copy that readers see, and mails nobody."""
    receipt = out(bot, email=True)

    after = bot.update(receipt, for_substack(body=document("Mended."), email=True))

    assert document("Mended.") == stage.posts[1000]["body"]
    assert [1000] == stage.mails
    assert after.mailed
    assert [True, False] == [body["send"] for body in stage.bodies("POST", "/publish")]


def test_update_twice_is_once(stage: SubstackStage, bot: Substack) -> None:
    """The same update again writes nothing."""
    receipt = out(bot)
    mended = for_substack(title="Flywheels, mended")
    once = bot.update(receipt, mended)
    writes = len(stage.sent("PUT")) + len(stage.sent("POST"))

    twice = bot.update(receipt, mended)

    assert once == twice
    assert writes == len(stage.sent("PUT")) + len(stage.sent("POST"))


def test_update_that_stopped_half_way(stage: SubstackStage, bot: Substack) -> None:
    """An update whose text arrived but was not pushed live is finished."""
    receipt = out(bot)
    stage.next("POST /api/v1/drafts/1000/publish", httpx.ReadError("lost"))
    with pytest.raises(Unconfirmed):
        bot.update(receipt, for_substack(title="Mended"))
    assert "Flywheels" == stage.posts[1000]["title"]

    bot.update(receipt, for_substack(title="Mended"))

    assert "Mended" == stage.posts[1000]["title"]


def test_persons_change_is_not_overwritten(stage: SubstackStage, bot: Substack) -> None:
    """What a person changed there is shown as a difference, and left alone."""
    receipt = out(bot)
    stage.posts[1000]["draft_body"] = document("Heavy wheels turn long.", "A person's words.")

    with pytest.raises(Conflict) as raised:
        bot.update(receipt, for_substack(title="Mended"))

    assert {"-A person's words.", "+So do habits.", "+title: Mended"} <= set(raised.value.difference.splitlines())
    assert 1 == len(stage.sent("PUT"))


def test_overwrite_on_demand(stage: SubstackStage, bot: Substack) -> None:
    """A person can decide that the draft's text wins."""
    receipt = out(bot)
    stage.posts[1000]["draft_body"] = document("A person's words.")

    bot.update(receipt, for_substack(title="Mended"), overwrite=True)

    assert ("Mended", for_substack().body) == (stage.posts[1000]["title"], stage.posts[1000]["body"])


def test_without_a_last_look_nothing_is_overwritten(stage: SubstackStage, bot: Substack) -> None:
    """A receipt that remembers no state of the post counts as a conflict when the text differs."""
    receipt = out(bot)
    unseen = Receipt(remote_id=receipt.remote_id, url=receipt.url, visibility=PUBLIC)

    with pytest.raises(Conflict):
        bot.update(unseen, for_substack(title="Mended"))


def test_collision_guard(stage: SubstackStage, bot: Substack) -> None:
    """The service's own guard against two editors at once is a conflict too."""
    receipt = out(bot)
    stage.next("PUT /api/v1/drafts/1000", reply(409, {"error": "updated elsewhere"}))

    with pytest.raises(Conflict):
        bot.update(receipt, for_substack(title="Mended"))

    assert stage.posts[1000]["draft_updated_at"] == stage.bodies("PUT")[-1]["last_updated_at"]


def test_public_address_stays(stage: SubstackStage, bot: Substack) -> None:
    """An update of a public post keeps its address; a draft takes the new one."""
    public = out(bot)
    draft = out(bot, slug="second", visibility=DRAFT)

    bot.update(public, for_substack(slug="renamed", title="Renamed"))
    bot.update(draft, for_substack(slug="renamed-too", title="Renamed", visibility=DRAFT))

    assert ("flywheels", "renamed-too") == (stage.posts[1000]["slug"], stage.posts[1001]["slug"])
    assert DRAFT == bot.inspect(draft).visibility


def test_tags_and_cover_travel(stage: SubstackStage, bot: Substack) -> None:
    """Tags and a cover that we set and no longer want go; a person's own tag stays."""
    receipt = out(bot, tags=("habits", "wheels"), cover="https://cdn.example/c.png")
    stage.tags.append({"id": "own", "name": "by hand"})
    stage.links[1000].add("own")

    bot.update(receipt, for_substack(tags=("wheels", "time")))

    assert {"wheels", "time", "by hand"} == stage.tagged(1000)
    assert stage.posts[1000]["cover_image"] is None


def test_vanished_posts(stage: SubstackStage, bot: Substack) -> None:
    """A post that is gone is reported by whoever reads it."""
    receipt = out(bot)
    del stage.posts[1000]

    with pytest.raises(Vanished):
        bot.update(receipt, for_substack())
    with pytest.raises(Vanished):
        bot.inspect(receipt)
    with pytest.raises(Vanished):
        bot.schedule(receipt, NOW)
    with pytest.raises(Vanished):
        bot.verify(receipt, for_substack())


def test_published_by_hand_is_noticed(stage: SubstackStage, bot: Substack) -> None:
    """A draft that a person published there is public in the next look, with its time."""
    receipt = out(bot, visibility=DRAFT)
    stage.posts[1000] |= {"is_published": True, "post_date": "2026-11-25T18:30:00.000Z"}

    seen = bot.inspect(receipt)

    assert (PUBLIC, NOW + timedelta(minutes=90)) == (seen.visibility, seen.public_at)
    assert "https://signals.substack.com/p/flywheels" == seen.url


def test_retract(stage: SubstackStage, bot: Substack) -> None:
    """A public post is unpublished once, never deleted by asking twice; a draft is deleted."""
    public, draft = out(bot), out(bot, slug="two", visibility=DRAFT)

    assert "unpublished" in bot.retract(public)
    assert "already" in bot.retract(public)
    assert "deleted" in bot.retract(draft)
    assert "already" in bot.retract(draft)
    assert [1000] == list(stage.posts)


def test_retract_spares_a_persons_work(stage: SubstackStage, bot: Substack) -> None:
    """A draft that a person changed there is not deleted."""
    draft = out(bot, visibility=DRAFT)
    stage.posts[1000]["draft_body"] = document("A person's words.")

    with pytest.raises(Conflict):
        bot.retract(draft)
    assert [1000] == list(stage.posts)


def test_schedule_moves_and_takes_back(stage: SubstackStage, bot: Substack) -> None:
    """A release is set, moved, left alone when it is right already, and taken back."""
    draft = out(bot, visibility=DRAFT)
    friday, monday = NOW + timedelta(days=2), NOW + timedelta(days=5)

    assert friday == bot.schedule(draft, friday).release_at
    assert friday == bot.schedule(draft, friday).release_at
    assert monday == bot.schedule(draft, monday).release_at
    assert DRAFT == bot.schedule(draft, None).visibility
    assert 2 == len(stage.sent("POST", "/scheduled_release"))


# --- reading, images ------------------------------------------------------------------------------------------------


def test_verify_reads_without_the_session(stage: SubstackStage, bot: Substack) -> None:
    """The public post is read as a stranger reads it."""
    receipt = out(bot)

    assert bot.verify(receipt, for_substack())
    assert {} == cookies_of(stage.requests[-1])


def test_verify_of_what_is_not_in_view(stage: SubstackStage, bot: Substack) -> None:
    """A post that is not public, or shows another title, is not verified."""
    receipt = out(bot)

    assert not bot.verify(receipt, for_substack(title="Mended"))
    stage.posts[1000]["is_published"] = False
    assert not bot.verify(receipt, for_substack())


def test_verify_on_an_own_domain(stage: SubstackStage, bot: Substack) -> None:
    """Where readers are sent to another domain, Substack is asked by number, and the redirect is not followed."""
    receipt = out(bot)
    stage.next("GET /api/v1/posts/flywheels", reply(301, "", location="https://letters.example/"))
    stage.next("GET /api/v1/posts/by-id/1000", reply(200, {"post": {"title": "Flywheels"}, "publication": {}}))

    assert bot.verify(receipt, for_substack())


@pytest.mark.parametrize(
    "url",
    [
        "https://signals.substack.com/p/flywheels?utm_source=x",
        "https://signals.substack.com/publish/post/1000",
        "https://signals.substack.com/publish/posts/detail/1000/share",
        "https://substack.com/home/post/p-1000",
    ],
)
def test_locate(bot: Substack, url: str) -> None:
    """A person's address leads to the post, and to a look that updates can rely on."""
    receipt = out(bot)

    located = bot.locate(url)

    assert receipt.remote_id == located.remote_id
    bot.update(located, for_substack(title="Mended"))


def test_locate_elsewhere(bot: Substack) -> None:
    """An address of another publication, or of nothing, is refused."""
    out(bot)
    theirs = ("https://other.substack.com/p/flywheels", "https://other.example/p/flywheels")
    for url in (*theirs, "https://signals.substack.com/about", "nonsense"):
        with pytest.raises(Refused):
            bot.locate(url)
    with pytest.raises(Vanished):
        bot.locate("https://signals.substack.com/p/nothing")


def picture(**changes: Any) -> Picture:
    given = {
        "digest": "d",
        "media_type": "image/png",
        "width": 2,
        "height": 2,
        "name": "a.png",
        "data": b"\x89PNG",
        **changes,
    }
    return Picture(**given)


def test_images_are_uploaded_as_forms(stage: SubstackStage, bot: Substack) -> None:
    """An image travels as a form field that holds a data address."""
    assert "https://cdn.example/i.png" == bot.upload(picture())
    assert ["data:image/png;base64,iVBORw=="] == parse_qs(stage.requests[-1].content.decode())["image"]


@pytest.mark.parametrize("changes", [{"media_type": "image/tiff"}, {"data": b"x" * 10_000_001}])
def test_images_within_limits(stage: SubstackStage, bot: Substack, changes: dict[str, Any]) -> None:
    """An image of another kind or size is refused before it is sent."""
    with pytest.raises(Refused):
        bot.upload(picture(**changes))
    assert [] == stage.requests


def test_lost_upload_may_be_repeated(stage: SubstackStage, bot: Substack) -> None:
    """An image whose answer was lost is simply sent again later."""
    stage.next("POST /api/v1/image", httpx.ReadError("lost"))

    with pytest.raises(Unavailable):
        bot.upload(picture())
