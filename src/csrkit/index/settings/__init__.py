"""Settings of the patterns of displays, as `tlf.yml` gives them."""
