"""What is left of a wait that ended without a verdict: by a signal, a full disk, any error.

Responsible for evidence that is there at once and whatever state the wait is in: the cluster is not
asked for logs any more.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from msgspec.structs import replace

from podwatch.core.expectations import Outcome, Verdict
from podwatch.core.session import Session
from podwatch.errors import ExitCode, PodwatchError, exit_code_of, told
from podwatch.renderers.verdict.evidence import Evidence, Logs, gathered

_OUTCOMES = {
    ExitCode.INTERRUPTED: Outcome.INTERRUPTED,
    ExitCode.TERMINATED: Outcome.INTERRUPTED,
    ExitCode.BROKEN_PIPE: Outcome.INTERRUPTED,
    ExitCode.UNAVAILABLE: Outcome.UNAVAILABLE,
}


@dataclass
class Wait:
    """How far a wait for a verdict has come.

    `recorded`: the stream is a recording; `replay` its path, or that of the one that is made.
    `session` is there from the moment on at which it is clear what is wanted; `now` is the
    stream's time.
    """

    recorded: bool = False
    replay: str = ""
    session: Session | None = None
    now: Callable[[], float] = lambda: 0.0

    def begin(self, session: Session, now: Callable[[], float]) -> None:
        """It goes on with these."""
        self.session, self.now = session, now

    def evidence(self, verdict: Verdict | None, logs: Logs | None = None) -> Evidence:
        """What is shown of its verdict."""
        if verdict is None or self.session is None:
            raise AssertionError  # the run ends with one
        # One that got no item was taken away, and a pipe or device can't be played.
        replay = self.replay if Path(self.replay).is_file() else ""
        return gathered(self.session.board, verdict, logs, recorded=self.recorded, replay=replay)

    def so_far(self, error: BaseException) -> Evidence:
        """What is known at the moment at which this ended it."""
        why = told(error)
        outcome = _OUTCOMES.get(exit_code_of(error), Outcome.ERROR)
        made = Evidence(verdict=Verdict(outcome=outcome, t=0.0, sentence=why))
        if self.session is not None and self.session.judge is not None:
            with suppress(Exception):  # what ended it may be a defect in there; that is told anyway
                made = self.evidence(self.session.judge.interrupt(self.now(), outcome, why))
        return replace(made, hint=error.hint) if isinstance(error, PodwatchError) else made
