"""How the results of each pattern of displays are laid out (`csrkit.index.patterns`)."""
