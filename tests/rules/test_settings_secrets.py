"""Secrets stand in the environment, in files or in the keyring, never in settings or errors."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked
from settings_samples import PLATFORMS, ROOT, error_of, settings_of

from newsletter_bot.errors import SettingsError
from newsletter_bot.model import Level
from newsletter_bot.settings import Secret, fingerprint, inspect
from newsletter_bot.settings import parse as parse_settings
from newsletter_bot.settings.place import Place

PLACE = Place("schedule.yaml", 7, "publications.medium.token")


def secret(reference: str) -> Secret:
    """A secret that stands under publications.medium.token."""
    return Secret(reference, PLACE)


def refusal(reference: str, folder: Path, **environ: str) -> SettingsError:
    """The error with which a secret is not revealed."""
    with pytest.raises(SettingsError) as caught:
        secret(reference).reveal(environ, folder)
    assert ("schedule.yaml", 7, "publications.medium.token") == (
        caught.value.file,
        caught.value.line,
        caught.value.key,
    )
    return caught.value


def publication(token: str) -> str:
    """Settings with one publication on Medium."""
    return f"publications:\n  medium:\n    platform: medium\n    token: {token}\n"


def test_environment_reveals(tmp_path: Path) -> None:
    """A secret of the environment is revealed when asked for, not before."""
    assert "s3cret" == secret("env:TOKEN").reveal({"TOKEN": "s3cret"}, tmp_path)


def test_missing_variable_is_told(tmp_path: Path) -> None:
    """A variable that is not set is an error that names key and variable."""
    assert "TOKEN is not set" in refusal("env:TOKEN", tmp_path).message


def test_empty_variable_is_told(tmp_path: Path) -> None:
    """A variable that holds nothing is an error."""
    assert "holds nothing" in refusal("env:TOKEN", tmp_path, TOKEN=" ").message


@pytest.mark.parametrize("ending", ["", "\n", "\r\n"])
def test_file_reveals_without_its_line_end(tmp_path: Path, ending: str) -> None:
    """The line end that an editor adds is no part of the secret; paths are relative to the newsletter's folder."""
    (tmp_path / "token").write_bytes(f" s3cret \n x{ending}".encode())

    assert " s3cret \n x" == secret("file:token").reveal({}, tmp_path)


def test_unreadable_files_are_told(tmp_path: Path) -> None:
    """A missing file, a folder, bytes that are no text and far too much text are errors, not tracebacks."""
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "huge").write_bytes(b"x" * 100_000)

    assert "cannot be read" in refusal("file:missing", tmp_path).message
    assert "not a regular file" in refusal("file:.", tmp_path).message
    assert "not UTF-8" in refusal("file:binary", tmp_path).message
    assert "too large" in refusal("file:huge", tmp_path).message
    assert "cannot be read" in refusal("file:" + "x" * 5000, tmp_path).message


def test_file_that_others_can_read_is_found(tmp_path: Path) -> None:
    """A secret in a file that others can read is a warning with its mend; a private one is none."""
    path = tmp_path / "token"
    path.write_text("s3cret")
    path.chmod(0o644)
    finding = secret("file:token").exposure(tmp_path)

    assert finding is not None
    assert (Level.WARNING, "publications.medium.token", f"chmod 600 {path}") == (
        finding.level,
        finding.key,
        finding.fix,
    )
    path.chmod(0o600)
    assert secret("file:token").exposure(tmp_path) is None


def test_files_that_are_not_there_expose_nothing(tmp_path: Path) -> None:
    """A file that cannot be had, or whose home folder is nobody's, is told once, as missing."""
    found = settings_of(publication("file:~nobody-of-this-name/token"))

    assert secret("file:missing").exposure(tmp_path) is None
    assert secret("env:TOKEN").exposure(tmp_path) is None
    assert ["write a full path"] == [finding.fix for finding in inspect(found, environ={})]


class Chain(KeyringBackend):
    """A keyring in memory; the service ``locked`` is locked."""

    priority = 1.0

    def get_password(self, service: str, username: str) -> str | None:
        if service == "locked":
            raise KeyringLocked
        return {("newsletter-bot", "signals/medium"): "s3cret"}.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        raise NotImplementedError


@pytest.fixture
def chain() -> Iterator[None]:
    before = keyring.get_keyring()
    keyring.set_keyring(Chain())  # type: ignore[no-untyped-call]
    yield
    keyring.set_keyring(before)


@pytest.mark.usefixtures("chain")
def test_keyring_reveals(tmp_path: Path) -> None:
    """A secret of the keyring is found by service and name; what is not there or locked is told."""
    assert "s3cret" == secret("keyring:newsletter-bot/signals/medium").reveal({}, tmp_path)
    assert "keyring set newsletter-bot other" == refusal("keyring:newsletter-bot/other", tmp_path).fix
    assert "cannot be opened" in refusal("keyring:locked/other", tmp_path).message


