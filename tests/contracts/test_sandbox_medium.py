"""The Medium-style half of the sandbox behaves as its clients have recorded."""

import json
from collections.abc import Iterator
from typing import Any

import feedparser
import httpx
import pytest

from newsletter_bot.sandbox import Sandbox, Server, serve

GIF = b"GIF89a\x02\x00\x03\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x02\x00\x03\x00\x00\x02\x02\x84Q\x00;"


@pytest.fixture
def server() -> Iterator[Server]:
    with serve(state=Sandbox()) as running:
        yield running


@pytest.fixture
def web(server: Server) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.url, headers={"Authorization": "Bearer sandbox-token"}) as client:
        yield client


def post(web: httpx.Client, place: str = "", **more: Any) -> httpx.Response:
    place = place or f"users/{web.get('/medium/v1/me').json()['data']['id']}"
    body = {
        "title": "Small boats",
        "contentFormat": "html",
        "content": "<h1>Small boats</h1><p>They float.</p>",
        **more,
    }
    return web.post(
        f"/medium/v1/{place}/posts", json={name: value for name, value in body.items() if value is not None}
    )


def error(answer: httpx.Response) -> tuple[int, int, str]:
    told = answer.json()["errors"][0]
    return answer.status_code, told["code"], told["message"]


@pytest.mark.parametrize("base", ["/medium/v1", "/v1"])
def test_token_is_checked_under_both_addresses(server: Server, base: str) -> None:
    """No token is error 6000, a wrong one 6003, the right one the user in an envelope."""
    none = httpx.get(f"{server.url}{base}/me")
    wrong = httpx.get(f"{server.url}{base}/me", headers={"Authorization": "Bearer nope"})
    right = httpx.get(f"{server.url}{base}/me", headers={"Authorization": "Bearer sandbox-token"})

    assert error(none) == (401, 6000, "An access token is required.")
    assert error(wrong) == (401, 6003, "Token was invalid.")
    assert {"id", "username", "name", "url", "imageUrl"} == set(right.json()["data"])


def test_created_story_is_answered_with_201(server: Server, web: httpx.Client) -> None:
    """A public story tells its address and time; the address can be read without a token."""
    answer = post(web, publishStatus="public", tags=["boats"], canonicalUrl="https://signals.example/boats")
    told = answer.json()["data"]

    assert (answer.status_code, told["publishStatus"], told["tags"]) == (201, "public", ["boats"])
    assert (told["canonicalUrl"], told["license"]) == ("https://signals.example/boats", "all-rights-reserved")
    assert abs(told["publishedAt"] / 1000 - server.state.clock.now().timestamp()) < 60
    assert len(told["id"]) == 12
    assert "They float." in httpx.get(told["url"]).text


def test_draft_tells_neither_time_nor_canonical_address(web: httpx.Client) -> None:
    """A draft has no publishedAt, and canonicalUrl only when it was sent; its page is for the author."""
    told = post(web, publishStatus="draft").json()["data"]

    assert not {"publishedAt", "canonicalUrl"} & set(told)
    assert web.get(told["url"]).status_code == 404
    assert web.get(f"/medium/p/{told['id']}/edit").status_code == 200


def test_status_left_out_is_public(web: httpx.Client) -> None:
    """Who does not say what status he wants has published."""
    assert post(web).json()["data"]["publishStatus"] == "public"


def test_tags_and_title_are_cut(web: httpx.Client) -> None:
    """Three tags count, one over 25 characters does not; a title over 100 characters gives way to the content."""
    told = post(web, tags=["one", "x" * 26, "three", "four"], title="t" * 101).json()["data"]

    assert told["tags"] == ["one", "three"]
    assert told["title"] == "Small boats They float."


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"subtitle": "x"}, "Unexpected fields specified."),
        ({"title": None}, "No title specified."),
        ({"contentFormat": "rst"}, "Invalid content format."),
        ({"tags": "one,two"}, "Tags must be an array of strings."),
        ({"publishStatus": "private"}, "Invalid publish status."),
        ({"license": "mit"}, "Invalid license."),
        ({"notifyFollowers": "no"}, "notifyFollowers must be a boolean."),
    ],
)
def test_wrong_fields_are_refused(server: Server, web: httpx.Client, change: dict[str, Any], message: str) -> None:
    """Each wrong field is a 400 with a message, and nothing is stored."""
    assert (400, message) == error(post(web, **change))[::2]
    assert server.state.posts() == []


@pytest.mark.parametrize("content", [None, "", "  "])
def test_no_content_is_error_2002(web: httpx.Client, content: str | None) -> None:
    """Missing or empty content has its own code."""
    assert error(post(web, content=content)) == (400, 2002, "No content specified.")


def test_body_that_is_no_object_is_refused(web: httpx.Client) -> None:
    """A body that is no JSON object is a 400 in the envelope."""
    user = web.get("/v1/me").json()["data"]["id"]

    assert web.post(f"/v1/users/{user}/posts", content=b"[1]").status_code == 400


def test_foreign_author_is_forbidden(web: httpx.Client) -> None:
    """Nobody posts, or lists publications, under another's id."""
    assert post(web, "users/0000").status_code == 403
    assert web.get("/v1/users/0000/publications").status_code == 403


def test_roles_in_publications(web: httpx.Client) -> None:
    """An editor publishes, a writer hands in drafts, others do neither."""
    user = web.get("/v1/me").json()["data"]["id"]
    edits, writes, follows = (row["id"] for row in web.get(f"/v1/users/{user}/publications").json()["data"])
    published = post(web, f"publications/{edits}", publishStatus="public")
    roles = web.get(f"/v1/publications/{writes}/contributors").json()["data"]

    assert (201, edits) == (published.status_code, published.json()["data"]["publicationId"])
    assert [
        post(web, f"publications/{writes}", publishStatus=status).status_code for status in ("draft", "public")
    ] == [201, 403]
    assert post(web, f"publications/{follows}", publishStatus="draft").status_code == 403
    assert {"writer", "editor"} == {row["role"] for row in roles}


