"""Versions of standards that are held, where naming them needs no computation."""

CTCAE_VERSIONS = ("4.03", "5.0", "6.0")
"""Versions of CTCAE whose laboratory criteria are held (`csrkit.stats.ctcae`)."""
