"""CDISC Dataset-JSON."""
