"""Mutants that nobody writes: an engine's source, changed in one place drawn at random."""
