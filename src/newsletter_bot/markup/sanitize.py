"""The last gate for pages that hold HTML of the writer's own: an allow-list over the whole page."""

from __future__ import annotations

from newsletter_bot.markup import links, raw

_OWN_TAGS = {"aside", "section", "input"}
_OWN_ATTRIBUTES = {"class", "role", "style", "type", "checked", "disabled", "id"}
_SCHEMES = {"http", "https", "mailto", "tel", "sms", "ftp", "xmpp", "matrix", "irc", "ircs", "geo", "data"}


def _checked(tag: str, attribute: str, value: str) -> str | None:
    """Styles only as we write them; ``data:`` only as a picture."""
    if attribute == "style":
        return value if value.startswith("text-align: ") and value[12:] in ("left", "center", "right") else None
    if attribute in ("href", "src", "cite"):
        return None if links.active_scheme(value, picture=tag == "img" and attribute == "src") else value
    return value


def sanitized(page: str) -> str:
    """The page with its tags balanced and nothing in it that our writers, or ``raw.TAGS``, do not use."""
    import nh3

    tags = raw.TAGS | _OWN_TAGS
    return nh3.clean(
        page,
        tags=set(tags),
        clean_content_tags=set(raw.HIDDEN - _OWN_TAGS),
        attributes={tag: set(raw.ATTRIBUTES | _OWN_ATTRIBUTES) for tag in tags},
        attribute_filter=_checked,
        url_schemes=_SCHEMES,
        strip_comments=False,
        link_rel=None,
    )
