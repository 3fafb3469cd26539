"""Estimates only: no tables, no I/O, no other layer."""
