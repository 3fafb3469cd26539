"""Times to an event: Kaplan-Meier, log-rank tests, Cox models, competing risks."""

from csrkit.stats.survival.curve import KaplanMeier, kaplan_meier, reverse_kaplan_meier

__all__ = ["KaplanMeier", "kaplan_meier", "reverse_kaplan_meier"]
