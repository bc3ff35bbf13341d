"""Fetching is bounded in time, size and redirects, speaks only to permitted addresses, and its errors hold no secrets."""

import gzip
import socket
import time
import zlib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from threading import Thread
from typing import ClassVar

import pytest
from outside_world import Patient

from newsletter_bot.errors import BadPictureError, SourceError
from newsletter_bot.sources.addresses import Guard, PrivateAddressError, is_public, resolve, shown_address
from newsletter_bot.sources.fetch import Limits, ask, fetch
from newsletter_bot.sources.pictures import fetch_picture

HERE = Guard(named=frozenset({"127.0.0.1"}))
QUICK = Limits(seconds=0.7, bytes=100_000, guard=HERE)
ZEROS = b"\0" * 3_000_000
PICTURE = (
    b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"
)


class Server(BaseHTTPRequestHandler):
    seen: ClassVar[list[tuple[str, dict[str, str]]]] = []
    protocol_version = "HTTP/1.1"

    def log_message(self, *args: object) -> None:
        pass

    def answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        self.seen.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
        name = self.path.partition("?")[0].strip("/").replace("-", "_")
        try:
            getattr(self, f"on_{name.partition('/')[0]}")()
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def on_plain(self) -> None:
        if self.headers.get("If-None-Match") == '"v1"':
            self.answer(304)
        else:
            self.answer(200, b"hello", Content_Type="Text/Plain; charset=UTF-8", ETag='"v1"', Last_Modified="then")

    def on_missing(self) -> None:
        self.answer(404, b"no")

    def on_zipped(self) -> None:
        self.answer(200, gzip.compress(b"hello"), Content_Encoding="gzip")

    def on_deflated(self) -> None:
        self.answer(200, zlib.compress(b"hello")[2:-4], Content_Encoding="deflate")

    def on_bomb(self) -> None:
        self.answer(200, gzip.compress(ZEROS), Content_Encoding="gzip")

    def on_picture(self) -> None:
        self.answer(200, PICTURE, Content_Type="text/html")

    def on_odd(self) -> None:
        self.answer(200, b"hello", Content_Encoding="br")

    def on_unzipped(self) -> None:
        self.answer(200, b"hello", Content_Encoding="gzip")

    def on_huge(self) -> None:
        self.answer(200, ZEROS)

    def on_endless(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.close_connection = True
        while True:
            self.wfile.write(b"x" * 10_000)

    def on_drip(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.close_connection = True
        while True:
            self.wfile.write(b"x")
            time.sleep(0.05)

    def on_slow_head(self) -> None:
        self.close_connection = True
        self.wfile.write(b"HTTP/1.1 200 OK\r\nX: ")
        while True:
            self.wfile.write(b"x")
            time.sleep(0.05)

    def on_silent(self) -> None:
        time.sleep(1.5)
        self.close_connection = True

    def on_nonsense(self) -> None:
        self.wfile.write(b"\x00\x01 nothing like HTTP\r\n\r\n")
        self.close_connection = True

    def on_cut(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "100")
        self.end_headers()
        self.wfile.write(b"x")
        self.close_connection = True

    def on_loop(self) -> None:
        self.answer(302, Location="/loop")

    def on_once(self) -> None:
        self.answer(301, Location="plain")

    def on_away(self) -> None:
        self.answer(307, Location=self.path.partition("?")[2])


@pytest.fixture
def site() -> Iterator[str]:
    Server.seen.clear()
    server = Patient(("127.0.0.1", 0), Server)
    server.block_on_close = False
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def failure(address: str, limits: Limits = QUICK) -> SourceError:
    began = time.monotonic()
    with pytest.raises(SourceError) as caught:
        fetch(address, limits=limits)
    assert time.monotonic() - began < limits.seconds + 1
    assert caught.value.fix
    return caught.value


def test_a_body_with_what_is_said_of_it(site: str) -> None:
    """Bytes, type, character set, and what to ask with the next time."""
    found = fetch(f"{site}/plain", limits=QUICK)

    assert (200, f"{site}/plain", b"hello", "text/plain", "utf-8") == (
        found.status,
        found.url,
        found.body,
        found.media_type,
        found.charset,
    )
    assert ('"v1"', "then", False) == (found.etag, found.last_modified, found.moved)


def test_what_is_unchanged_is_not_sent_again(site: str) -> None:
    """Conditions go with the request, and 304 is an answer."""
    found = fetch(f"{site}/plain", limits=QUICK, etag='"v1"', last_modified="then")

    assert (304, b"") == (found.status, found.body)
    assert "then" == Server.seen[0][1]["if-modified-since"]


def test_we_say_who_we_are(site: str) -> None:
    """The agent is our own name, never a browser's."""
    fetch(f"{site}/plain", limits=QUICK)

    assert Server.seen[0][1]["user-agent"].startswith("newsletter-bot/")


@pytest.mark.parametrize("path", ["zipped", "deflated"])
def test_packed_bodies_are_unpacked(site: str, path: str) -> None:
    """Both ways to pack, also without the header that some servers forget."""
    assert b"hello" == fetch(f"{site}/{path}", limits=QUICK).body


@pytest.mark.parametrize("path", ["huge", "bomb", "endless"])
def test_size_is_bounded(site: str, path: str) -> None:
    """Announced, packed or endless: more than the limit is refused."""
    assert "larger than 0.1 MB" in failure(f"{site}/{path}").message


@pytest.mark.parametrize("path", ["drip", "slow-head", "silent"])
def test_time_is_bounded(site: str, path: str) -> None:
    """A byte now and then gains no time, in the head or in the body."""
    assert "within 0.7 s" in failure(f"{site}/{path}").message


@pytest.mark.parametrize("path", ["nonsense", "cut", "odd", "unzipped"])
def test_broken_answers_are_errors_of_the_source(site: str, path: str) -> None:
    """What is no HTTP, or not what it says it is, gives one error."""
    assert failure(f"{site}/{path}").file == f"{site}/{path}"


def test_a_status_is_told(site: str) -> None:
    """The server's own number, and what to check."""
    assert "the server answered 404" == failure(f"{site}/missing").message
    assert 404 == ask(f"{site}/missing", limits=QUICK).status


def test_a_body_can_be_left_where_it_is(site: str) -> None:
    """Whether a page is there is known without reading it, however large it is."""
    found = ask(f"{site}/huge", limits=QUICK, read=False)

    assert (200, b"") == (found.status, found.body)


def test_a_remote_image(site: str) -> None:
    """An image is told by its bytes, and what is none is an error of the source."""
    picture = fetch_picture(f"{site}/picture?s=1", limits=QUICK)

    assert ("image/gif", 1, 1, "picture.gif") == (picture.media_type, picture.width, picture.height, picture.name)
    with pytest.raises(SourceError) as caught:
        fetch_picture(f"{site}/plain?s=1", limits=QUICK)
    assert f"{site}/plain" == caught.value.file


def test_redirects_are_followed_and_counted(site: str) -> None:
    """A few are fine, for ever is not."""
    found = fetch(f"{site}/once", limits=QUICK)

    assert (f"{site}/plain", True) == (found.url, found.moved)
    assert "more than 5 redirects" == failure(f"{site}/loop").message
    assert 6 == sum(path == "/loop" for path, _ in Server.seen)


@pytest.mark.parametrize(
    "target", ["http://127.0.0.2/", "http://localhost.localdomain/", "http://[::1]/", "http://10.0.0.1/", "http://0/"]
)
def test_redirects_to_private_addresses_are_refused(site: str, target: str) -> None:
    """Each hop is checked, not only the first."""
    assert failure(f"{site}/away?{target}")


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://example.org/", "javascript:x()", "http://", "//"])
def test_redirects_to_other_things_are_refused(site: str, target: str) -> None:
    """Only http and https are followed."""
    assert failure(f"{site}/away?{target}")


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "0.0.0.0", "2130706433", "0x7f.1", "[::1]", "[::ffff:127.0.0.1]", "169.254.1.1"]
)
def test_private_addresses_are_refused_however_they_are_spelt(host: str) -> None:
    """Without leave, nothing on this machine or its network is spoken to."""
    error = failure(f"http://{host}:1/", Limits(seconds=2))

    assert "refused" in error.message
    assert "allow_private" in str(error.fix)


