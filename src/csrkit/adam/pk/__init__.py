"""ADPC and ADPP: concentrations and the parameters of their non-compartmental analysis."""
