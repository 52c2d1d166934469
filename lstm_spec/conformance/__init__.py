"""The checks, by family. A check is ``check(subject, oracle, trial)``, declared below
its clause.
"""
