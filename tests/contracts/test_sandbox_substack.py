"""The Substack-style half of the sandbox behaves as its clients have recorded."""

import base64
import json
import struct
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from newsletter_bot.sandbox import Sandbox, Server, serve

BODY = json.dumps({"type": "doc", "content": [{"type": "paragraph", "content": [{"type": "text", "text": "One two"}]}]})


@pytest.fixture
def server() -> Iterator[Server]:
    with serve(state=Sandbox(substack_sections=["Essays", "Link Lists"])) as running:
        yield running


@pytest.fixture
def web(server: Server) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.url, headers={"Cookie": "substack.sid=s%3Asandbox"}) as client:
        yield client


def create(web: httpx.Client, title: str = "Quiet engines", **more: Any) -> dict[str, Any]:
    body = {"draft_title": title, "draft_body": BODY, "draft_bylines": [{"id": 4201, "is_guest": False}], **more}
    answer = web.post("/api/v1/drafts", json=body)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def publish(web: httpx.Client, title: str = "Quiet engines", *, send: bool = False) -> dict[str, Any]:
    number = create(web, title)["id"]
    web.put(f"/api/v1/drafts/{number}", json={"section_chosen": True})
    answer = web.post(f"/api/v1/drafts/{number}/publish", json={"send": send})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def png(width: int = 3, height: int = 2) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"".join(b"\0" * (width + 1) for _ in range(height)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def data_uri(content: bytes, kind: str = "image/png") -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"


@pytest.mark.parametrize("name", ["substack.sid", "connect.sid"])
@pytest.mark.parametrize("value", ["s:sandbox", "s%3Asandbox"])
def test_session_is_known_in_both_spellings_and_names(server: Server, name: str, value: str) -> None:
    """The cookie counts encoded and plain, under both of its names."""
    answer = httpx.get(f"{server.url}/api/v1/user/profile/self", headers={"Cookie": f"{name}={value}"})

    assert answer.status_code == 200


@pytest.mark.parametrize("cookie", ["", "substack.sid=s%3Aother", "substack.sid="])
def test_without_session_every_route_of_the_author_asks_to_sign_in(server: Server, cookie: str) -> None:
    """A missing or wrong session is a 401 in the recorded form."""
    answer = httpx.post(f"{server.url}/api/v1/drafts", json={}, headers={"Cookie": cookie})

    assert (answer.status_code, answer.json()["errors"][0]["msg"]) == (401, "Please sign in")


def test_login_by_password_meets_the_captcha(server: Server) -> None:
    """Signing in by password is refused, until the switch allows it and sets the encoded cookie."""
    ask = {"email": "ada@sandbox.example", "password": "x", "captcha_response": None}
    refused = httpx.post(f"{server.url}/api/v1/login", json=ask)
    server.state.switches.turn({"login": "open"})
    allowed = httpx.post(f"{server.url}/api/v1/login", json=ask)

    assert (refused.status_code, refused.json()["error"]) == (401, "Please complete the captcha to continue")
    assert "substack.sid=s%3Asandbox" in allowed.headers["Set-Cookie"]


def test_draft_body_is_kept_to_the_letter(web: httpx.Client) -> None:
    """The server does not look into a document, nor write it anew."""
    odd = '{"type":"doc",  "content":[{"type":"no_such_node","x":1}]}'
    number = create(web, draft_body=odd)["id"]

    assert odd == web.get(f"/api/v1/drafts/{number}").json()["draft_body"]


def test_create_leaves_settings_to_the_defaults(web: httpx.Client) -> None:
    """Audience, comments and mail are ignored on create and taken on update."""
    wanted: dict[str, Any] = {"audience": "only_paid", "write_comment_permissions": "none", "should_send_email": False}
    made = create(web, **wanted)
    changed = web.put(f"/api/v1/drafts/{made['id']}", json=wanted).json()

    assert tuple(made[name] for name in wanted) == ("everyone", "everyone", True)
    assert tuple(wanted.values()) == tuple(changed[name] for name in wanted)


def test_published_copies_cannot_be_written(web: httpx.Client) -> None:
    """A PUT of title, is_published or an unknown key changes nothing."""
    made = create(web)
    changed = web.put(
        f"/api/v1/drafts/{made['id']}", json={"title": "X", "is_published": True, "tags": ["a"], "publish_at": "now"}
    ).json()

    assert (changed["title"], changed["is_published"]) == (None, False)
    assert "publish_at" not in changed


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("draft_bylines", [{"id": 9, "is_guest": False}]),
        ("draft_bylines", "ada"),
        ("draft_body", {"type": "doc"}),
        ("audience", "friends"),
        ("draft_section_id", 77),
        ("section_chosen", "yes"),
    ],
)
def test_wrong_values_are_refused_in_the_validators_form(web: httpx.Client, field: str, value: Any) -> None:
    """A field that cannot hold its value is a 400 that names the parameter, and stores nothing."""
    answer = web.post("/api/v1/drafts", json={"draft_title": "T", field: value})
    error = answer.json()["errors"][0]

    assert (answer.status_code, error["location"], error["msg"]) == (400, "body", "Invalid value")
    assert error["param"].startswith(field)
    assert web.get("/api/v1/post_management/counts").json()["drafts"] == 0


