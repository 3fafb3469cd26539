"""ADSL: the subjects, their treatment, disposition, populations and baseline."""
