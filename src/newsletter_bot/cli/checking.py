"""check and platforms."""

from __future__ import annotations

import click

from newsletter_bot.cli import Session, pass_session
from newsletter_bot.cli.opening import opened
from newsletter_bot.cli.output import finding_shape, table, tell_finding
from newsletter_bot.errors import SettingsError
from newsletter_bot.model import Level


@click.command(short_help="What is wrong with settings, drafts, links, accounts.")
@click.option("--offline", is_flag=True, help="Leave the network out.")
@pass_session
def check(session: Session, *, offline: bool) -> None:
    """Settings, drafts, images, links, events, and each publication's credentials and reach: what is wrong, and the mend.

    Exit code 2 when there is an error among the findings.
    """
    from newsletter_bot.app.checkup import findings_of

    with opened(session) as bot:
        findings = findings_of(bot, offline=offline)
    session.voice.document({"findings": [finding_shape(finding) for finding in findings]})
    for finding in findings:
        tell_finding(session.voice, finding)
    errors = sum(finding.level is Level.ERROR for finding in findings)
    if not findings:
        session.voice.say("All is well.", fg="green")
    if errors:
        click.get_current_context().exit(2)


@click.command()
@pass_session
def platforms(session: Session) -> None:
    """What there is, with powers and limits."""
    from newsletter_bot.platforms import adapters, powers, settings_of

    rows, shapes = list[list[str]](), list[dict[str, object]]()
    for name in adapters():
        try:
            kind = adapters()[name]
        except SettingsError as error:
            session.voice.warn(str(error))
            continue
        able, limits = sorted(powers(kind)), kind.capabilities
        tags = f"{limits.tags} tags" if limits.tags else "no tags"
        rows.append([name, limits.certainty.value, limits.images.value, tags, ", ".join(able)])
        shapes.append(
            {
                "platform": name,
                "certainty": limits.certainty.value,
                "formats": [each.value for each in limits.formats],
                "images": limits.images.value,
                "tags": limits.tags,
                "title_length": limits.title_length or None,
                "scheduling": limits.scheduling,
                "mail": limits.mail,
                "powers": able,
                "settings": [
                    {"name": each.name, "help": each.help, "required": each.required, "secret": each.secret}
                    for each in settings_of(kind)
                ],
            }
        )
    session.voice.document({"platforms": shapes})
    for line in table(rows, ["platform", "a lost answer is", "images", "limits", "powers"]):
        session.voice.say(line)
