"""Everything that could stop the next issue, found before it does: settings, drafts, ledger, and what is out there."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from newsletter_bot.app import Bot
from newsletter_bot.assembly import SECTIONS, template_file
from newsletter_bot.errors import DeliveryError, NewsletterError
from newsletter_bot.model import Finding, Level
from newsletter_bot.ports import DraftCard, Reachable
from newsletter_bot.publishing.desk import Wishes
from newsletter_bot.publishing.preparing import look_over, prepare, shelf
from newsletter_bot.publishing.strictness import intolerable
from newsletter_bot.settings import inspect

WRITTEN = (*SECTIONS, "issue")
"""What a template may write."""


def findings_of(bot: Bot, *, offline: bool) -> list[Finding]:
    """All findings, each once, in the order in which a writer meets them."""
    bot.newsroom.offline = offline
    found = [
        *inspect(bot.settings, environ=bot.environ),
        *_machine(),
        *_drafts(bot),
        *_notices(bot),
        *_templates(bot),
        *_sources(bot),
    ]
    found += [*_repeated(bot), *_ledger(bot), *_renamed(bot)]
    if not offline:
        found.extend(_reach(bot))
        found.extend(_links(bot))
    return list(dict.fromkeys(found))


def _machine() -> Iterator[Finding]:
    import yaml

    if not hasattr(yaml, "CSafeLoader"):
        yield Finding(
            level=Level.INFO,
            message="YAML is read by the slow loader: this installation of PyYAML was built without libyaml",
            fix="install the wheel of PyYAML, or libyaml before building it",
        )


def _drafts(bot: Bot) -> Iterator[Finding]:
    shelved = shelf(bot.desk)
    for entry in shelved.entries:
        record = shelved.record_of(entry)
        edited = record and not record.imported_at and record.draft_digest != entry.digest
        if record is None or edited:
            yield from _draft(bot, entry)


def _draft(bot: Bot, entry: DraftCard) -> Iterator[Finding]:
    """What is wrong with one draft: all that can be seen before it is rendered, else what stops it from being."""
    now = bot.clock()
    bot.newsroom.links_only = (
        not entry.ready
    )  # of what is still being written, links to pictures are looked at like others
    try:
        issue = look_over(bot.desk, entry, now=now)
        yield from issue.findings
        if not any(finding.level is Level.ERROR for finding in issue.findings):
            for name, rendition in prepare(bot.desk, entry, now=now, wishes=Wishes()).renditions.items():
                yield from intolerable(bot.desk.outlets[name], rendition, draft=issue.draft)
    except NewsletterError as error:
        yield _finding(error, entry.path)


def _notices(bot: Bot) -> Iterator[Finding]:
    from newsletter_bot.assembly import expired_notices

    try:
        inbox = bot.newsroom.notices()
    except NewsletterError as error:
        yield _finding(error, None)
        return
    yield from expired_notices(inbox, (), bot.desk.frame.local_day(bot.clock()))


def _templates(bot: Bot) -> Iterator[Finding]:
    """Templates that nothing asks for, though their names look as if something did, and those that cannot be read."""
    for name, source in _template_sources(bot):
        if isinstance(source, NewsletterError):
            yield _finding(source, None)
        elif name == "footnotes":
            message = "each publication has its own way with footnotes: this template is not used"
            fix = "remove it; issue.footnotes_heading sets their heading"
            yield Finding(level=Level.WARNING, message=message, fix=fix, file=template_file(name))
        elif name not in WRITTEN and (near := get_close_matches(name, WRITTEN, n=1, cutoff=0.7)):
            message = f"no section is called {name}: this template is used only where another one includes it"
            fix = f"did you mean {template_file(near[0])}?"
            yield Finding(level=Level.WARNING, message=message, fix=fix, file=template_file(name))


def _template_sources(bot: Bot) -> Iterator[tuple[str, str | NewsletterError]]:
    templates = bot.desk.frame.templates
    for name in templates:
        try:
            yield name, templates[name]
        except NewsletterError as error:
            yield name, error


def _sources(bot: Bot) -> Iterator[Finding]:
    """Events are read also while no draft waits, and whatever was amiss in the folder is told."""
    try:
        bot.newsroom.listings(bot.clock())
    except NewsletterError as error:
        yield _finding(error, None)
    yield from bot.newsroom.findings()


def _repeated(bot: Bot) -> Iterator[Finding]:
    from newsletter_bot.app.linking import repeated_links

    yield from repeated_links(bot)


def _finding(error: NewsletterError, file: str | None) -> Finding:
    return Finding(
        level=Level.ERROR,
        message=error.message,
        fix=error.fix,
        file=error.file or file,
        line=error.line,
        key=error.key,
    )


def _ledger(bot: Bot) -> Iterator[Finding]:
    from newsletter_bot.ledger import care

    if bot.ledger_path:
        yield from care.check(bot.ledger_path)


def _renamed(bot: Bot) -> Iterator[Finding]:
    """Publications that carry issues and that the settings do not name: what is there is neither changed nor counted."""
    carried = {each.publication for each in bot.ledger.deliveries() if each.carried or each.remote_id}
    for name in sorted(carried - set(bot.desk.outlets)):
        yield Finding(
            level=Level.WARNING,
            message=f"issues went out to {name!r}, which is no publication here any more",
            fix="a renamed publication is a new one: give the old name back, unless it was given up",
            file=str(bot.settings.file),
            key=f"publications.{name}",
        )


def _reach(bot: Bot) -> Iterator[Finding]:
    for publication in bot.settings.publications:
        try:
            platform = bot.desk.platform(publication.name)
            if isinstance(platform, Reachable):
                platform.reach()
        except (DeliveryError, NewsletterError) as error:
            found = _finding(error, str(bot.settings.file))
            key = error.key or f"publications.{publication.name}"
            yield Finding(
                level=Level.ERROR,
                message=found.message,
                fix=found.fix,
                file=found.file,
                line=error.line or publication.line,
                key=key,
            )


def _links(bot: Bot) -> Iterator[Finding]:
    from newsletter_bot.app.linking import dead_links

    yield from dead_links(bot)
