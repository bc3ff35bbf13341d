"""The glossary as types: frozen values that carry one stage each, from draft to receipt."""

from newsletter_bot.model.deliveries import Delivery, Receipt, Transition
from newsletter_bot.model.issues import Issue, IssueRecord, Item, Section, Slot
from newsletter_bot.model.renditions import (
    HOME_ADDRESS,
    IMAGE_ADDRESS,
    ISSUE_ADDRESS,
    Capabilities,
    Loss,
    Rendition,
    TextPowers,
)
from newsletter_bot.model.words import (
    Action,
    Audience,
    Certainty,
    Format,
    Holds,
    ImageWay,
    Level,
    Operation,
    State,
    Visibility,
    digest_of,
)
from newsletter_bot.model.writing import Draft, Finding, Listing, Notice, Origin, Picture

__all__ = [
    "HOME_ADDRESS",
    "IMAGE_ADDRESS",
    "ISSUE_ADDRESS",
    "Action",
    "Audience",
    "Capabilities",
    "Certainty",
    "Delivery",
    "Draft",
    "Finding",
    "Format",
    "Holds",
    "ImageWay",
    "Issue",
    "IssueRecord",
    "Item",
    "Level",
    "Listing",
    "Loss",
    "Notice",
    "Operation",
    "Origin",
    "Picture",
    "Receipt",
    "Rendition",
    "Section",
    "Slot",
    "State",
    "TextPowers",
    "Transition",
    "Visibility",
    "digest_of",
]
