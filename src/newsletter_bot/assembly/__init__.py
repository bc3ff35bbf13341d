"""Drafts, notices and listings become an issue: what a careful editor would have made of them."""

from newsletter_bot.assembly.folder import ImageSource, images_of, issue_address
from newsletter_bot.assembly.frame import SECTIONS, Composition, Frame, Material, Style
from newsletter_bot.assembly.issue import assemble, title_of
from newsletter_bot.assembly.notices import choose_notices, expired_notices, match_edited

__all__ = [
    "SECTIONS",
    "Composition",
    "Frame",
    "ImageSource",
    "Material",
    "Style",
    "assemble",
    "choose_notices",
    "expired_notices",
    "images_of",
    "issue_address",
    "match_edited",
    "title_of",
]
