"""The ways in which real accounts differ, each a switch that can be turned while the sandbox runs."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Any, Literal, get_args, get_origin, get_type_hints


@dataclass(kw_only=True)
class Switches:
    """What kind of account the sandbox plays; the defaults are the plain case."""

    drafts_shape: Literal["posts", "array", "forbidden"] = "posts"
    """The answer of ``GET drafts``: an object, the older bare array, or the 403 that many publications give."""
    publication_route: Literal["open", "by_id", "closed"] = "open"
    """The publication's own routes: open; 403 unless ``publication_id`` is given; or closed altogether, so that only the
    global base ``/substack/api/v1`` works."""
    custom_domain: str | None = None
    """Host (and port) of the publication's own domain: plain requests to the other host get a 301 to it."""
    collision_guard: bool = False
    """Answers 409 to a PUT whose ``last_updated_at`` is not the draft's ``draft_updated_at``."""
    login: Literal["captcha", "open"] = "captcha"
    """Signing in by password: refused with the captcha message, or allowed."""
    create_ignores_settings: bool = True
    """Creating a draft takes no audience, comment or mail settings over; a PUT does."""
    public_lag: float = 0.0
    """Seconds until a published post shows in the archive and in the feeds."""
    medium_daily_limit: int | None = 10
    """Posts that a Medium user may create in 24 hours; None: as many as he likes."""
    medium_limit_status: int = 429
    """The status that refuses the post over the limit."""

    def turn(self, changes: dict[str, object]) -> None:
        """Sets the named switches; ValueError, with nothing changed, when a name or a value does not fit."""
        hints = get_type_hints(type(self))
        for name, value in changes.items():
            if name not in hints:
                raise ValueError(f"{name!r} is no switch; there are: {', '.join(hints)}")
            if not _fits(value, hints[name]):
                raise ValueError(f"switch {name} does not take {value!r}")
        for name, value in changes.items():
            setattr(self, name, value)

    def as_dict(self) -> dict[str, object]:
        """All switches by name."""
        return asdict(self)

    def reset(self) -> None:
        """The plain case again."""
        for switch in fields(self):
            setattr(self, switch.name, switch.default)


def _fits(value: object, hint: Any) -> bool:
    if get_origin(hint) is Literal:
        return value in get_args(hint)
    kinds: tuple[type, ...] = get_args(hint) or (hint,)
    if isinstance(value, bool):
        return bool in kinds
    return isinstance(value, kinds) or (float in kinds and isinstance(value, int))
