"""The conductor: stages in order, and what makes a run whole."""
