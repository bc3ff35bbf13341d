"""The tree as a whole HTML page for mail: plain tags, styles inlined, nothing that mail programs drop."""

from __future__ import annotations

import re

from newsletter_bot.document import Document
from newsletter_bot.markup import html
from newsletter_bot.markup.dialects import MAIL
from newsletter_bot.markup.html import text

_STYLE = """
body { margin: 0; padding: 24px 16px; background: #ffffff; color: #1d1d1f;
  font-family: Georgia, 'Times New Roman', serif; font-size: 18px; line-height: 1.6;
  overflow-wrap: anywhere; }
.page { max-width: 640px; margin: 0 auto; }
h1, h2, h3, h4, h5, h6 { font-family: Helvetica, Arial, sans-serif; line-height: 1.25; margin: 32px 0 12px; }
h1 { font-size: 30px; } h2 { font-size: 24px; } h3 { font-size: 20px; } h4, h5, h6 { font-size: 18px; }
p, ul, ol, dl, pre, table, figure, blockquote, aside { margin: 0 0 18px; }
li { margin: 0 0 6px; } li.task { list-style: none; }
a { color: #0b57d0; }
img { max-width: 100%; height: auto; border: 0; }
figure { padding: 0; } figcaption { font-size: 15px; color: #5f6368; }
blockquote { padding: 0 0 0 16px; border-left: 3px solid #c4c7c5; color: #444746; }
aside { padding: 12px 16px 1px; border: 1px solid #c4c7c5; background: #f6f8fa; }
pre { padding: 12px; background: #f6f8fa; white-space: pre-wrap; word-wrap: break-word; font-size: 15px; }
code { font-family: Menlo, Consolas, monospace; font-size: 15px; background: #f6f8fa; }
table { border-collapse: collapse; } th, td { padding: 6px 10px; border: 1px solid #c4c7c5; text-align: left; }
dt { font-weight: bold; } dd { margin: 0 0 12px 24px; }
hr { border: 0; border-top: 1px solid #c4c7c5; margin: 24px 0; }
.math { font-family: Menlo, Consolas, monospace; font-size: 15px; }
.footnotes { border-top: 1px solid #c4c7c5; padding-top: 18px; font-size: 15px; color: #444746; }
a.button { display: inline-block; padding: 10px 20px; background: #0b57d0; color: #ffffff; text-decoration: none; }
"""

_FROM_RIGHT = frozenset({"ar", "dv", "fa", "he", "ps", "ug", "ur", "yi"})
"""Languages that are written from right to left."""


_TABLE = {
    "caption": "<table>",
    "colgroup": "<table>",
    "col": "<table><colgroup>",
    "thead": "<table>",
    "tbody": "<table>",
    "tfoot": "<table>",
    "tr": "<table><tbody>",
    "th": "<table><tbody><tr>",
    "td": "<table><tbody><tr>",
}
"""What must be open so that a tag is not thrown away."""
_KINDS = 1000
"""So many kinds of tags are remembered: each language of code is one."""
_OWN_STYLE = re.compile(r' style="([^"]*)"')
_OPENING = re.compile(r'<[a-z][a-z0-9]*(?: class="[^"<>]*")?(?: style="[^"<>]*")?')


def write(document: Document, *, title: str = "", language: str = "") -> str:
    """A complete page, the title first, ready to be a mail's HTML part."""
    body = html.write(document, title=title, page=MAIL)
    spoken = f' lang="{text(language)}"' if language else ""
    spoken += ' dir="rtl"' if language.partition("-")[0].lower() in _FROM_RIGHT else ""
    page = _OPENING.sub(lambda opening: _STYLED[opening[0]], f'<body><div class="page">\n{body}</div></body>')
    return (
        f'<!DOCTYPE html><html{spoken}><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{text(title)}</title></head>{page}</html>"
    )


def _inlined(opening: str) -> str:
    import css_inline

    inliner = css_inline.CSSInliner(load_remote_stylesheets=False, keep_style_tags=False)
    tag = opening[1:].partition(" ")[0]
    around = _TABLE.get(tag, "")
    page = inliner.inline(f"<html><head><style>{_STYLE}</style></head><body>{around}{opening}></body></html>")
    found = _OWN_STYLE.search(page, page.rindex(f"<{tag}"))
    return _OWN_STYLE.sub("", opening) + found[0] if found else opening


class _Styled(dict[str, str]):
    """Beginnings of tags by how they stood without style: css-inline is asked once for each kind."""

    def __missing__(self, opening: str) -> str:
        found = _inlined(opening)
        if len(self) < _KINDS:
            self[opening] = found
        return found


_STYLED = _Styled()