def test_missing_keyring_extra_is_told() -> None:
    """Without the extra the error says which command installs it."""
    program = (
        "import sys; sys.modules['keyring'] = None\n"
        "from pathlib import Path; from newsletter_bot.settings import Secret\n"
        "try: Secret('keyring:a/b').reveal({}, Path())\n"
        "except Exception as error: print(type(error).__name__, error.fix)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": str(ROOT / "src")},
    )

    assert 'SettingsError pip install "newsletter-bot[keyring]"\n' == done.stdout


@pytest.mark.parametrize(
    "written",
    [
        "hunter2hunter2",
        "'env:hunter2-x'",
        "$HUNTER2",
        "hunter2:x",
        "keyring:hunter2",
        "'file: hunter2'",
        "'env:'",
        "2222",
    ],
)
def test_literal_secret_is_refused_unrepeated(written: str) -> None:
    """A secret written into the file is refused, and the error does not repeat it."""
    error = error_of(publication(written))

    assert (4, "publications.medium.token") == (error.line, error.key)
    assert "literal secret" in error.message
    assert "unter2" not in str(error)
    assert "env:NAME" in (error.fix or "")


@pytest.mark.parametrize(
    "written",
    [
        "newsletter: {url: 'https://ada:hunter2@a.example'}",
        "events: {sources: ['https://ada:hunter2@a.example/x.ics']}",
        "housekeeping: {feeds: ['https://ada:hunter2@a.example/feed']}",
        "ledger: postgresql://ada:hunter2@a.example/signals",
        "ledger: postgresql://a.example/signals?password=hunter2",
        "ledger: host=a.example password=hunter2",
        "notify: ['mailto://ada:hunter2@a.example']",
        "publications: {m: {platform: medium, token: env:T, api: 'https://ada:hunter2@a.example'}}",
    ],
)
def test_passwords_in_addresses_are_refused(written: str) -> None:
    """An address with a password in it is a literal secret wherever it stands."""
    error = error_of(written)

    assert "refused" in error.message
    assert "hunter2" not in str(error)


def test_ledger_may_be_a_secret() -> None:
    """The address of a shared ledger can be kept as a secret, or stand without a password."""
    assert Secret("env:LEDGER") == settings_of("ledger: env:LEDGER").ledger
    assert "postgresql://ada@a.example/signals" == settings_of("ledger: postgresql://ada@a.example/signals").ledger


def test_secret_shows_its_reference_only(tmp_path: Path) -> None:
    """Neither a secret nor settings that were used show what they hold."""
    found = settings_of(publication("env:TOKEN"))
    (kept,) = found.secrets
    kept.reveal({"TOKEN": "hunter2"}, tmp_path)

    assert "env:TOKEN" == str(kept)
    assert "hunter2" not in repr(found) + repr(kept)


WORDS = some.text("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-+/=%.~", min_size=12, max_size=60)


@settings(max_examples=50, deadline=None)
@given(WORDS, some.sampled_from(["token", "tokn", "api", "after", "notify", "publish", "strict", "pause"]))
def test_no_error_repeats_a_credential(word: str, key: str) -> None:
    """A credential that is written in a wrong place of a publication is not repeated by the error."""
    credential = f"{word}7aB"
    text = f'publications:\n  m:\n    platform: medium\n    {key}: "{credential}"\n'
    with pytest.raises(SettingsError) as caught:
        parse_settings(text.encode(), path=Path("schedule.yaml"), platforms=PLATFORMS)

    assert credential not in str(caught.value) + repr(caught.value)


def test_fingerprint_follows_settings_and_secrets(tmp_path: Path) -> None:
    """The fingerprint changes with settings, secret and key, stays otherwise, and shows nothing."""
    (plain,) = settings_of(publication("env:TOKEN")).publications
    (strict,) = settings_of(publication("env:TOKEN\n    strict: true")).publications
    (moved,) = settings_of("# remark\n" + publication("env:TOKEN")).publications
    seen = {
        fingerprint(item, key=key, environ={"TOKEN": token}, folder=tmp_path)
        for item in (plain, strict, moved)
        for key in (b"a", b"b")
        for token in ("hunter2", "hunter3")
    }

    assert 8 == len(seen)
    assert all(len(text) == 64 and "hunter" not in text for text in seen)


def test_fingerprint_can_be_taken_without_the_secret(tmp_path: Path) -> None:
    """A secret that is missing gives a fingerprint of its own."""
    (item,) = settings_of(publication("env:TOKEN")).publications

    assert fingerprint(item, key=b"k", environ={}, folder=tmp_path) != fingerprint(
        item, key=b"k", environ={"TOKEN": "hunter2"}, folder=tmp_path
    )


def test_every_missing_secret_is_found() -> None:
    """Looking over the settings finds each secret that cannot be had, with its line."""
    findings = inspect(settings_of(publication("env:TOKEN") + "notify: [env:NOTIFY]\n"), environ={"NOTIFY": "x"})

    assert [(Level.ERROR, 4, "publications.medium.token")] == [(item.level, item.line, item.key) for item in findings]
