"""Validation of the analysis datasets, by their specifications and by suites."""
