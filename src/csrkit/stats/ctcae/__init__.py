"""Grades of laboratory values by CTCAE."""

from csrkit.stats.ctcae.grading import grade_labs

__all__ = ["grade_labs"]
