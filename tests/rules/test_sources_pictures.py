"""Pictures are what their bytes are, inside the folder, upright, bare of metadata, and fitted only when they must be."""

import base64
import io
import os
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from PIL.PngImagePlugin import PngInfo

from newsletter_bot.errors import DraftError, SourceError
from newsletter_bot.model import Origin, Picture
from newsletter_bot.sources.fitting import fit_picture
from newsletter_bot.sources.pictures import fetched_picture, load_picture

SECRET = b"somewhere-secret"
ALL = ("image/jpeg", "image/png", "image/gif", "image/webp")


def drawn(size: tuple[int, int] = (60, 40), mode: str = "RGB") -> Image.Image:
    image = Image.new(mode, size, "white")
    ImageDraw.Draw(image).rectangle((2, 2, size[0] // 2, size[1] // 2), fill="black")
    return image


def written(image: Image.Image, kind: str, **options: object) -> bytes:
    target = io.BytesIO()
    image.save(target, kind, **options)
    return target.getvalue()


def exif(orientation: int = 1) -> Image.Exif:
    said = Image.Exif()
    said[0x0112] = orientation
    said[0x010E] = SECRET.decode()
    return said


def noisy(size: int) -> Image.Image:
    return Image.frombytes("RGB", (size, size), os.urandom(size * size * 3))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "news" / "drafts").mkdir(parents=True)
    return tmp_path / "news"


def load(folder: Path, content: bytes, name: str = "a.png") -> Picture:
    (folder / "drafts" / name).write_bytes(content)
    return load_picture(folder, name, base=folder / "drafts")


def test_a_plain_picture_keeps_its_bytes(folder: Path) -> None:
    """An image without metadata goes out as the writer made it, to the byte."""
    content = written(drawn(), "PNG")

    picture = load(folder, content, "My Photo.png")

    assert (content, "image/png", 60, 40, "my-photo.png") == (
        picture.data,
        picture.media_type,
        picture.width,
        picture.height,
        picture.name,
    )


@pytest.mark.parametrize(
    ("kind", "media_type"),
    [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("WEBP", "image/webp"), ("AVIF", "image/avif")],
)
def test_metadata_is_stripped(folder: Path, kind: str, media_type: str) -> None:
    """Position, camera and description never leave the machine, in whatever format they came."""
    content = written(drawn(), kind, exif=exif())
    assert SECRET in content

    picture = load(folder, content, "a.jpg")

    assert media_type == picture.media_type
    assert SECRET not in picture.data
    assert (60, 40) == Image.open(io.BytesIO(picture.data)).size


def test_comments_of_png_and_gif_are_stripped(folder: Path) -> None:
    """Text chunks and comments are metadata too."""
    said = PngInfo()
    said.add_text("Author", SECRET.decode())
    said.add_itxt("XML:com.adobe.xmp", SECRET.decode())

    assert SECRET not in load(folder, written(drawn(), "PNG", pnginfo=said)).data
    assert SECRET not in load(folder, written(drawn(), "GIF", comment=SECRET)).data


def test_parts_that_programs_add_are_stripped(folder: Path) -> None:
    """Whatever a program puts beside the picture, under a name of its own, is no part of the picture."""
    png, webp = written(drawn(), "PNG"), written(drawn(), "WEBP")
    part = struct.pack(">I", len(SECRET)) + b"caBX" + SECRET + struct.pack(">I", zlib.crc32(b"caBX" + SECRET))
    begin = png.index(b"IDAT") - 4
    longer = webp + b"C2PA" + struct.pack("<I", len(SECRET)) + SECRET

    assert png == load(folder, png[:begin] + part + png[begin:]).data
    assert webp == load(folder, longer[:4] + struct.pack("<I", len(longer) - 8) + longer[8:]).data


def test_what_follows_a_photo_in_its_file_is_cut_off(folder: Path) -> None:
    """A film or a second picture behind the photo stays at home."""
    assert SECRET not in load(folder, written(drawn(), "JPEG", progressive=True) + b"\xff\xd8" + SECRET).data
    assert SECRET not in load(folder, written(drawn(), "PNG") + SECRET).data


def test_stripping_keeps_every_pixel(folder: Path) -> None:
    """Cutting metadata out never encodes the picture again."""
    image = noisy(64)
    content = written(image, "JPEG", exif=exif(), quality=80)

    picture = load(folder, content)

    assert Image.open(io.BytesIO(content)).tobytes() == Image.open(io.BytesIO(picture.data)).tobytes()


def test_a_photo_taken_sideways_is_upright(folder: Path) -> None:
    """What the camera only noted is done to the pixels, because the note is stripped."""
    picture = load(folder, written(drawn((60, 40)), "JPEG", exif=exif(6)))

    assert (40, 60) == (picture.width, picture.height) == Image.open(io.BytesIO(picture.data)).size
    assert SECRET not in picture.data


def test_type_is_told_by_content(folder: Path) -> None:
    """A JPEG that is called .png is a JPEG."""
    picture = load(folder, written(drawn(), "JPEG"), "liar.png")

    assert ("image/jpeg", "liar.jpg") == (picture.media_type, picture.name)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html><script>alert(1)</script></html>",
        b"\x89PNG\r\n\x1a\n",
        b"GIF89a",
        b"\xff\xd8\xff",
        b"RIFF\x04\0\0\0WEBP",
        b"%!PS-Adobe-3.0 EPSF-3.0\n(x) show",
        b"\0\0\0\x18ftypheic\0\0\0\0mif1heic",
        os.urandom(1000),
    ],
)
def test_what_is_no_image_is_refused(folder: Path, content: bytes) -> None:
    """A file that is no image is one error with a fix, whatever it is called."""
    with pytest.raises(DraftError) as caught:
        load(folder, content)

    assert caught.value.fix
    assert "a.png" == caught.value.file


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_an_image_that_is_cut_off_is_refused(folder: Path, kind: str) -> None:
    """Half an image is found out before it is uploaded."""
    content = written(noisy(64), kind)

    with pytest.raises(DraftError):
        load(folder, content[: len(content) // 2])


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP"])
def test_a_moving_image_never_loses_its_movement_unseen(folder: Path, kind: str) -> None:
    """One that is cut off, or that only its metadata turns, is refused instead of standing still without a word."""
    frames = [drawn((40 + number, 40)).resize((64, 64)) for number in range(0, 40, 10)]
    turned = {} if kind == "GIF" else {"exif": exif(6)}
    content = written(frames[0], kind, save_all=True, append_images=frames[1:], duration=100, **turned)

    with pytest.raises(DraftError):
        load(folder, content if turned else content[: len(content) * 3 // 4])


def test_a_decompression_bomb_is_refused(folder: Path) -> None:
    """A few bytes that claim billions of pixels are not decoded."""
    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"IDAT", zlib.compress(b"\0" * 100_000)), (b"IEND", b"")]
    bomb = b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body)) for name, body in chunks
    )

    with pytest.raises(DraftError, match="million pixels"):
        load(folder, bomb)


