"""From the stages to one report folder: assembled, described, bundled, rendered again."""
