"""Analysis results: one row a statistic, with where it came from."""
