"""Which arguments of the real libraries the clauses cover: maps as data, closed both ways.

Every argument of a mapped interface has an entry, and every entry an argument that exists: the
arguments are read from the installed library, or its operator's schema, and compared.
"""