def test_private_addresses_with_leave(site: str) -> None:
    """network.allow_private opens them."""
    assert b"hello" == fetch(f"{site}/plain", limits=Limits(guard=Guard(allow_private=True))).body


def test_the_checked_address_is_the_one_spoken_to() -> None:
    """A name is resolved once; every one of its addresses must be permitted."""
    assert ["127.0.0.1"] == resolve("127.0.0.1", 80, guard=HERE, seconds=2)
    with pytest.raises(PrivateAddressError):
        resolve("localhost", 80, guard=Guard(named=frozenset({"198.51.100.1"})), seconds=2)


@pytest.mark.parametrize(
    "address",
    [
        "10.1.2.3",
        "192.168.0.1",
        "172.16.0.1",
        "100.64.0.1",
        "127.8.8.8",
        "0.0.0.0",
        "169.254.169.254",
        "224.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "fe80::1%eth0",
        "fc00::1",
        "fec0::1",
        "ff02::1",
        "::ffff:10.0.0.1",
        "64:ff9b::a00:1",
        "2002:a00:1::",
        "192.0.2.1",
        "nonsense",
        "",
    ],
)
def test_addresses_that_are_not_public(address: str) -> None:
    """Loopback, private, link-local, shared, reserved, multicast, and IPv4 ones in disguise."""
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "64:ff9b::808:808", "::ffff:8.8.8.8"])
def test_addresses_that_are_public(address: str) -> None:
    """The rest of the network."""
    assert is_public(address)


