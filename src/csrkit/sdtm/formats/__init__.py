"""File formats of SDTM datasets: one module reads a format, one writes it."""
