"""Pictures on their way to readers: bare, within limits, stored once, and refused when they are not what they say."""

from __future__ import annotations

import io
import json
import struct
import zlib
from typing import Any
from urllib.request import urlopen

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from writer_stage import Writer

GPS, MAKER, COMMENT = 0x8825, 0x010F, 0x9286
LATER = "2026-12-02T09:00:00+00:00"
DRAWING = b'<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20"><path d="M1 1h18"/></svg>'


def photo(size: tuple[int, int] = (64, 48)) -> bytes:
    """A JPEG that says where it was taken, and by whom."""
    said = Image.Exif()
    said[MAKER], said[COMMENT] = "A camera of Mara's", "private words"
    said.get_ifd(GPS).update({1: "N", 2: (38.0, 42.0, 30.0), 3: "W", 4: (9.0, 8.0, 15.0)})
    return encoded(Image.linear_gradient("L").resize(size).convert("RGB"), "JPEG", exif=said)


def encoded(image: Image.Image, kind: str, **options: Any) -> bytes:
    target = io.BytesIO()
    image.save(target, kind, **options)
    return target.getvalue()


def moving(frames: int = 3, size: tuple[int, int] = (24, 24)) -> bytes:
    """An animated GIF."""
    first, *rest = [Image.new("RGB", size, (number * 40, 0, 0)) for number in range(frames)]
    return encoded(first, "GIF", save_all=True, append_images=rest, duration=100, loop=0)