def test_errors_hold_no_secrets(site: str) -> None:
    """User, password and query are left out of what a person is told."""
    secret = site.replace("http://", "http://ada:pa55@") + "/missing?token=t0ken#x"

    error = failure(secret)

    assert f"{site}/missing" == error.file
    assert not any(word in f"{error} {error!r}" for word in ("ada", "pa55", "t0ken"))


def test_credentials_go_to_their_own_host_only(site: str) -> None:
    """A redirect to another host does not carry them along."""
    other = site.replace("127.0.0.1", "127.0.0.2")
    fetch(site.replace("http://", "http://ada:p%40ss@") + "/once", limits=QUICK)

    assert ["Basic YWRhOnBAc3M="] * 2 == [headers.get("authorization") for _, headers in Server.seen]
    Server.seen.clear()
    limits = Limits(seconds=2, guard=Guard(allow_private=True))
    with pytest.raises(SourceError):
        fetch(site.replace("http://", "http://ada:p@") + f"/away?{other}/plain", limits=limits)
    assert 1 == len(Server.seen)


@pytest.mark.parametrize(
    "address",
    ["", "x", "ftp://x/", "http://", "http:///x", "http://a b/", "http://[::1", "http://x:99999/", "http://\n/"],
)
def test_what_is_no_address_is_an_error(address: str) -> None:
    """Nonsense is refused without a request."""
    failure(address)


def test_a_port_where_nobody_listens_is_an_error() -> None:
    """A refused connection is told at once."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        assert "no answer" in failure(f"http://127.0.0.1:{free.getsockname()[1]}/").message


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://u:p@example.org:8443/a/b?k=v#f", "https://example.org:8443/a/b"),
        ("https://[2001:db8::1]/x", "https://[2001:db8::1]/x"),
        ("http://[", "an address that cannot be read"),
    ],
)
def test_addresses_as_they_are_shown(address: str, shown: str) -> None:
    """Host and path, nothing that may be a secret."""
    assert shown == shown_address(address)


@pytest.mark.parametrize("address", ["https://", "https://a b/x.png", "ftp://i.example/x.png", "javascript:x()"])
def test_what_is_no_address_is_no_picture(address: str) -> None:
    """Nothing is asked for, and nothing can stay a link."""
    with pytest.raises(BadPictureError, match="no http"):
        fetch_picture(address)
