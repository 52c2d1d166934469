"""Adapters of libraries that live in environments of their own (``reference/environments``).

Each runs in the worker, beside its library and NumPy and nothing else, in any Python from 3.8 on.
It converts layouts; it repairs nothing: what a library answers is what is judged.
"""