def test_a_photo_that_is_drawn_over_and_over_is_refused(folder: Path) -> None:
    """A few bytes more for each scan would cost hours; what follows the photo in its file does not count."""
    photo = written(drawn(mode="L"), "JPEG", progressive=True)
    scan = photo[photo.rindex(b"\xff\xda") : -2]

    assert "image/jpeg" == load(folder, photo + b"\xff\xda" * 500).media_type
    for bomb in (photo[:-2] + scan * 500 + photo[-2:], photo[:2] + b"\0" + photo[2:-2] + scan * 500):
        with pytest.raises(DraftError):
            load(folder, bomb)
    with pytest.raises(DraftError, match="times over"):
        load(folder, photo[:-2] + scan * 500 + photo[-2:])


def test_paths_stay_inside_the_folder(folder: Path) -> None:
    """Dots, absolute paths and links that lead out are errors with file, line and fix."""
    outside = folder.parent / "secret.png"
    outside.write_bytes(written(drawn(), "PNG"))
    (folder / "drafts" / "link.png").symlink_to(outside)
    (folder / "drafts" / "loop.png").symlink_to("loop.png")
    (folder / "drafts" / "sub").symlink_to(folder.parent)
    origin = Origin(file="drafts/a.md", line=7)

    for src in ("../../secret.png", str(outside), "link.png", "%2e%2e/../secret.png", "sub/secret.png", "loop.png"):
        with pytest.raises(DraftError) as caught:
            load_picture(folder, src, base=folder / "drafts", origin=origin)
        assert ("drafts/a.md", 7) == (caught.value.file, caught.value.line)
        assert caught.value.fix


@pytest.mark.parametrize("src", ["", "#x", "a\0b.png", "x" * 5000, "file:///etc/passwd", "missing.png", "..", ".", "/"])
def test_paths_that_name_no_image_are_errors(folder: Path, src: str) -> None:
    """Nonsense for a path is an error, never a traceback."""
    with pytest.raises(DraftError):
        load_picture(folder, src, base=folder / "drafts")


