"""The manifest of a run and the archive a regulator receives."""
