"""A platform of the smallest kind: one request makes the post."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, ClassVar

from newsletter_bot.model import Capabilities, Certainty, Format, Receipt, Rendition, TextPowers
from newsletter_bot.platforms._declarations import about
from newsletter_bot.platforms._http import Call, Effect, Wire, present
from newsletter_bot.ports import Checkpoint


@dataclass(frozen=True, kw_only=True)
class Postbox:
    """One request, one answer."""

    name: ClassVar[str] = "postbox"
    capabilities: ClassVar[Capabilities] = Capabilities(
        formats=(Format.COMMONMARK,), certainty=Certainty.BLIND, settle=timedelta(minutes=5), text=TextPowers()
    )
    url: str = field(metadata=about("Address that takes posts", "url"))
    clock: Callable[[], datetime] = field(default=present, repr=False, compare=False, metadata=about("", "wiring"))

    @cached_property
    def _wire(self) -> Wire:
        return Wire(service="Postbox", clock=self.clock)

    def deliver(self, rendition: Rendition, checkpoint: Checkpoint) -> Receipt:
        """Post the text."""
        fields: dict[str, Any] = {"title": rendition.title, "body": rendition.body}
        answer = self._wire.send(Call(method="POST", url=f"{self.url}/posts", json=fields, effect=Effect.CREATE))
        post = self._wire.record(answer)
        checkpoint(str(post["id"]))
        return Receipt(remote_id=str(post["id"]), url=str(post["url"]), visibility=rendition.visibility)
