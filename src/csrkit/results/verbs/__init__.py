"""Verbs: what can be computed of an analysis, one kind a module."""