def test_a_pipe_is_not_waited_for(folder: Path) -> None:
    """What is no regular file is refused at once."""
    os.mkfifo(folder / "drafts" / "pipe.png")

    with pytest.raises(DraftError, match="regular"):
        load_picture(folder, "pipe.png", base=folder / "drafts")


def test_the_ways_to_write_a_path(folder: Path) -> None:
    """Relative to the draft, from the newsletter's folder, percent-encoded, with a query, through a link that stays inside,
    with accents as another machine writes them.
    """
    content = written(drawn(), "PNG")
    (folder / "images").mkdir()
    (folder / "images" / "my photo.png").write_bytes(content)
    (folder / "drafts" / "link.png").symlink_to(folder / "images" / "my photo.png")

    (folder / "images" / "qua\u0308y.png").write_bytes(content)

    assert content == load_picture(folder, "../images/qu\u00e4y.png", base=Path("drafts")).data
    for src in ("../images/my photo.png", "/images/my%20photo.png", "../images/my%20photo.png?v=2", "link.png"):
        assert content == load_picture(folder, src, base=Path("drafts")).data


def test_an_image_in_a_data_address(folder: Path) -> None:
    """An image that stands in the draft itself is read like a file."""
    content = written(drawn(), "PNG")
    src = "data:image/png;base64," + base64.b64encode(content).decode()

    assert content == load_picture(folder, src, base=folder).data
    with pytest.raises(DraftError):
        load_picture(folder, "data:image/png;base64,%%%", base=folder)


DRAWING = b'<svg xmlns="http://www.w3.org/2000/svg" width="30" height="20">%s<rect width="9" height="9"/></svg>'


def test_a_drawing_keeps_its_kind(folder: Path) -> None:
    """An SVG that only draws stays an SVG, without comments and metadata."""
    picture = load(folder, DRAWING % b"<!-- somewhere-secret --><metadata>somewhere-secret</metadata>", "a.svg")

    assert ("image/svg+xml", 30, 20, DRAWING % b"") == (picture.media_type, picture.width, picture.height, picture.data)


@pytest.mark.parametrize(
    "inner",
    [
        b"<script>alert(1)</script>",
        b'<rect onload="x()"/>',
        b'<a href="javascript:x()"/>',
        b'<image href="https://tracker.example/x.png"/>',
        b'<use xlink:href="//e.example/x" xmlns:xlink="http://www.w3.org/1999/xlink"/>',
        b"<foreignObject><b/></foreignObject>",
        b"<style>@import 'https://e.example/x.css';</style>",
        b"<style>@im<![CDATA[port 'https://e.example/x.css']]></style>",
        b"<style><g/>@import 'https://e.example/x.css';</style>",
        b'<a><set attributeName="xlink:href" to="java&#10;script:x()"/></a>',
        b'<rect style="fill:url(https://e.example/x)"/>',
        b"<g>" * 5000 + b"</g>" * 5000,
        b"<open>",
    ],
)
def test_an_active_drawing_is_refused(folder: Path, inner: bytes) -> None:
    """An SVG that runs, loads or breaks is refused with the reason."""
    with pytest.raises(DraftError, match="SVG"):
        load(folder, DRAWING % inner, "a.svg")


def test_a_drawing_with_entities_is_refused(folder: Path) -> None:
    """Entities can expand to billions of characters."""
    bomb = b'<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>' + DRAWING % b"<text>&b;</text>"

    with pytest.raises(DraftError, match="entities"):
        load(folder, bomb, "a.svg")


def test_a_picture_that_fits_is_not_touched(folder: Path) -> None:
    """Within the limits nothing is encoded again and nothing is lost."""
    picture = load(folder, written(drawn(), "PNG"))

    assert (picture, None) == fit_picture(picture, types=ALL, max_bytes=10_000_000, max_pixels=5000)


def test_a_picture_is_made_smaller(folder: Path) -> None:
    """The longest side is cut to the limit, the shape stays, and it is said."""
    picture = load(folder, written(drawn((600, 400)), "PNG"))

    fitted, loss = fit_picture(picture, types=ALL, max_bytes=0, max_pixels=300)

    assert fitted is not None
    assert (300, 200, "image/png") == (fitted.width, fitted.height, fitted.media_type)
    assert loss == "made smaller: 300 by 200 pixels instead of 600 by 400"


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
@pytest.mark.parametrize("types", [ALL, ("image/png",), ("image/jpeg",), ("image/gif",)])
def test_a_heavy_picture_is_brought_under_the_limit(folder: Path, kind: str, types: tuple[str, ...]) -> None:
    """Whatever it was and whatever is taken, the bytes stay under the limit."""
    picture = load(folder, written(noisy(200), kind))

    fitted, loss = fit_picture(picture, types=types, max_bytes=12_000, max_pixels=5000)

    assert fitted is not None
    assert len(fitted.data) <= 12_000
    assert fitted.media_type in types
    assert loss


