"""A reproducible clinical study report, from raw SDTM to one HTML and one PDF."""

__version__ = "0.1.0"
