"""The study as data: `study.yml`, read by typed models."""

from csrkit.study.loader import load_study
from csrkit.study.model import Scope, Study

__all__ = ["Scope", "Study", "load_study"]
