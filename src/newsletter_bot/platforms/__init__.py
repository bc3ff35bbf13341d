"""The list of platforms: ours, and those that other packages add by the entry point group ``newsletter_bot.platforms``.

An adapter is loaded when it is asked for, never before. Its class is a frozen dataclass whose fields are its settings.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, Any

from newsletter_bot.errors import SettingsError
from newsletter_bot.platforms._declarations import Ground, Proof, Setting, settings_of
from newsletter_bot.ports import (
    Finder,
    ImageHost,
    Inspector,
    Locator,
    Platform,
    Reachable,
    Retractor,
    Scheduler,
    Updater,
    Verifier,
)

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

__all__ = ["Ground", "Proof", "Setting", "adapter", "adapters", "construct", "powers", "proofs_of", "settings_of"]

GROUP = "newsletter_bot.platforms"

_OURS = {
    "medium": "newsletter_bot.platforms.medium:Medium",
    "substack": "newsletter_bot.platforms.substack:Substack",
}
_POWERS = (Finder, ImageHost, Inspector, Locator, Reachable, Retractor, Scheduler, Updater, Verifier)


class _Adapters(Mapping[str, type[Platform]]):
    """Adapter classes by name, each loaded on first look; a third party cannot take one of our names."""

    def __getitem__(self, name: str) -> type[Platform]:
        if name in _OURS:
            module, _, attribute = _OURS[name].partition(":")
            found: type[Platform] = getattr(import_module(module), attribute)
            return found
        return _loaded(self._theirs[name])

    def __iter__(self) -> Iterator[str]:
        return iter(sorted({*_OURS, *self._theirs}))

    def __len__(self) -> int:
        return len({*_OURS, *self._theirs})

    def __contains__(self, name: object) -> bool:
        return name in _OURS or name in self._theirs

    @cached_property
    def _theirs(self) -> dict[str, EntryPoint]:
        from importlib.metadata import entry_points

        return {point.name: point for point in entry_points(group=GROUP)}


def _loaded(point: EntryPoint) -> type[Platform]:
    try:
        found: type[Platform] = point.load()
    except (ImportError, AttributeError) as error:
        raise SettingsError(
            f"the platform {point.name!r} cannot be loaded from {point.value}: {error}",
            fix="install its package again, or take it out of the settings",
        ) from error
    return found


_adapters = _Adapters()


def adapters() -> Mapping[str, type[Platform]]:
    """Every adapter class by the name that settings use; looking one up loads it."""
    return _adapters


def adapter(name: str) -> type[Platform]:
    """The adapter class of that name. Raises SettingsError that names the nearest one."""
    if name in _adapters:
        return _adapters[name]
    near = get_close_matches(name, _adapters, n=1)
    hint = f"did you mean {near[0]}? " if near else ""
    raise SettingsError(
        f"there is no platform {name!r}", key="platform", fix=f"{hint}there are: {', '.join(_adapters)}"
    )


def powers(adapter_class: type[Platform]) -> frozenset[str]:
    """Names of the optional powers that an adapter has, in lower case: such as finder and imagehost."""
    return frozenset(power.__name__.lower() for power in _POWERS if issubclass(adapter_class, power))


def proofs_of(adapter_class: type[Platform]) -> tuple[Proof, ...]:
    """What an adapter can prove, look up or must ask a person; the rows of the table of guarantees."""
    return tuple(getattr(adapter_class, "proofs", ()))


def construct(adapter_class: type[Platform], settings: Mapping[str, Any], **wiring: Any) -> Platform:
    """The adapter with these settings (secrets already resolved) and as much of the wiring as it takes.

    Wiring is ``clock`` (a callable) and ``transport`` (for tests). Raises SettingsError with the key that is wrong.
    """
    known = {setting.name: setting for setting in settings_of(adapter_class)}
    unknown = next((name for name in settings if name not in known), None)
    if unknown is not None:
        near = get_close_matches(unknown, known, n=1)
        hint = f"did you mean {near[0]}? " if near else ""
        fix = f"{hint}{adapter_class.name} takes: {', '.join(known)}"
        raise SettingsError(f"{adapter_class.name} has no setting {unknown!r}", key=unknown, fix=fix)
    missing = next((name for name, setting in known.items() if setting.required and not settings.get(name)), None)
    if missing is not None:
        raise SettingsError(f"{adapter_class.name} needs {missing}", key=missing, fix=known[missing].help)
    taken = {name: value for name, value in wiring.items() if name in adapter_class.__dataclass_fields__}  # type: ignore[attr-defined]
    return adapter_class(**settings, **taken)
