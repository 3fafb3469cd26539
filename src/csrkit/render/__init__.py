"""From executed notebooks to one HTML and one PDF."""

from csrkit.render.engine import RenderResult, choose_engine, render

__all__ = ["RenderResult", "choose_engine", "render"]
