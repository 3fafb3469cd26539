"""What stands in a display that has nothing to show."""

EMPTY = "No records meet the criteria"
