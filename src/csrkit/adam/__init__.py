"""ADaM datasets: one module a dataset, each a pure function of SDTM, earlier ADaM and settings."""
