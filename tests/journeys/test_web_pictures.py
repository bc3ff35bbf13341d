"""Pictures on the web, in notices and in digests: fetched within limits, stored where the post is, and kept as they were."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any
from urllib.request import urlopen

import pytest
from outside_world import World, world
from PIL import Image
from test_pictures import photo, put, shown_on_substack, uploads
from writer_stage import Writer

PRIVATE = "network: {allow_private: true}\n"
LATER = "2026-11-26T09:00:00+00:00"


@pytest.fixture
def others() -> Iterator[World]:
    with world() as found:
        yield found


def served(address: str) -> bytes:
    with urlopen(address, timeout=5) as answer:
        return bytes(answer.read())


def warnings(writer: Writer) -> list[tuple[int | None, str]]:
    """What the plan says is amiss, with its line."""
    return [(one["line"], one["message"]) for one in writer.run("plan", "--json").json["findings"]]


def losses(writer: Writer, publication: str) -> list[tuple[str, str, int | None]]:
    planned = writer.run("plan", "--json").json["deliveries"]
    told = next(each["losses"] for each in planned if each["publication"] == publication)
    return [(loss["what"], loss["instead"], loss["line"]) for loss in told]


def test_a_picture_of_the_web_is_stored_with_the_post(writer: Writer, others: World) -> None:
    """It is fetched, bare of metadata and stored like a file; a platform that only links it links its own address."""
    writer.configure(more=PRIVATE)
    address = others.put("/quay.jpg", photo(), "image/jpeg")
    writer.write("walk", f"First.\n\n![The quay]({address})")

    answer = writer.publish()

    (stored,) = shown_on_substack(writer)
    story = writer.sandbox.post(writer.sandbox.posts("medium")[-1]["id"])
    assert 0 == answer.code, answer.err
    assert not stored.startswith(others.url)
    assert {} == dict(Image.open(io.BytesIO(served(stored))).getexif())
    assert b"Mara" not in served(stored)
    assert story is not None
    assert f'src="{address}"' in story["html"]


def test_the_same_picture_of_the_web_is_stored_once(writer: Writer, others: World) -> None:
    """Another address with the same bytes, a file with them, and another issue use the copy that is there."""
    writer.configure(more=PRIVATE)
    first, second = (others.put(path, photo(), "image/jpeg") for path in ("/a.jpg", "/b.jpg"))
    put(writer, "c.jpg", photo())
    writer.write("one", f"![a]({first})\n\n![b]({second})\n\n![c](c.jpg)")
    writer.publish()
    writer.write("two", f"![a]({second})")
    writer.publish("drafts/two.md", now="2026-12-02T09:00:00+00:00")

    assert 1 == uploads(writer)


def test_private_addresses_are_not_asked(writer: Writer, others: World) -> None:
    """Unless they are allowed a picture there stays a link, the plan says so with the line, and the issue goes out."""
    writer.write("walk", f"First.\n\n![The quay]({others.put('/quay.jpg', photo(), 'image/jpeg')})")

    ((line, message),) = warnings(writer)
    answer = writer.publish()

    assert 8 == line
    assert "private address" in message
    assert (0, []) == (answer.code, others.requests)
    assert [f"{others.url}/quay.jpg"] == shown_on_substack(writer)


@pytest.mark.parametrize(
    ("body", "word"),
    [
        (b"<!doctype html><script>alert(1)</script>", "no image of a known kind"),
        (photo((640, 480))[:900], "not whole"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>x()</script></svg>", "script"),
    ],
    ids=["page", "half", "active"],
)
def test_what_is_no_picture_there_is_not_shown(writer: Writer, others: World, body: bytes, word: str) -> None:
    """Its description stands in its place, told with the line, and the issue goes out without it."""
    writer.configure(more=PRIVATE)
    writer.write("walk", f"First.\n\n![The quay]({others.put('/quay.jpg', body, 'image/jpeg')})")

    ((line, message),) = warnings(writer)
    told = losses(writer, "substack")
    answer = writer.publish()

    assert 8 == line
    assert word in message
    assert [("an image that was not found", "its description", 8)] == told
    assert (0, {"substack": "delivered", "medium": "delivered"}) == (answer.code, answer.states)
    assert others.url not in json.dumps(writer.sandbox.post(writer.sandbox.posts("substack")[-1]["id"]))


def test_each_picture_that_is_none_is_told_where_it_stands(writer: Writer, others: World) -> None:
    """Also the second one, and one that a notice shows before; an issue whose cover is none goes out without cover."""
    writer.configure(more=PRIVATE)
    page, other = (others.put(path, b"<!doctype html>", "image/jpeg") for path in ("/a.jpg", "/b.jpg"))
    (writer.folder / "drafts" / "_housekeeping.md").write_text(f"- Seen: ![The quay]({page})\n", encoding="utf-8")
    writer.write("walk", f"First.\n\n![The quay]({page})\n\n![The sea]({other})")
    told = losses(writer, "substack")
    head = f"---\ntitle: Walk\nstatus: ready\ncover: {page}\ncover_alt: The quay\n---\n"
    (writer.folder / "drafts" / "walk.md").write_text(f"{head}First.", encoding="utf-8")

    said = [message for _, message in warnings(writer)]

    assert [None, 8, 10] == [line for what, _, line in told if what == "an image that was not found"]
    assert ["its description stands there", "the issue goes out without it"] == sorted(
        message.rpartition("; ")[2] for message in said
    )


@pytest.mark.parametrize("now", ["gone", "another"])
def test_a_picture_stays_as_it_was_promised(writer: Writer, others: World, now: str) -> None:
    """An edit changes what the writer changed, also when the picture is gone from the web or is another there."""
    writer.configure(more=PRIVATE)
    address = others.put("/quay.jpg", photo(), "image/jpeg")
    writer.write("walk", f"First.\n\n![The quay]({address})")
    writer.publish()
    before = shown_on_substack(writer)
    others.put("/quay.jpg", photo((80, 80)), "image/jpeg", status=404 if now == "gone" else 200)
    writer.write("walk", f"Edited.\n\n![The quay]({address})")

    answer = writer.publish("drafts/walk.md", now=LATER)

    assert (0, before, 1) == (answer.code, shown_on_substack(writer), uploads(writer))
    assert "Edited" in json.dumps(writer.sandbox.post(writer.sandbox.posts("substack")[-1]["id"]))


def test_a_plan_holds_only_for_the_picture_that_was_seen(writer: Writer, others: World) -> None:
    """Another picture at the same address is another issue: the plan no longer holds, and nothing is sent."""
    writer.configure(more=PRIVATE)
    address = others.put("/quay.jpg", photo(), "image/jpeg")
    writer.write("walk", f"![The quay]({address})")
    writer.run("plan", "--out", "p.json")
    others.put("/quay.jpg", photo((80, 80)), "image/jpeg")

    answer = writer.publish("--plan", "p.json")

    assert 2 == answer.code
    assert [] == writer.sandbox.posts("substack")


def test_pictures_of_unready_drafts_are_looked_at_like_links(writer: Writer, others: World) -> None:
    """``check`` asks only whether they are there; those of a draft that is ready are fetched and judged."""
    writer.configure(more=PRIVATE)
    page = others.put("/page.jpg", b"<!doctype html>", "image/jpeg")
    writer.write("later", f"![A page]({page})", status="draft")
    unready = writer.run("check", "--json").json["findings"]
    asked = [method for method, path, _ in others.requests if path == "/page.jpg"]
    writer.write("later", f"![A page]({page})")

    ready = writer.run("check", "--json").json["findings"]

    assert ([], ["HEAD"]) == (unready, asked)
    assert [True] == ["no image of a known kind" in one["message"] for one in ready]


def test_offline_nothing_is_fetched(writer: Writer, others: World) -> None:
    """``check --offline`` leaves pictures of the web where they are."""
    writer.configure(more=PRIVATE)
    writer.write("walk", f"![The quay]({others.url}/quay.jpg)")

    answer = writer.run("check", "--offline", "--json")

    assert ([], []) == (answer.json["findings"], others.requests)


def test_a_notice_of_the_inbox_may_show_a_picture(writer: Writer) -> None:
    """Its file lies beside the inbox; one that is not there is told with the inbox's line."""
    put(writer, "a.jpg", photo())
    (writer.folder / "drafts" / "_housekeeping.md").write_text("- Seen: ![The quay](a.jpg)\n", encoding="utf-8")
    writer.write("walk")
    planned = writer.run("plan", "--json")
    (writer.folder / "drafts" / "_housekeeping.md").write_text("- One.\n- ![The quay](b.jpg)\n", encoding="utf-8")

    error = writer.publish().json["error"]

    assert 0 == planned.code, planned.err
    assert ("drafts/_housekeeping.md", 2) == (error["file"], error["line"])
    assert "no such image" in error["message"]


def test_drafts_of_a_digest_keep_their_own_pictures(writer: Writer) -> None:
    """Two drafts may each have a picture of the same name beside them."""
    writer.configure(more="issue: {compose: digest}\n")
    text = (writer.folder / "schedule.yaml").read_text(encoding="utf-8")
    (writer.folder / "schedule.yaml").write_text(text.replace('issue: {sign_off: "Until next week."}\n', ""), "utf-8")
    sizes: list[Any] = [(20, 10), (40, 30)]
    for name, size in zip("ab", sizes, strict=True):
        writer.write(f"{name}/text", "![A picture](x.jpg)", title=name.upper())
        put(writer, f"{name}/x.jpg", photo(size))

    writer.publish()

    assert sizes == [Image.open(io.BytesIO(served(address))).size for address in shown_on_substack(writer)]
