"""Tables, listings and figures, arranged from analysis results."""
