"""The checks, by family. A check is ``check(subject, oracle, trial)`` under its clause."""
