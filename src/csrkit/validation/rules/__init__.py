"""Rules as data, the columns that they look at, and the engine that runs them."""
