"""ADEX, and the doses that count as exposure everywhere."""
