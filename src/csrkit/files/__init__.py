"""Files that others hand in, read within limits and without waiting; folders that appear whole."""
