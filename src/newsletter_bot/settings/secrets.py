"""Secrets: the settings hold only where each is kept, never the secret itself."""

from __future__ import annotations

import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from newsletter_bot.errors import SettingsError
from newsletter_bot.model import Finding, Level
from newsletter_bot.settings.kinds import Kind, pattern_schema, text_of
from newsletter_bot.settings.place import Place
from newsletter_bot.settings.tree import Node

REFERENCE_PATTERN = r"env:[A-Za-z_][A-Za-z0-9_]*|file:\S(?:.*\S)?|keyring:[^/\s][^/]*/\S.*"
FILE_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Secret:
    """Where a secret is kept: ``env:NAME``, ``file:PATH`` or ``keyring:SERVICE/NAME``; it shows nothing else."""

    reference: str
    place: Place = field(default_factory=lambda: Place("schedule.yaml"), compare=False, repr=False)

    def __str__(self) -> str:
        """The reference."""
        return self.reference

    def reveal(self, environ: Mapping[str, str], folder: Path) -> str:
        """The secret itself; paths are relative to ``folder``. Raises SettingsError when it cannot be had."""
        way, _, name = self.reference.partition(":")
        if way == "env":
            value = self._from_environment(environ, name)
        elif way == "file":
            value = self._from_file(self.file(folder))
        else:
            value = self._from_keyring(*name.split("/", 1))
        if not value.strip():
            raise self.place.error(f"{self.reference} holds nothing", "put the secret there")
        return value

    def file(self, folder: Path) -> Path:
        """The file of a ``file:`` secret."""
        name = self.reference.partition(":")[2]
        try:
            return folder / Path(name).expanduser()
        except RuntimeError:
            raise self.place.error(f"the home folder in {self.reference} is not known", "write a full path") from None

    def exposure(self, folder: Path) -> Finding | None:
        """A warning when others on this machine can read the file."""
        if not self.reference.startswith("file:"):
            return None
        try:
            path = self.file(folder)
            mode = path.stat().st_mode
        except (OSError, ValueError, SettingsError):
            return None
        if not mode & (stat.S_IRWXG | stat.S_IRWXO):
            return None
        return Finding(
            level=Level.WARNING,
            message=f"others on this machine can use the secret in {self.reference}",
            fix=f"chmod 600 {path}",
            file=self.place.file,
            line=self.place.line,
            key=self.place.key or None,
        )

    def _from_environment(self, environ: Mapping[str, str], name: str) -> str:
        if name not in environ:
            raise self.place.error(f"the environment variable {name} is not set", f"export {name}=…")
        return _without_newline(environ[name])

    def _from_file(self, path: Path) -> str:
        try:
            if not stat.S_ISREG(path.stat().st_mode):
                raise self.place.error(f"{self.reference} is not a regular file")
            with path.open("rb") as stream:
                data = stream.read(FILE_BYTES + 1)
            value = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise self.place.error(f"{self.reference} is not UTF-8 text", "save the secret as plain text") from None
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) and error.strerror else "no such path"
            fix = "put the secret there, readable by you only"
            raise self.place.error(f"{self.reference} cannot be read: {reason}", fix) from None
        if len(data) > FILE_BYTES:
            raise self.place.error(f"{self.reference} is too large for a secret")
        return _without_newline(value)

    def _from_keyring(self, service: str, name: str) -> str:
        try:
            import keyring
            from keyring.errors import KeyringError
        except ImportError:
            fix = 'pip install "newsletter-bot[keyring]"'
            raise self.place.error(f"{self.reference} needs the keyring extra", fix) from None
        try:
            value = keyring.get_password(service, name)
        except (KeyringError, RuntimeError, OSError):
            fix = "unlock it, or keep the secret in env: or file:"
            raise self.place.error(f"the keyring cannot be opened for {self.reference}", fix) from None
        if value is None:
            raise self.place.error(f"the keyring has no {self.reference}", f"keyring set {service} {name}")
        return _without_newline(value)


def _without_newline(value: str) -> str:
    """A text without the one line end that editors and echo add."""
    return value.removesuffix("\n").removesuffix("\r")


def read_secret(node: Node, place: Place) -> Secret:
    """A reference to a secret; anything else is refused without being repeated."""
    value = text_of(node, place, "a reference to a secret")
    if not re.fullmatch(REFERENCE_PATTERN, value):
        fix = "write env:NAME, file:PATH or keyring:SERVICE/NAME and keep the secret there"
        raise place.error("a literal secret is refused", fix)
    return Secret(value, place)


SECRET: Kind[Secret] = Kind(read_secret, pattern_schema(REFERENCE_PATTERN))


def refers(value: str) -> bool:
    """Whether a text is a reference to a secret."""
    return re.fullmatch(REFERENCE_PATTERN, value) is not None
