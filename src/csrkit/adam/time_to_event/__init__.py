"""ADTTE: endpoints as lists of event and censoring sources."""
