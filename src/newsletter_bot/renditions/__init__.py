"""An issue becomes what each publication will carry, within its limits, and what is lost by that is told."""

from newsletter_bot.renditions.adapting import with_titles
from newsletter_bot.renditions.differing import difference
from newsletter_bot.renditions.losses import gathered
from newsletter_bot.renditions.needs import needs_home
from newsletter_bot.renditions.pictures import Fit
from newsletter_bot.renditions.rendering import render

__all__ = ["Fit", "difference", "gathered", "needs_home", "render", "with_titles"]
