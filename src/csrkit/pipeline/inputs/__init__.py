"""What a run is made from: data, settings, notebooks, library and packages, and their hashes."""
