"""Comparisons that explain the speed of ``reference.jax``; nothing else depends on them."""
