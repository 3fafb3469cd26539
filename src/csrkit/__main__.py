"""`python -m csrkit` is `csr`."""

from csrkit.cli import main

main()
