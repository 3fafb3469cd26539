"""Displays as files: HTML, CSV, RTF, and the Markdown of notebooks."""
