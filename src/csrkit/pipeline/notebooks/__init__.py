"""Notebooks run with papermill, and their bytes made the same every time."""
