"""The rules of delivery: what is the next step and why (``steps``), and what each outcome leaves behind (``outcomes``)."""

from newsletter_bot.planning.steps import Decision, Situation, Step, next_step

__all__ = ["Decision", "Situation", "Step", "next_step"]