def test_publishing_needs_a_chosen_section(web: httpx.Client) -> None:
    """With sections, a draft that has not chosen is refused; the chosen one is copied at publishing."""
    number = create(web)["id"]
    refused = web.post(f"/api/v1/drafts/{number}/publish", json={"send": False})
    web.put(f"/api/v1/drafts/{number}", json={"section_chosen": True, "draft_section_id": 2})
    out = web.post(f"/api/v1/drafts/{number}/publish", json={"send": False}).json()

    assert (refused.status_code, refused.json()["errors"][0]["msg"]) == (400, "Please choose a section")
    assert out["section_id"] == 2


@pytest.mark.parametrize("extra", [{"send_email": True}, {"section_id": 1}, {"send": "yes"}])
def test_publish_takes_its_own_fields_only(web: httpx.Client, extra: dict[str, Any]) -> None:
    """Fields that belong elsewhere make the publish call fail, and nothing is published."""
    number = create(web, section_chosen=True)["id"]
    answer = web.post(f"/api/v1/drafts/{number}/publish", json={"send": False, **extra})

    assert answer.status_code == 400
    assert not web.get(f"/api/v1/drafts/{number}").json()["is_published"]


def test_prepublish_names_what_blocks(web: httpx.Client) -> None:
    """A missing title and an empty body are errors; a missing cover is only advice."""
    empty = json.dumps({"type": "doc", "content": [{"type": "paragraph"}]})
    number = create(web, "", draft_body=empty)["id"]
    checked = web.get(f"/api/v1/drafts/{number}/prepublish").json()

    assert [error["identifier"] for error in checked["errors"]] == ["missing_title", "empty_body"]
    assert [advice["identifier"] for advice in checked["suggestions"]] == ["missing_cover"]


def test_publishing_again_pushes_the_draft_copy_live(web: httpx.Client) -> None:
    """A PUT on a published post is seen by readers only after the next publish; slug, date and id stay."""
    out = publish(web)
    web.put(f"/api/v1/drafts/{out['id']}", json={"draft_title": "Louder engines"})
    between = web.get(f"/api/v1/posts/{out['slug']}").json()["title"]
    again = web.post(f"/api/v1/drafts/{out['id']}/publish", json={"send": False}).json()

    assert between == "Quiet engines"
    assert web.get(f"/api/v1/posts/{out['slug']}").json()["title"] == "Louder engines"
    assert (out["slug"], out["post_date"], out["id"]) == (again["slug"], again["post_date"], again["id"])


def test_each_call_that_sends_is_a_mail(server: Server, web: httpx.Client) -> None:
    """send:true mails each time, send:false never; a refused call mails nobody."""
    out = publish(web, send=True)
    web.post(f"/api/v1/drafts/{out['id']}/publish", json={"send": True})
    publish(web, "Other", send=False)
    web.post(f"/api/v1/drafts/{create(web, 'Third')['id']}/publish", json={"send": True})

    assert server.state.mails == 2
    assert out["email_sent_at"]


def test_scheduled_post_is_released_when_its_time_comes(server: Server, web: httpx.Client) -> None:
    """The clock brings a scheduled post out, with its own time as post date, and mails only when asked."""
    number = create(web, section_chosen=True)["id"]
    asked = web.post(
        f"/api/v1/drafts/{number}/scheduled_release",
        json={"trigger_at": "2090-01-01T09:00:00.000Z", "post_audience": "everyone"},
    ).json()
    waiting = web.get("/api/v1/post_management/scheduled").json()["posts"][0]
    server.state.clock.set(server.state.clock.now().replace(year=2091))
    out = web.get(f"/api/v1/drafts/{number}").json()

    assert ("2090-01-01T09:00:00.000Z", number) == (asked["trigger_at"], waiting["id"])
    assert waiting["postSchedules"][0]["trigger_at"] == "2090-01-01T09:00:00.000Z"
    assert (out["is_published"], out["post_date"], out["postSchedules"]) == (True, "2090-01-01T09:00:00.000Z", [])
    assert server.state.mails == 0


