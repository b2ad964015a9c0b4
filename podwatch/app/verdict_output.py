"""Who is told a verdict, and in which form: the terminal, a CI system and files.

Responsible for files that can't be written being said before the wait, not after it, and for what
is printed in GitHub Actions being no command of a workflow.
"""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from podwatch.app import Form
from podwatch.core.expectations import Outcome
from podwatch.errors import ExitCode, PodwatchError, cant_write
from podwatch.renderers.verdict import github, junit
from podwatch.renderers.verdict import json as as_json
from podwatch.renderers.verdict.evidence import Evidence
from podwatch.renderers.verdict.progress import ProgressLines
from podwatch.renderers.verdict.report import report

EXIT_CODES = {
    Outcome.MET: ExitCode.MET,
    Outcome.VIOLATED: ExitCode.NOT_MET,
    Outcome.TIMED_OUT: ExitCode.TIMED_OUT,
    Outcome.UNAVAILABLE: ExitCode.UNAVAILABLE,
}
"""What a verdict means for the shell."""


@dataclass(frozen=True, slots=True)
class VerdictOutput:
    """Where `podwatch expect` writes to; the environment says whether that is GitHub Actions."""

    form: Form
    junit: Path | None
    environment: Mapping[str, str]

    def check(self) -> None:
        """PodwatchError if a file can't be written."""
        for path, what in (
            (self.junit, "the JUnit file"),
            (self._summary, "the step summary"),
            (self._outputs, "the file of the step's outputs"),
        ):
            if path is not None:
                _write(path, what, b"", "ab")

    def progress(self) -> ProgressLines:
        """Progress goes to standard error, so that standard output is the verdict alone."""
        return ProgressLines(self._progress, sys.stderr.flush)

    def failure(self, error: PodwatchError) -> None:
        """Where there is no verdict, the evidence says so; the terminal is told by who called."""
        if self._in_actions:
            hint = f"{error.message}\n{error.hint}"
            annotation = github.annotation("error", "podwatch: no verdict", hint)
            (sys.stderr if self.form is Form.JSON else sys.stdout).write(annotation + "\n")
        if self.junit is not None:
            _write(self.junit, "the JUnit file", junit.error(error.message, error.hint), "wb")
        self._write_outputs("none", error.exit_code, error.message)

    def verdict(self, evidence: Evidence) -> ExitCode:
        """Say it everywhere; the report comes first, as a file may fail."""
        code = EXIT_CODES[evidence.verdict.outcome]
        annotation, *rest = github.told(evidence, code) if self._in_actions else [""]
        if self.form is Form.JSON:
            line = as_json.line(evidence, code)
            if self._in_actions:
                line = line.replace(b"##[", b"#\\u0023[")  # a command, wherever it stands
                sys.stderr.write(annotation + "\n")
            sys.stdout.buffer.write(line)
        elif self._in_actions:
            sys.stdout.write("\n".join((annotation, *rest)) + "\n")
        else:
            sys.stdout.write(report(evidence, code))
        sys.stdout.flush()
        if self.junit is not None:
            _write(self.junit, "the JUnit file", junit.junit(evidence, code), "wb")
        if self._summary is not None:
            _write(self._summary, "the step summary", github.summary(evidence).encode(), "ab")
        self._write_outputs(evidence.verdict.outcome, code, evidence.verdict.sentence)
        return code

    def _write_outputs(self, verdict: str, code: ExitCode, sentence: str) -> None:
        if self._outputs is not None:
            said = github.outputs(verdict, code, sentence).encode()
            _write(self._outputs, "the file of the step's outputs", said, "ab")

    @property
    def _in_actions(self) -> bool:
        return self.environment.get("GITHUB_ACTIONS") == "true"

    @property
    def _summary(self) -> Path | None:
        return self._file_of_the_step("GITHUB_STEP_SUMMARY")

    @property
    def _outputs(self) -> Path | None:
        return self._file_of_the_step("GITHUB_OUTPUT")

    def _file_of_the_step(self, variable: str) -> Path | None:
        path = self.environment.get(variable)
        return Path(path) if path and self._in_actions else None

    def _progress(self, text: str) -> None:
        lines = text.splitlines(keepends=True)
        sys.stderr.write("".join(map(github.plain, lines)) if self._in_actions else text)


def _write(path: Path, what: str, content: bytes, mode: str) -> None:
    try:
        with path.open(mode) as file:
            file.write(content)
    except (OSError, ValueError) as error:
        raise cant_write(f"{what} {path}", error) from error
