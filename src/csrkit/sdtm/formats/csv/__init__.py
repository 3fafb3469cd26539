"""Comma-separated values, and what says of which types they are."""
