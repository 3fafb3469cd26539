"""The settings of the simulation: its design, and catalogues of what may happen and be measured."""
