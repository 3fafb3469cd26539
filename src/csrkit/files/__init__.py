"""Files that others hand in: opened without waiting for anything, and read within limits."""
