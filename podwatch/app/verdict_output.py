"""Who is told a verdict, and in which form: the terminal, a CI system and files.

Responsible for files that can't be written being said before the wait, not after it, and for none
of those who are told keeping the others from it.
"""

import sys
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from podwatch.app import Form
from podwatch.core.expectations import Outcome
from podwatch.errors import ExitCode, PodwatchError
from podwatch.renderers.appearance import is_colored, painted_report
from podwatch.renderers.ci_log import unfiltered
from podwatch.renderers.verdict import github, junit
from podwatch.renderers.verdict import json as as_json
from podwatch.renderers.verdict.evidence import Evidence
from podwatch.renderers.verdict.progress import ProgressLines
from podwatch.renderers.verdict.report import report
from podwatch.writing import AppendedFile, OutputFile

EXIT_CODES = {
    Outcome.MET: ExitCode.MET,
    Outcome.VIOLATED: ExitCode.NOT_MET,
    Outcome.TIMED_OUT: ExitCode.TIMED_OUT,
    Outcome.UNAVAILABLE: ExitCode.UNAVAILABLE,
}
"""What a verdict means for the shell."""


class VerdictOutput:
    """Where `podwatch expect` writes to; the environment says whether that is GitHub Actions.

    Each of them gets what there is to say once, whatever happens to the others.
    """

    def __init__(self, form: Form, junit: Path | None, environment: Mapping[str, str]) -> None:
        self._form = form
        self._environment = environment
        self._in_actions = environment.get("GITHUB_ACTIONS") == "true"
        self._junit = OutputFile(junit, "the JUnit file") if junit is not None else None
        self._summary = self._of_the_step(environment, "GITHUB_STEP_SUMMARY", "the step summary")
        self._outputs = self._of_the_step(
            environment, "GITHUB_OUTPUT", "the file of the step's outputs"
        )
        if self._junit_is_printed and form is Form.JSON:
            raise PodwatchError(
                "--junit and -o json both go to standard output",
                "name a file for --junit, or leave -o json out",
            )
        self._told: set[Callable[[Evidence, ExitCode], None]] = set()

    def prepare(self) -> None:
        """PodwatchError if a file can't be written; what an older run left of it is taken away."""
        for file in (self._junit, self._summary, self._outputs):
            if file is not None:
                file.prepare()

    def progress(self) -> ProgressLines:
        """Progress goes to standard error, so that standard output is the verdict alone."""
        return ProgressLines(sys.stderr.write, sys.stderr.flush)

    def say(self, evidence: Evidence, code: ExitCode) -> None:
        """Say it everywhere, the files first; the first error once all have been told."""
        errors = list(self._say(evidence, code))
        if errors:
            raise errors[0]

    def say_what_can_be_said(self, evidence: Evidence, code: ExitCode) -> None:
        """The same where something went wrong already: nothing else that does takes its place."""
        deque(self._say(evidence, code), maxlen=0)

    def _say(self, evidence: Evidence, code: ExitCode) -> Iterator[Exception]:
        for tell in (self._tell_junit, self._tell_summary, self._tell_outputs, self._tell_streams):
            if tell in self._told:
                continue
            if tell != self._tell_junit:  # that is written whole or not at all: it can begin anew
                self._told.add(tell)
            try:
                tell(evidence, code)
            except (OSError, PodwatchError) as error:
                yield error
            self._told.add(tell)

    def _tell_junit(self, evidence: Evidence, code: ExitCode) -> None:
        if self._junit is not None:
            self._junit.write(junit.junit(evidence, code))

    def _tell_summary(self, evidence: Evidence, _: ExitCode) -> None:
        if self._summary is not None:
            self._summary.write(github.summary(evidence).encode())

    def _tell_outputs(self, evidence: Evidence, code: ExitCode) -> None:
        if self._outputs is not None:
            verdict = evidence.verdict
            said = github.outputs(verdict.outcome, code, verdict.sentence)
            self._outputs.write(said.encode())

    def _tell_streams(self, evidence: Evidence, code: ExitCode) -> None:
        """What is printed. The report where nothing else is on standard output; an error that
        nothing was judged before is told there by who ends the command.
        """
        taken = self._form is Form.JSON
        if taken:
            sys.stdout.buffer.write(as_json.line(evidence, code))
            sys.stdout.buffer.flush()
        out = sys.stderr if taken or self._junit_is_printed else sys.stdout
        if self._in_actions:
            annotation, *rest = github.told(evidence, code)
            unfiltered(out).write("\n".join([annotation, *([] if taken else rest)]) + "\n")
        elif not taken and evidence.verdict.results:
            text = report(evidence, code)
            out.write(painted_report(text) if is_colored(self._environment, out) else text)
        out.flush()

    @property
    def _junit_is_printed(self) -> bool:
        return self._junit is not None and self._junit.is_standard_output

    def _of_the_step(
        self, environment: Mapping[str, str], variable: str, what: str
    ) -> AppendedFile | None:
        path = environment.get(variable)
        return AppendedFile(Path(path), what) if path and self._in_actions else None
