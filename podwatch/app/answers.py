"""Answers that somebody gave while a namespace is watched, kept in that namespace.

Responsible for keeping them beside the watch, so that it never waits, and only where its ConfigMap
`podwatch` says that it may be written to. What is kept, and how, is `podwatch.app.kept`'s.
"""

import queue
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from msgspec.structs import replace

from podwatch.app import kept
from podwatch.app.permit import consented
from podwatch.core.learning import GivenAnswer
from podwatch.core.question import Question
from podwatch.core.text import one_line
from podwatch.errors import PodwatchError
from podwatch.renderers.sanitize import visible
from podwatch.sources.kubectl import Kubectl

if TYPE_CHECKING:
    from podwatch.sources.cluster.cluster import Cluster

Place = tuple["Cluster", str]
"""A cluster, and a namespace of it."""


PATIENCE = 5.0
"""For how many seconds the end of a watch waits for an answer that is being kept."""


class KeptAnswers:
    """Keeps answers in the namespace that `where` says, if somebody has agreed to that there.

    `problem` is why they can't be kept: after that no other is tried.
    """

    def __init__(self, where: Callable[[], Place | None]) -> None:
        self.problem = ""
        self._where = where
        self._given: queue.SimpleQueue[tuple[Question, GivenAnswer] | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._kubectl: Kubectl | None = None

    def keep(self, question: Question, answer: GivenAnswer) -> None:
        """Keep it soon, by another thread."""
        self._given.put((question, replace(answer, at=datetime.now(UTC))))
        if self._thread is None:
            name = "podwatch-answers"
            self._thread = threading.Thread(target=self._run, name=name, daemon=True)
            self._thread.start()

    def close(self) -> None:
        """Let what was given last be kept. Can be called twice."""
        self._given.put(None)
        if self._thread is not None:
            self._thread.join(PATIENCE)

    def _run(self) -> None:
        while (given := self._given.get()) is not None:
            try:
                self._write(*given)
            except (PodwatchError, OSError) as error:
                self.problem = f"answers are not kept: {visible(one_line(str(error)))}"
                return

    def _write(self, question: Question, answer: GivenAnswer) -> None:
        place = self._where()
        if place is None:
            return
        cluster, namespace = place
        try:
            before = kept.learner(cluster, namespace)
            permit = consented(cluster, namespace) if before is not None else None
        except PodwatchError:
            return  # who may not look there has not agreed to anything either
        if before is None or permit is None:
            return
        self._kubectl = self._kubectl or Kubectl(permit)
        answers = {**before.answers, question.id: answer}
        kept.keep(self._kubectl, namespace, before, replace(before, answers=answers))