def bomb() -> bytes:
    """A PNG of a few bytes that claims 3.6 billion pixels."""
    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(bytes(1000))), (b"IEND", b""))
    packed = [
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in chunks
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(packed)


def put(writer: Writer, name: str, content: bytes) -> None:
    (writer.folder / "drafts" / name).write_bytes(content)


def uploads(writer: Writer) -> int:
    return sum(one.method == "POST" and one.path.endswith("/image") for one in writer.sandbox.requests)


def shown_on_substack(writer: Writer) -> list[str]:
    """The addresses of the pictures in the last post."""
    kept = writer.sandbox.post(writer.sandbox.posts("substack")[-1]["id"])
    assert kept is not None
    content = json.loads(kept["wire"]["draft_body"])["content"]
    return [
        inner["attrs"]["src"] for node in content if node["type"] == "captionedImage" for inner in node["content"][:1]
    ]


def fetched(address: str) -> bytes:
    with urlopen(address, timeout=5) as answer:
        return bytes(answer.read())


def test_nobody_learns_where_a_photo_was_taken(writer: Writer) -> None:
    """What the service serves is the picture, without position, camera or comment."""
    put(writer, "quay.jpg", photo())
    writer.write("walk", "![The quay](quay.jpg)")

    answer = writer.publish()

    served = fetched(shown_on_substack(writer)[0])
    assert 0 == answer.code, answer.err
    assert (64, 48) == Image.open(io.BytesIO(served)).size
    assert {} == dict(Image.open(io.BytesIO(served)).getexif())
    assert b"private" not in served
    assert b"Mara" not in served


def test_texts_within_a_png_stay_at_home(writer: Writer) -> None:
    """Programs write names and prompts into PNG files; they do not go out."""
    said = PngInfo()
    said.add_text("Author", "Mara at home")
    put(writer, "a.png", encoded(Image.new("RGB", (9, 9), "red"), "PNG", pnginfo=said))
    writer.write("walk", "![A square](a.png)")
    writer.publish()

    assert b"Mara" not in fetched(shown_on_substack(writer)[0])


def test_a_picture_that_is_too_large_is_made_smaller(writer: Writer) -> None:
    """A side beyond the limit is cut down, the proportions stay, and the plan says it."""
    put(writer, "wide.jpg", photo((6000, 600)))
    writer.write("walk", "![A long quay](wide.jpg)")

    told = writer.run("plan", "--json").json["deliveries"]
    writer.publish()

    losses = next(each["losses"] for each in told if each["publication"] == "substack")
    assert ["made smaller: 5000 by 500 pixels instead of 6000 by 600"] == [loss["instead"] for loss in losses]
    assert (5000, 500) == Image.open(io.BytesIO(fetched(shown_on_substack(writer)[0]))).size


def test_a_picture_is_stored_once(writer: Writer) -> None:
    """Publishing again, an edit and another issue with the same picture under another name upload nothing more."""
    put(writer, "a.jpg", photo())
    put(writer, "b.jpg", photo())
    writer.write("one", "![The quay](a.jpg)")
    writer.publish()
    first = shown_on_substack(writer)
    writer.publish()
    writer.write("one", "Edited. ![The quay](a.jpg)")
    writer.publish("drafts/one.md")
    writer.write("two", "![The quay again](b.jpg)")
    writer.publish("drafts/two.md", now=LATER)

    assert 1 == uploads(writer)
    assert 2 == len(writer.sandbox.posts("substack"))
    assert first == shown_on_substack(writer)


def test_medium_shows_the_picture_that_home_stores(writer: Writer) -> None:
    """A platform that only links pictures gets the address that home has for them."""
    put(writer, "a.jpg", photo())
    writer.write("walk", "![The quay](a.jpg)")
    writer.publish()

    story = writer.sandbox.post(writer.sandbox.posts("medium")[-1]["id"])
    assert story is not None
    assert f'src="{shown_on_substack(writer)[0]}"' in story["html"]


def test_a_gif_keeps_moving(writer: Writer) -> None:
    """An animation within the limits goes out whole."""
    put(writer, "buoy.gif", moving())
    writer.write("walk", "![A buoy](buoy.gif)")
    writer.publish()

    assert 3 == getattr(Image.open(io.BytesIO(fetched(shown_on_substack(writer)[0]))), "n_frames", 1)


def test_a_gif_that_is_too_large_stands_still_and_that_is_told(writer: Writer) -> None:
    """A GIF beyond the limits becomes a still picture, said before it goes out."""
    put(writer, "buoy.gif", moving(2, (5200, 20)))
    writer.write("walk", "![A buoy](buoy.gif)")

    told = writer.run("plan", "--json").json["deliveries"][0]["losses"]

    assert ["the animation becomes a still picture"] == [loss["instead"].split("; ")[0] for loss in told]


def test_a_drawing_stands_as_its_description_where_there_are_none(writer: Writer) -> None:
    """SVG is taken by neither service: its description stands there, and the plan says so with the line."""
    put(writer, "mark.svg", DRAWING)
    writer.write("walk", "First.\n\n![The mark](mark.svg)")

    told = writer.run("plan", "--json").json["deliveries"]
    answer = writer.publish()

    assert 0 == answer.code
    assert {8} == {loss["line"] for each in told for loss in each["losses"]}
    assert 0 == uploads(writer)


@pytest.mark.parametrize(
    ("name", "content", "word"),
    [
        ("bomb.png", bomb(), "million pixels"),
        ("page.jpg", b"<!doctype html><script>alert(1)</script>", "no image of a known kind"),
        ("half.jpg", photo((640, 480))[:900], "not whole"),
        ("none.png", b"", "empty"),
        ("active.svg", DRAWING.replace(b"<path", b"<script>alert(1)</script><path"), "script"),
    ],
    ids=["bomb", "lie", "half", "empty", "active"],
)
@pytest.mark.parametrize("command", ["check", "publish"])
def test_a_hostile_picture_is_refused(writer: Writer, command: str, name: str, content: bytes, word: str) -> None:
    """Bombs, lying types and drawings that act are refused with the draft's file and line, and nothing is sent."""
    put(writer, name, content)
    writer.write("walk", f"First.\n\n![A picture]({name})")

    answer = writer.run(command, "--json", *(["--offline"] if command == "check" else []))

    said = answer.json["findings"] if command == "check" else [answer.json["error"]]
    assert 2 == answer.code
    assert [("drafts/walk.md", 8)] == [(one["file"], one["line"]) for one in said if word in one["message"]]
    assert all(one["fix"] for one in said)
    assert [] == [one for one in writer.sandbox.requests if one.method != "GET"]


def test_a_lying_name_does_not_matter(writer: Writer) -> None:
    """A JPEG that calls itself PNG goes out as what it is."""
    put(writer, "quay.png", photo())
    writer.write("walk", "![The quay](quay.png)")
    writer.publish()

    assert "JPEG" == Image.open(io.BytesIO(fetched(shown_on_substack(writer)[0]))).format


def test_a_picture_without_words_is_a_warning(writer: Writer) -> None:
    """Whoever does not see a picture reads its description: check asks for it, and publishing goes on."""
    put(writer, "a.jpg", photo())
    writer.write("walk", "First.\n\n![](a.jpg)")

    answer = writer.run("check", "--offline", "--json")

    said = [
        (one["level"], one["file"], one["line"]) for one in answer.json["findings"] if "description" in one["message"]
    ]
    assert (0, [("warning", "drafts/walk.md", 8)]) == (answer.code, said)
    assert 0 == writer.publish().code


def test_a_picture_from_outside_the_folder_is_refused(writer: Writer) -> None:
    """No path leads out of the newsletter's folder."""
    (writer.folder.parent / "secret.jpg").write_bytes(photo())
    writer.write("walk", "![Somewhere](../../secret.jpg)")

    error = writer.publish().json["error"]

    assert ("drafts/walk.md", 6) == (error["file"], error["line"])
    assert "outside" in error["message"]


def test_pictures_of_one_name_in_two_folders_stay_apart(writer: Writer) -> None:
    """In a digest each draft shows the picture of its own folder, whatever it is called."""
    text = (writer.folder / "schedule.yaml").read_text(encoding="utf-8")
    (writer.folder / "schedule.yaml").write_text(text.replace("issue: {", "issue: {compose: digest, "), "utf-8")
    for name, shade in (("quay", 0), ("market", 200)):
        (writer.folder / "drafts" / name).mkdir()
        put(writer, f"{name}/photo.png", encoded(Image.new("RGB", (8, 8), (shade, 9, 9)), "PNG"))
        writer.write(f"{name}/walk", f"![The {name}](photo.png)")

    writer.publish()

    shades = [Image.open(io.BytesIO(fetched(src))).getpixel((0, 0)) for src in shown_on_substack(writer)]
    assert [(200, 9, 9), (0, 9, 9)] == shades


def test_notices_last_words_and_templates_show_pictures(writer: Writer) -> None:
    """A picture is seen from the file that names it: the inbox, the settings, a template."""
    for name in ("drafts/stall.png", "logo.png", "templates/rule.png"):
        (writer.folder / name).parent.mkdir(exist_ok=True)
        (writer.folder / name).write_bytes(encoded(Image.new("RGB", (8, 8), (len(name), 9, 9)), "PNG"))
    (writer.folder / "drafts" / "_housekeeping.md").write_text("- A stall: ![stall](stall.png)\n", encoding="utf-8")
    settings = writer.folder / "schedule.yaml"
    settings.write_text(settings.read_text("utf-8").replace("Until next week.", "Bye ![logo](logo.png)"), "utf-8")
    (writer.folder / "templates" / "body.md.j2").write_text("![rule](rule.png)\n\n{{ content }}\n", encoding="utf-8")
    writer.write("walk")

    answer = writer.publish()

    assert {"substack": "delivered", "medium": "delivered"} == answer.states
    assert 3 == uploads(writer)


def test_a_missing_picture_of_the_inbox_is_told_where_it_stands(writer: Writer) -> None:
    """The line of the inbox, why, and the mend; nothing goes out."""
    (writer.folder / "drafts" / "_housekeeping.md").write_text("- One\n- Two ![x](gone.png)\n", encoding="utf-8")
    writer.write("walk")

    error = writer.publish().json["error"]

    assert ("drafts/_housekeeping.md", 2) == (error["file"], error["line"])
    assert "image `gone.png`: there is no such image" == error["message"]


def test_the_preview_runs_and_sends_nothing(writer: Writer) -> None:
    """The page says itself that it only shows, and what a title or a text would do in it stands there as text."""
    writer.write("walk", "One <b onclick='x()'>word</b>.", title="<script>alert(1)</script>")

    answer = writer.run("preview", "--out", "seen")

    page = (writer.folder / "seen" / "index.html").read_text(encoding="utf-8")
    assert 0 == answer.code, answer.err
    assert '<meta http-equiv="Content-Security-Policy" content="default-src \'none\';' in page
    assert "<h1>&lt;script&gt;alert(1)&lt;/script&gt;</h1>" in page
    assert "onclick=" not in page
