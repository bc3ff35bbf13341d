"""The promised rhythm: which slots there are, which is due or late, and how long the streak is.

Pure reckoning on values: ``now`` is an argument, days are counted in the newsletter's zone, time between moments is
elapsed time. Pictures of a streak are in ``cadence.heatmap`` and ``cadence.badge``.
"""

from newsletter_bot.cadence.due import CatchUp, DueSlot, Missed, due_slot, due_slots
from newsletter_bot.cadence.landings import Landing, slot_starts
from newsletter_bot.cadence.rhythm import Cadence
from newsletter_bot.cadence.rules import Rules
from newsletter_bot.cadence.slots import find_slot, named, next_due, next_slot, slot_of, slot_to_fill, slots
from newsletter_bot.cadence.streak import Run, SlotState, Standing, Streak, streak

__all__ = [
    "Cadence",
    "CatchUp",
    "DueSlot",
    "Landing",
    "Missed",
    "Rules",
    "Run",
    "SlotState",
    "Standing",
    "Streak",
    "due_slot",
    "due_slots",
    "find_slot",
    "named",
    "next_due",
    "next_slot",
    "slot_of",
    "slot_starts",
    "slot_to_fill",
    "slots",
    "streak",
]
