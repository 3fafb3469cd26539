"""Where a run works and keeps: folders that appear whole, locks, and the stages' results."""
