"""What validation found, how it is waived, written and shown."""
