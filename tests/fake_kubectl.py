"""A kubectl that writes down how it was called and answers as a test says."""

import json
import shlex
import sys
from pathlib import Path
from typing import Any

_CALL = """#!/bin/sh
exec {python} {script} "$@"
"""
"""A shell's, as the path of Python may have spaces in it, which a first line can't have."""
_SCRIPT = """
import json, os, sys, time
folder = {folder!r}
given = "" if sys.stdin.isatty() else sys.stdin.read()
config = ""
if "--kubeconfig" in sys.argv:
    config = open(sys.argv[sys.argv.index("--kubeconfig") + 1]).read()
call = dict(arguments=sys.argv[1:], given=given, kubeconfig=config, kuberc=os.environ["KUBERC"])
with open(folder + "/calls.jsonl", "a") as file:
    file.write(json.dumps(call) + "\\n")
for words, printed, said, code, seconds in json.load(open(folder + "/answers.json")):
    if words in " ".join(sys.argv[1:]):
        time.sleep(seconds)
        sys.stdout.write(printed)
        sys.stderr.write(said)
        sys.exit(code)
"""


class FakeKubectl:
    """An executable in a folder of its own. Without an answer it says nothing and succeeds."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "kubectl"
        self.folder.mkdir()
        self._answers: list[tuple[str, str, str, int, float]] = []
        program = self.folder / "kubectl"
        script = self.folder / "kubectl.py"
        script.write_text(_SCRIPT.format(folder=str(self.folder)), "utf-8")
        python, path = shlex.quote(sys.executable), shlex.quote(str(script))
        program.write_text(_CALL.format(python=python, script=path), "utf-8")
        program.chmod(0o755)
        self._write()

    @property
    def path(self) -> str:
        """What PATH has to be for it to be found, and nothing else."""
        return str(self.folder)

    @property
    def calls(self) -> list[dict[str, Any]]:
        """How it was called: arguments, given, kubeconfig, kuberc."""
        file = self.folder / "calls.jsonl"
        return (
            [json.loads(line) for line in file.read_text("utf-8").splitlines()]
            if (file.exists())
            else []
        )

    @property
    def lines(self) -> list[str]:
        """Its arguments, each call as one line, without which cluster is meant."""
        return [" ".join(_without_cluster(call["arguments"])) for call in self.calls]

    def answer(
        self, words: str, printed: str = "", said: str = "", code: int = 0, seconds: float = 0
    ) -> None:
        """What it does from now on if these words are in its arguments."""
        self._answers.insert(0, (words, printed, said, code, seconds))
        self._write()

    def _write(self) -> None:
        (self.folder / "answers.json").write_text(json.dumps(self._answers), "utf-8")


def _without_cluster(arguments: list[str]) -> list[str]:
    kept = list(arguments)
    for option in ("--kubeconfig", "--context"):
        if option in kept:
            at = kept.index(option)
            del kept[at : at + 2]
    return kept
