"""Which mistake is it? A subject's own numbers are compared with those of every known mistake.

A mistake is named only if the equations with that mistake give the subject's numbers on a designed
trace, and the correct equations do not. Nothing is named for a subject that conforms.
"""

from lstm_spec.diagnosis.experiments import diagnose, experiments
from lstm_spec.diagnosis.finding import Finding
from lstm_spec.diagnosis.search import Outcome, Search, outcome

__all__ = ["Finding", "Outcome", "Search", "diagnose", "experiments", "outcome"]
