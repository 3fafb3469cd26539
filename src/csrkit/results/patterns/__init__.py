"""The analyses of each pattern of displays (`csrkit.index.patterns`)."""
