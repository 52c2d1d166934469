"""Implementations of the contract: the oracles, the adapters, the bugs planted on purpose.

``reference.numpy`` is the oracle, ``reference.scalar`` the oracle's oracle. No framework is
imported when a module of this package is imported: an adapter imports its library when it builds.
"""