def test_transparency_is_kept_where_it_can_be(folder: Path) -> None:
    """A picture that shines through stays so; where only JPEG is taken, white stands behind it and that is said."""
    image = drawn((80, 80), "RGBA")
    image.putpixel((70, 70), (0, 0, 0, 0))
    picture = load(folder, written(image, "WEBP", lossless=True))

    png, _ = fit_picture(picture, types=("image/png", "image/jpeg"), max_bytes=0, max_pixels=0)
    jpeg, loss = fit_picture(picture, types=("image/jpeg",), max_bytes=0, max_pixels=0)

    assert png is not None
    assert jpeg is not None
    assert "image/png" == png.media_type
    assert (0, 0, 0, 0) == Image.open(io.BytesIO(png.data)).convert("RGBA").getpixel((70, 70))
    assert "transparent parts become white" in str(loss)


def test_an_animation_is_kept_or_its_loss_told(folder: Path) -> None:
    """A moving GIF moves on; where it has to be changed, it says that it stands still."""
    frames = [drawn((50, 50)), Image.new("RGB", (50, 50), "red")]
    content = written(frames[0], "GIF", save_all=True, append_images=frames[1:], loop=0, duration=100)
    picture = load(folder, content, "moves.gif")

    kept, nothing = fit_picture(picture, types=ALL, max_bytes=0, max_pixels=0)
    still, loss = fit_picture(picture, types=("image/png",), max_bytes=0, max_pixels=0)

    assert kept is not None
    assert still is not None
    assert (2, None) == (Image.open(io.BytesIO(kept.data)).n_frames, nothing)  # type: ignore[attr-defined]
    assert str(loss).startswith("the animation becomes a still picture")


def test_a_drawing_is_left_out_where_it_is_not_taken(folder: Path) -> None:
    """No rasterizer is pretended: the loss says what to do."""
    picture = load(folder, DRAWING % b"", "a.svg")

    assert (picture, None) == fit_picture(picture, types=("image/svg+xml",), max_bytes=0, max_pixels=0)
    fitted, loss = fit_picture(picture, types=ALL, max_bytes=0, max_pixels=0)
    assert fitted is None
    assert "PNG" in str(loss)


def test_a_profile_goes_with_the_colours_that_it_describes(folder: Path) -> None:
    """Grey that is written anew in three colours does not keep the profile of grey."""
    grey = load(folder, written(drawn((300, 200), "L"), "JPEG", icc_profile=b"of grey"))
    coloured = load(folder, written(drawn((300, 200)), "JPEG", icc_profile=b"of colours"))

    made = [fit_picture(one, types=ALL, max_bytes=0, max_pixels=100)[0] for one in (grey, coloured)]

    assert [False, True] == [b"of " in one.data for one in made if one]


def test_a_file_that_is_too_long_is_to_be_made_smaller(folder: Path) -> None:
    """A person is told what to do with an image, not with a text."""
    (folder / "drafts" / "long.png").touch()
    os.truncate(folder / "drafts" / "long.png", 50_000_000)

    with pytest.raises(DraftError, match=r"50\.0 MB.*make it smaller"):
        load_picture(folder, "long.png", base=Path("drafts"))


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16", "I", "F"])
def test_every_way_to_store_colours_can_be_fitted(folder: Path, mode: str) -> None:
    """Grey, palettes, print colours and deep ones come out as a picture that browsers show."""
    image = drawn((90, 90)).convert("L").convert(mode) if mode == "I;16" else drawn((90, 90)).convert(mode)
    picture = load(folder, written(image, "TIFF"), "scan.tiff")

    for types in (("image/jpeg",), ("image/png",), ("image/webp",), ("image/gif",)):
        fitted, _ = fit_picture(picture, types=types, max_bytes=0, max_pixels=50)
        assert fitted is not None
        assert (types[0], 50) == (fitted.media_type, fitted.width)


def test_a_fetched_image_is_checked_in_the_same_way() -> None:
    """Remote images are stripped, and what is none is an error of the source."""
    content = written(drawn(), "JPEG", exif=exif())

    picture = fetched_picture(content, address="https://pictures.example/a/b%20c.png")

    assert "b-c.jpg" == picture.name
    assert SECRET not in picture.data
    with pytest.raises(SourceError):
        fetched_picture(b"<html>", address="https://pictures.example/x.png")
