"""Datasets of findings (BDS): ADLB, ADVS, ADEG, ADQS."""