def test_schedule_is_replaced_and_taken_back(web: httpx.Client) -> None:
    """Scheduling twice leaves one release; taking it back answers its id, then none."""
    number = create(web, section_chosen=True)["id"]
    route = f"/api/v1/drafts/{number}/scheduled_release"
    web.post(route, json={"trigger_at": "2090-01-01T09:00:00+00:00"})
    second = web.post(route, json={"trigger_at": "2090-01-02T09:00:00+00:00"}).json()
    counted = web.get("/api/v1/post_management/counts").json()
    taken, nothing = web.delete(route).json(), web.delete(route).json()

    assert (counted["scheduled"], counted["drafts"]) == (1, 0)
    assert ([second["id"]], []) == (taken, nothing)


@pytest.mark.parametrize("moment", [None, "soon", 12])
def test_schedule_needs_a_time(web: httpx.Client, moment: Any) -> None:
    """A release time that is none is a 400."""
    number = create(web, section_chosen=True)["id"]

    assert web.post(f"/api/v1/drafts/{number}/scheduled_release", json={"trigger_at": moment}).status_code == 400


def test_unpublish_delete_and_duplicate(web: httpx.Client) -> None:
    """A post goes back to a draft with an empty answer, is copied, and is gone after delete."""
    out = publish(web)
    back = web.post(f"/api/v1/drafts/{out['id']}/unpublish", json={})
    copy = web.post(f"/api/v1/posts/{out['id']}/duplicate").json()
    gone = web.delete(f"/api/v1/drafts/{out['id']}")

    assert (back.status_code, back.text) == (200, "")
    assert web.get(f"/api/v1/posts/{out['slug']}").status_code == 404
    assert (copy["draft_title"], copy["is_published"], copy["draft_body"]) == ("[COPY] Quiet engines", False, BODY)
    assert (gone.json(), web.get(f"/api/v1/drafts/{out['id']}").status_code) == ({}, 404)


def test_slugs_are_unique(web: httpx.Client) -> None:
    """Two posts of one title never share an address, whether published or set by hand."""
    slugs = [publish(web, "Élan & Vital!")["slug"] for _ in range(2)]
    third = create(web)["id"]
    set_by_hand = web.put(f"/api/v1/drafts/{third}", json={"slug": slugs[0]}).json()["slug"]

    assert slugs[0] == "elan-vital"
    assert len({*slugs, set_by_hand}) == 3


@pytest.mark.parametrize(("limit", "value"), [("51", 51), ("0", 0), ("-1", -1), ("many", "many")])
def test_lists_refuse_a_limit_out_of_bounds(web: httpx.Client, limit: str, value: Any) -> None:
    """The limit is 1 to 50, as the validator says."""
    answer = web.get("/api/v1/post_management/published", params={"limit": limit})

    assert answer.status_code == 400
    assert {"location": "query", "param": "limit", "value": value, "msg": "Invalid value"} == answer.json()["errors"][0]


def test_lists_page_in_order(web: httpx.Client) -> None:
    """Drafts come newest change first, with total and window; a changed one moves up."""
    numbers = [create(web, f"Draft {n}")["id"] for n in range(4)]
    web.put(f"/api/v1/drafts/{numbers[0]}", json={"draft_subtitle": "new"})
    page = web.get("/api/v1/post_management/drafts", params={"offset": 1, "limit": 2}).json()
    first = web.get("/api/v1/post_management/drafts", params={"limit": 1}).json()["posts"][0]["id"]

    assert tuple(page[name] for name in ("total", "offset", "limit", "isCapped")) == (4, 1, 2, False)
    assert numbers[0] == first
    assert len(page["posts"]) == 2
    assert "draft_body" not in page["posts"][0]


@pytest.mark.parametrize(("shape", "kind"), [("array", list), ("posts", dict)])
def test_old_list_comes_in_both_shapes(server: Server, web: httpx.Client, shape: str, kind: type) -> None:
    """The switch chooses between the bare array and the object."""
    create(web)
    server.state.switches.turn({"drafts_shape": shape})

    assert kind is type(web.get("/api/v1/drafts", params={"filter": "draft"}).json())