def test_ten_stories_a_day(server: Server, web: httpx.Client) -> None:
    """The eleventh within 24 hours of the first is refused, drafts count too; then the day begins anew."""
    made = [post(web, publishStatus="draft").status_code for _ in range(10)]
    over = post(web, publishStatus="draft")
    server.state.clock.advance(24 * 3600 + 1)

    assert made == [201] * 10
    assert over.status_code == 429
    assert "rate limit for publishing today" in over.json()["errors"][0]["message"]
    assert post(web).status_code == 201


def test_daily_limit_is_a_switch(server: Server, web: httpx.Client) -> None:
    """The limit can be another number, answer another status, or be off."""
    server.state.switches.turn({"medium_daily_limit": 1, "medium_limit_status": 403})
    answers = [post(web).status_code for _ in range(2)]
    server.state.switches.turn({"medium_daily_limit": None})

    assert [*answers, post(web).status_code] == [201, 403, 201]


def test_image_is_one_part_named_image(web: httpx.Client) -> None:
    """A gif goes up and is served; another name, another type or a lie about it does not."""
    good = web.post("/v1/images", files={"image": ("a.gif", GIF, "image/gif")})
    wrong = [
        {"file": ("a.gif", GIF, "image/gif")},
        {"image": ("a.webp", b"RIFF\0\0\0\0WEBPVP8 ", "image/webp")},
        {"image": ("a.gif", b"no image", "image/gif")},
    ]

    assert good.status_code == 201
    assert web.get(good.json()["data"]["url"]).content == GIF
    assert [web.post("/v1/images", files=files).status_code for files in wrong] == [400] * 3


def test_chunked_body_arrives(server: Server, web: httpx.Client) -> None:
    """A body without a length, in chunks, is read whole."""
    user = web.get("/v1/me").json()["data"]["id"]
    whole = json.dumps(
        {"title": "In pieces", "contentFormat": "markdown", "content": "# In pieces\n\n" + "word " * 5000}
    )
    pieces = (whole[start : start + 1000].encode() for start in range(0, len(whole), 1000))
    answer = web.post(f"/v1/users/{user}/posts", content=pieces)

    assert (answer.status_code, server.state.titles("medium")) == (201, ["In pieces"])


def test_stories_cannot_be_read_or_changed(web: httpx.Client) -> None:
    """There is no route to list, get, change or delete a story."""
    told = post(web).json()["data"]
    user = told["authorId"]

    assert [
        web.request(method, path).status_code
        for method, path in [
            ("GET", f"/v1/users/{user}/posts"),
            ("GET", f"/v1/posts/{told['id']}"),
            ("PUT", f"/v1/posts/{told['id']}"),
            ("DELETE", f"/v1/posts/{told['id']}"),
        ]
    ] == [404] * 4


def test_token_is_refreshed(server: Server, web: httpx.Client) -> None:
    """A refresh token gives a new access token, without envelope, which then works."""
    form = {"grant_type": "refresh_token", "refresh_token": "r", "client_id": "c", "client_secret": "s"}
    answer = web.post("/v1/tokens", data=form)
    told = answer.json()

    assert (answer.status_code, told["token_type"]) == (201, "Bearer")
    new = {"Authorization": f"Bearer {told['access_token']}"}
    assert httpx.get(f"{server.url}/v1/me", headers=new).status_code == 200
    assert web.post("/v1/tokens", data={"grant_type": "refresh_token"}).status_code == 400


def test_feed_shows_public_stories_only(server: Server, web: httpx.Client) -> None:
    """The feed holds the ten newest public stories, newest first, with id, tags and no repeated title."""
    server.state.switches.turn({"medium_daily_limit": None})
    post(web, publishStatus="draft", title="Draft")
    post(web, publishStatus="unlisted", title="Unlisted")
    for number in range(12):
        server.state.clock.advance(60)
        post(web, publishStatus="public", title=f"Story {number}", tags=["boats"])
    feed = feedparser.parse(httpx.get(f"{server.url}/medium/feed/@ada").content)
    first = feed.entries[0]

    assert [f"Story {number}" for number in range(11, 1, -1)] == [entry.title for entry in feed.entries]
    assert (feed.feed.generator, [tag.term for tag in first.tags]) == ("Medium", ["boats"])
    assert first.id.rpartition("/")[2] in first.link
    assert "post.clientViewed" in first.content[0].value


def test_publication_feed_holds_its_own_stories(server: Server, web: httpx.Client) -> None:
    """A publication's feed shows what was published there, an unknown one is a 404."""
    post(web, "publications/b1a52ce30f17", title="Inside", publishStatus="public")
    post(web, title="Outside")
    feed = feedparser.parse(httpx.get(f"{server.url}/medium/feed/the-local-editor").content)

    assert [entry.title for entry in feed.entries] == ["Inside"]
    assert httpx.get(f"{server.url}/medium/feed/nowhere").status_code == 404


def test_content_is_sieved(server: Server, web: httpx.Client) -> None:
    """Tags that the editor does not know become text, scripts vanish, images are noted."""
    page = '<p onclick="x()">Hi <table><tr><td>cell</td></tr></table><script>bad()</script><img src="https://e.example/a.png"></p>'
    told = post(web, content=page).json()["data"]
    kept = server.state.post(told["id"])

    assert kept is not None
    assert kept["images"] == ["https://e.example/a.png"]
    assert not any(word in kept["html"] for word in ("table", "script", "bad", "onclick"))
    assert "cell" in kept["html"]
