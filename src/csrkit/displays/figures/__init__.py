"""Figures, drawn from analysis results with one look."""