def test_closed_publication_route_needs_the_global_base(server: Server, web: httpx.Client) -> None:
    """Where the publication's own routes are closed they answer 403 and 404 as text; the global base works."""
    server.state.switches.turn({"publication_route": "closed"})
    here = web.post("/api/v1/drafts", json={"draft_title": "T"})
    picture = web.post("/api/v1/image", json={"image": data_uri(png())})
    there = web.post("/substack/api/v1/drafts", params={"publication_id": 7701}, json={"draft_title": "T"})
    elsewhere = web.post("/substack/api/v1/drafts", params={"publication_id": 1}, json={"draft_title": "T"})

    assert (here.status_code, here.text, picture.status_code) == (403, "Not authorized", 404)
    assert "text/html" in here.headers["Content-Type"]
    assert (there.status_code, elsewhere.status_code) == (200, 403)
    assert server.state.titles() == ["T"]


def test_publication_route_by_id(server: Server, web: httpx.Client) -> None:
    """With one base for both, the publication's id opens what is forbidden without it."""
    server.state.switches.turn({"publication_route": "by_id"})

    assert web.get("/api/v1/post_management/drafts").status_code == 403
    assert web.get("/api/v1/post_management/drafts", params={"publication_id": 7701}).status_code == 200


def test_custom_domain_redirects_and_knows_another_cookie(server: Server, web: httpx.Client) -> None:
    """Plain requests are sent to the own domain, where the session is unknown; a Referer of the house stays."""
    domain = f"localhost:{server.port}"
    server.state.switches.turn({"custom_domain": domain})
    moved = web.get("/api/v1/drafts?limit=2")
    there = web.get("/api/v1/drafts", headers={"Host": domain})
    stays = web.get("/api/v1/drafts", headers={"Referer": f"{server.url}/publish/home"})

    assert (301, f"http://{domain}/api/v1/drafts?limit=2") == (moved.status_code, moved.headers["Location"])
    assert (there.status_code, stays.status_code) == (401, 200)


def test_collision_guard_answers_409(server: Server, web: httpx.Client) -> None:
    """With the guard on, a PUT that last saw an older state is refused; without, it is accepted."""
    made = create(web)
    stale = {"draft_title": "B", "last_updated_at": made["draft_updated_at"]}
    fresh = web.put(f"/api/v1/drafts/{made['id']}", json={"draft_title": "A"}).json()
    accepted = web.put(f"/api/v1/drafts/{made['id']}", json=stale)
    server.state.switches.turn({"collision_guard": True})
    refused = web.put(f"/api/v1/drafts/{made['id']}", json=stale)
    current = {"draft_title": "C", "last_updated_at": accepted.json()["draft_updated_at"]}

    assert fresh["draft_updated_at"] > made["draft_updated_at"]
    assert (accepted.status_code, refused.status_code) == (200, 409)
    assert web.put(f"/api/v1/drafts/{made['id']}", json=current).status_code == 200


@pytest.mark.parametrize("form", [True, False])
def test_image_is_measured_and_served(web: httpx.Client, form: bool) -> None:
    """An uploaded image, as form or JSON, tells its real size and is served as it came."""
    sent = {"image": data_uri(png(30, 20), "image/jpeg")}
    answer = web.post("/api/v1/image", data=sent) if form else web.post("/api/v1/image", json=sent)
    told = answer.json()
    served = web.get(told["url"])

    assert ("image/png", 30, 20, len(png(30, 20))) == tuple(
        told[name] for name in ("contentType", "imageWidth", "imageHeight", "bytes")
    )
    assert told["url"].endswith("_30x20.png")
    assert (png(30, 20), "image/png") == (served.content, served.headers["Content-Type"])


def test_image_by_address_is_fetched(web: httpx.Client) -> None:
    """An address is fetched by the server; one that leads nowhere is a 400."""
    first = web.post("/api/v1/image", json={"image": data_uri(png())}).json()["url"]
    second = web.post("/api/v1/image", json={"image": first}).json()["url"]

    assert first != second
    assert png() == web.get(second).content
    assert web.post("/api/v1/image", json={"image": "http://127.0.0.1:9/none.png"}).status_code == 400


