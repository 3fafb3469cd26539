"""The processes that notebooks run in: each of its own, forked where that can be, fresh always.

A kernel of its own starts an interpreter and imports pandas, Great Expectations, matplotlib and the
rest, which takes longer than the work of a small study. Here one process, the server, imports them
once; a notebook's kernel is a fork of it, so it begins with all that and shares nothing after.
"""
