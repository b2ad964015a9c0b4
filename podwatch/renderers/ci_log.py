"""What a CI system takes for a command in the log of a job, and how it is kept from it.

Responsible for all text that any command of podwatch prints: it passes a `HarmlessStream` there,
whatever it came from. What podwatch itself has to say to a runner is written past it
(`unfiltered`). JSON and XML are bytes, made so that they hold no command anywhere
(`sanitize.harmless_json`, `verdict.junit`).
"""

import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TextIO, cast

_COMMAND = re.compile(r"##(?:vso|teamcity)?\[|(?:\A|(?<=[\n\r]))[^\S\n\r]*(?P<colons>::)")
"""The begin of `::command::`, which counts where a line begins, after blanks; of GitHub's older
`##[command]`, Azure Pipelines' and TeamCity's, which count anywhere.

Source: docs.github.com, "Workflow commands for GitHub Actions"; `ActionCommand` of actions/runner.
"""


def reads_commands(environment: Mapping[str, str]) -> bool:
    """Whether somebody acts on commands in what is printed."""
    in_github = environment.get("GITHUB_ACTIONS") == "true"
    return in_github or bool({"TF_BUILD", "TEAMCITY_VERSION"} & set(environment))


def defused(text: str, before: str = "") -> str:
    """The text with no command in it. `before`: what its first line has already, written before."""
    made, done, whole = [], len(before), before + text
    for found in _COMMAND.finditer(whole):
        begin, last = found.start("colons"), found.end() - 1
        if last < len(before):
            continue
        cut, put = (begin, "· ") if begin >= len(before) else (last, " ")
        made += [whole[done:cut], put]
        done = cut
    return "".join([*made, whole[done:]])


class HarmlessStream:
    """A text stream whose lines are no commands; everything else is the stream's own business."""

    def __init__(self, stream: TextIO) -> None:
        self.unfiltered = stream
        self._line = ""

    def write(self, text: str) -> int:
        """Write it without what would be a command, in however many pieces it comes."""
        harmless = defused(text, self._line)
        self.unfiltered.write(harmless)
        line = re.split(r"[\n\r]", self._line + harmless)[-1]
        self._line = line if len(line) <= _KEPT else f"…{line[-_KEPT:]}"
        return len(text)

    def writelines(self, lines: Any) -> None:
        """Write each of them."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.unfiltered, name)


_KEPT = 40
"""How much of a line's end is kept: longer than the begin of any command."""


def unfiltered(stream: TextIO) -> TextIO:
    """The stream for what podwatch itself says to a runner."""
    return cast(TextIO, getattr(stream, "unfiltered", stream))


@contextmanager
def harmless_streams(environment: Mapping[str, str]) -> Iterator[None]:
    """Within it nothing that is printed is a command, where somebody would act on it."""
    if not reads_commands(environment):
        yield
        return
    before = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = (cast(TextIO, HarmlessStream(stream)) for stream in before)
    try:
        yield
    finally:
        sys.stdout, sys.stderr = before