@pytest.mark.parametrize(
    "image",
    ["", "data:image/png;base64,???", "data:image/png;base64,aGVsbG8=", "data:image/svg+xml,<svg/>", "file:///x"],
)
def test_what_is_no_image_is_refused(web: httpx.Client, image: str) -> None:
    """Only jpeg, png, gif and webp pass, by what they are and not by what they are called."""
    assert web.post("/api/v1/image", json={"image": image}).status_code == 400


def test_multipart_and_oversized_images_are_refused(web: httpx.Client) -> None:
    """Multipart is a 400, more than 10 MB a 413."""
    large = png() + b"\0" * (10 * 1024 * 1024)

    assert web.post("/api/v1/image", files={"image": ("a.png", png(), "image/png")}).status_code == 400
    assert web.post("/api/v1/image", json={"image": data_uri(large)}).status_code == 413


def test_tags_are_shared_and_linked_once(web: httpx.Client) -> None:
    """A tag of one name exists once, a link made twice is one, and an unknown tag is refused."""
    number = create(web)["id"]
    tag, same = (web.post("/api/v1/publication/post-tag", json={"name": name}).json() for name in ("python", "Python"))
    for _ in range(2):
        web.post(f"/api/v1/post/{number}/tag/{tag['id']}")

    assert tag["id"] == same["id"]
    assert [linked["name"] for linked in web.get(f"/api/v1/post/{number}/tag").json()] == ["python"]
    assert web.post(f"/api/v1/post/{number}/tag/nothing").status_code == 400
    web.delete(f"/api/v1/post/{number}/tag/{tag['id']}")
    assert web.get(f"/api/v1/post/{number}/tag").json() == []


def test_sections_and_identity(server: Server, web: httpx.Client) -> None:
    """Profile, subscription, sections and subscriptions agree on ids and hosts."""
    profile = web.get("/api/v1/user/profile/self").json()
    subscription = web.get("/api/v1/subscription").json()
    sections = web.get("/api/v1/publication/sections").json()
    reader = web.get("/api/v1/subscriptions").json()["publications"][0]

    assert profile["id"] == subscription["user_id"] == profile["publicationUsers"][0]["user_id"]
    assert [(section["id"], section["name"]) for section in sections] == [(1, "Essays"), (2, "Link Lists")]
    assert (server.url.removeprefix("http://"), sections) == (reader["hostname"], reader["sections"])


def test_archive_lists_the_public_only(server: Server, web: httpx.Client) -> None:
    """The archive is a bare list without bodies or drafts, readable by anybody."""
    publish(web)
    create(web, "Hidden")
    listed = httpx.get(f"{server.url}/api/v1/archive", params={"sort": "new", "search": "", "limit": 12}).json()

    assert [(item["title"], item["body_html"]) for item in listed] == [("Quiet engines", None)]
    assert f"{server.url}/p/quiet-engines" == listed[0]["canonical_url"]
    assert httpx.get(f"{server.url}/api/v1/archive", params={"offset": 12}).json() == []


def test_paid_post_ends_at_the_paywall(server: Server, web: httpx.Client) -> None:
    """Readers who do not pay get what stands before the paywall, and nothing where there is none."""
    free, rest = ({"type": "paragraph", "content": [{"type": "text", "text": text}]} for text in ("Free", "Paid"))
    walled = json.dumps({"type": "doc", "content": [free, {"type": "paywall"}, rest]})
    numbers = [create(web, f"P{n}", draft_body=body)["id"] for n, body in enumerate([walled, BODY])]
    slugs = []
    for number in numbers:
        web.put(f"/api/v1/drafts/{number}", json={"audience": "only_paid", "section_chosen": True})
        slugs.append(web.post(f"/api/v1/drafts/{number}/publish", json={"send": False}).json()["slug"])
    bodies = [httpx.get(f"{server.url}/api/v1/posts/{slug}").json()["body_html"] for slug in slugs]

    assert bodies == ["<p>Free</p>", None]
    assert "Paid" in web.get(f"/api/v1/posts/{slugs[0]}").json()["body_html"]


def test_public_lag_hides_a_new_post_from_the_archive(server: Server, web: httpx.Client) -> None:
    """With a lag the archive shows a post later than its page does."""
    server.state.switches.turn({"public_lag": 60.0})
    out = publish(web)
    early = web.get("/api/v1/archive").json()
    server.state.clock.advance(61)

    assert (early, len(web.get("/api/v1/archive").json())) == ([], 1)
    assert web.get(f"/p/{out['slug']}").status_code == 200


