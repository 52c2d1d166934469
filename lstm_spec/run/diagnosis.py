"""The diagnosis of a run: processes without other work do its experiments, all together."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

from lstm_spec.diagnosis import Finding, Search
from lstm_spec.diagnosis.experiments import experiments
from lstm_spec.diagnosis.search import Experiment
from lstm_spec.run.judges import JudgeProcess
from lstm_spec.subjects.find import NoSuchSubject, UnusableSubject
from lstm_spec.subjects.protocol import SubjectLost


class Diagnosis:
    """Looks for the mistake of a subject; there is no finding if the subject is lost on the way.

    ``seconds`` is how long it may take from the first experiment to the last.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self.passed: set[str] = set()
        """The clauses that have passed so far: what they have answered is not asked again."""
        self._search: Search | None = None
        self._until = 0.0
        self._lost = False
        self._one_at_a_time = threading.Lock()

    def take_part(self, judge: JudgeProcess) -> None:
        """Have experiments done by this process until none is left; from any thread."""
        search = self._begun()
        for one in self._wanted(search):
            try:
                left = max(0.0, self._until - time.monotonic())
                search.saw(one.name, judge.experiment(one.name, left))
            except (SubjectLost, UnusableSubject, NoSuchSubject):
                self._lost = True

    def _begun(self) -> Search:
        with self._one_at_a_time:
            if self._search is None:
                self._search = Search(experiments(), self.passed)
                self._until = time.monotonic() + self._seconds
            return self._search

    def _wanted(self, search: Search) -> Iterator[Experiment]:
        for one in search:
            if self._lost:
                return
            yield one

    def findings(self) -> list[Finding]:
        """What was proven; nothing if no process took part, or if the subject was lost."""
        return [] if self._search is None or self._lost else self._search.findings()
