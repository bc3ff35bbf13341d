"""What every adapter checks in its settings before anything is sent."""

from __future__ import annotations

from urllib.parse import urlsplit

from newsletter_bot.errors import SettingsError


def address(value: str, key: str) -> str:
    """A web address without query and final slash. Raises SettingsError when it is none."""
    text = value.strip()
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise _no_address(text, key) from None
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0:
        raise _no_address(text, key)
    if parts.username is not None or parts.password is not None:
        raise SettingsError(
            "an address must not hold a password", key=key, fix="give credentials by env:, file: or keyring:"
        )
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"


def secret(value: str, key: str) -> str:
    """A credential without the line end that files and shells leave. Raises SettingsError when a header cannot carry it."""
    text = value.strip()
    if not text:
        raise SettingsError("the credential is empty", key=key, fix="look at where it is read from")
    if not text.isascii() or not text.isprintable() or " " in text.strip():
        raise SettingsError(
            "the credential holds characters that no credential has (spaces, line ends or other letters)",
            key=key,
            fix="copy it again, on one line",
        )
    return text


def one_of(value: str, key: str, choices: tuple[str, ...]) -> str:
    """A word out of a list. Raises SettingsError that names the list."""
    if value not in choices:
        raise SettingsError(f"{value!r} is not known here", key=key, fix=f"one of: {', '.join(choices)}")
    return value


def agent(value: str, key: str = "user_agent") -> str:
    """A User-Agent that a header can carry. Raises SettingsError."""
    if not value.strip() or not value.isascii() or not value.isprintable():
        raise SettingsError("a User-Agent is one line of plain letters", key=key, fix="leave it out for the default")
    return value.strip()


def _no_address(text: str, key: str) -> SettingsError:
    return SettingsError(f"{text[:80]!r} is not a web address", key=key, fix="it starts with https:// and names a host")