@pytest.mark.parametrize("slash", ["", "/"])
def test_note_is_public_at_once(web: httpx.Client, slash: str) -> None:
    """A note with its schema version is answered with a number, a date and status 200; without it is refused."""
    said = [{"type": "paragraph", "content": [{"type": "text", "text": "hello"}]}]
    note = web.post(
        f"/api/v1/comment/feed{slash}",
        json={"bodyJson": {"type": "doc", "attrs": {"schemaVersion": "v1"}, "content": said}},
    )
    bare = web.post(f"/api/v1/comment/feed{slash}", json={"bodyJson": {"type": "doc", "content": said}})
    listed = web.get("/api/v1/reader/feed/profile/4201", params={"types": "note"}).json()["items"]

    assert (note.status_code, bare.status_code) == (200, 400)
    assert (int, str, "hello") == (type(note.json()["id"]), type(note.json()["date"]), note.json()["body"])
    assert [note.json()["id"]] == [item["comment"]["id"] for item in listed]
    assert web.delete(f"/api/v1/comment/{note.json()['id']}").json() == {}


def test_unknown_address_and_method_are_404(web: httpx.Client) -> None:
    """Retired routes and methods that do not exist answer 404, never 405."""
    number = create(web)["id"]

    assert web.post(f"/api/v1/drafts/{number}/schedule", json={"post_date": "2090-01-01"}).status_code == 404
    assert web.patch(f"/api/v1/drafts/{number}", json={}).status_code == 404


def test_counting_is_exact_when_many_write_at_once(server: Server, web: httpx.Client) -> None:
    """Forty simultaneous creations are forty posts with forty ids."""
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda n: create(web, f"Draft {n}")["id"], range(40)))

    assert 40 == len(set(made)) == len(server.state.posts())


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("settings", "userSettings"),
        ("user-settings", "userSettings"),
        ("handle/options", "potentialHandles"),
        ("user/ada/public_profile", "publicationUsers"),
        ("publication", "subdomain"),
        ("publication/users", "role"),
        ("publication/users/ranked?public=true", "handle"),
        ("publication_launch_checklist", "subscribers"),
        ("categories", "name"),
        ("post_management/counts", "published"),
    ],
)
def test_what_clients_read_about_the_account(web: httpx.Client, path: str, key: str) -> None:
    """Each address that clients read about person and publication answers with the key that they look for."""
    told = web.get(f"/api/v1/{path}").json()

    assert key in (told[0] if isinstance(told, list) else told)


def test_addresses_that_say_no(server: Server, web: httpx.Client) -> None:
    """The owner's publication is forbidden to others, user/self to everybody, unknown people are not found."""
    assert 403 == httpx.get(f"{server.url}/api/v1/publication").status_code
    assert 403 == web.get("/api/v1/user/self").status_code
    assert 404 == web.get("/api/v1/user/bob/public_profile").status_code
    assert 200 == web.put("/api/v1/user-setting", json={"type": "last_home_tab", "value_text": "inbox"}).status_code


def test_post_by_id_and_in_full(web: httpx.Client) -> None:
    """A published post is found by number and listed with its body; a draft is not."""
    out, hidden = publish(web), create(web)
    by_id = web.get(f"/api/v1/posts/by-id/{out['id']}").json()["post"]
    listed = web.get("/api/v1/posts", params={"limit": 3}).json()
    row = web.get(f"/api/v1/post_management/detail/{out['id']}").json()["posts"][0]

    assert "<p>One two</p>" == by_id["body_html"] == listed[0]["body_html"]
    assert (out["canonical_url"], 2) == (row["canonical_url"], row["word_count"])
    assert 404 == web.get(f"/api/v1/posts/by-id/{hidden['id']}").status_code


def test_scheduled_post_mails_when_asked(server: Server, web: httpx.Client) -> None:
    """A release with an audience for the mail mails once, and changes who may read."""
    number = create(web, section_chosen=True)["id"]
    plan = {"trigger_at": "2020-01-01T00:00:00Z", "post_audience": "only_founding", "email_audience": "everyone"}
    web.post(f"/api/v1/drafts/{number}/scheduled_release", json=plan)
    out = web.get(f"/api/v1/drafts/{number}").json()
    again = web.post(f"/api/v1/drafts/{number}/scheduled_release", json=plan)

    assert (True, "founding", 1) == (out["is_published"], out["audience"], server.state.mails)
    assert 400 == again.status_code
