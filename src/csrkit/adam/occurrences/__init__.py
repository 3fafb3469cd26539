"""Occurrence datasets (OCCDS): ADAE, ADCM, ADMH, ADDV."""
