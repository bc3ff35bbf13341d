"""Drafts, notices and listings become an issue: what a careful editor would have made of them."""

from newsletter_bot.assembly.editor import SETTINGS
from newsletter_bot.assembly.folder import Fault, ImageSource, images_in, images_of, issue_address, path_of
from newsletter_bot.assembly.frame import SECTIONS, Composition, Frame, Material, Style
from newsletter_bot.assembly.issue import assemble, title_of
from newsletter_bot.assembly.notices import choose_notices, expired_notices, match_edited
from newsletter_bot.assembly.templates import template_file

__all__ = [
    "SECTIONS",
    "SETTINGS",
    "Composition",
    "Fault",
    "Frame",
    "ImageSource",
    "Material",
    "Style",
    "assemble",
    "choose_notices",
    "expired_notices",
    "images_in",
    "images_of",
    "issue_address",
    "match_edited",
    "path_of",
    "template_file",
    "title_of",
]
