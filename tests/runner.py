"""GitHub's runner, as far as an Action of shell steps needs it: inputs, files of the step, outputs.

Source: github.com/actions/runner, src/Runner.Worker: FileCommandManager.cs (how the files of a step
are read), Handlers/ScriptHandlerHelpers.cs (how a shell is called).
"""

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.command import ENVIRONMENT

SHELLS = {"dash": "dash", "bash": "bash", "busybox": "busybox"}
"""What `sh` may be: on Debian and Ubuntu, on macOS (bash, in its POSIX mode), on Alpine."""


def outputs(text: str) -> dict[str, str]:
    """What a step wrote to $GITHUB_OUTPUT, read as the runner does; ValueError if it can't be."""
    found: dict[str, str] = {}
    lines = iter(re.split(r"\r\n|\r|\n", text))
    for line in lines:
        if not line:
            continue
        equals, here = line.find("="), line.find("<<")
        if equals >= 0 and (here < 0 or equals < here):
            name, value = line.split("=", 1)
        elif here >= 0:
            name, end = line.split("<<", 1)
            taken: list[str] = []
            for one in lines:
                if one == end:
                    break
                taken.append(one)
            else:
                raise ValueError(f'no line "{end}" ends the value of {name}')
            value = "\n".join(taken)
        else:
            raise ValueError(f'"{line}" is no output')
        if not name:
            raise ValueError(f'"{line}" names no output')
        found[name] = value
    return found


@dataclass(frozen=True, slots=True)
class Done:
    """A run of an Action: the exit code and the output of its last step, and its outputs."""

    code: int
    stdout: str
    stderr: str
    outputs: Mapping[str, str]


@dataclass
class Runner:
    """One job: its folder, its PATH, and the `sh` that it has."""

    folder: Path
    shell: str = "dash"
    environment: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.temp = self.folder / "runner temp"
        own = self.folder / "shell"
        for made in (self.temp, own):
            made.mkdir()
        program = shutil.which(SHELLS[self.shell])
        if program is None:
            raise FileNotFoundError(self.shell)
        (own / "sh").symlink_to(program)
        self.path = [str(own), os.environ["PATH"]]

    def use(self, action: Path, inputs: Mapping[str, str], *, only: str = "") -> Done:
        """Run an Action's steps with these inputs until one fails; or only the step of this id."""
        written: dict[str, Any] = yaml.safe_load((action / "action.yml").read_text("utf-8"))
        given = {name: str(one.get("default", "")) for name, one in written["inputs"].items()}
        if unknown := inputs.keys() - given.keys():
            raise ValueError(f"the Action has no input {', '.join(unknown)}")
        steps: dict[str, dict[str, str]] = {}
        done = Done(0, "", "", {})
        for step in written["runs"]["steps"]:
            if done.code or only not in {"", step.get("id")}:
                continue
            process = self.start(action, step, {**given, **inputs})
            stdout, stderr = process.communicate(timeout=120)
            done = Done(process.returncode, stdout, stderr, {})
            steps[step.get("id", "")] = outputs((self.temp / "output").read_text("utf-8"))
            self.path[:0] = reversed((self.temp / "path").read_text("utf-8").splitlines())
        made = {
            name: _filled(one["value"], {}, steps)
            for name, one in written.get("outputs", {}).items()
        }
        return Done(done.code, done.stdout, done.stderr, made)

    def start(
        self, action: Path, step: Mapping[str, Any], inputs: Mapping[str, str]
    ) -> subprocess.Popen[str]:
        """Start one step."""
        shells = {
            "sh": ["sh", "-e"],
            "bash": ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail"],
        }
        script = self.temp / "script.sh"
        script.write_text(_filled(step["run"], inputs, {}), "utf-8")
        own = {name: _filled(value, inputs, {}) for name, value in step.get("env", {}).items()}
        for name in ("output", "path"):
            (self.temp / name).write_text("")
        known = {
            "PATH": os.pathsep.join(self.path),
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_ACTION_PATH": str(action),
            "GITHUB_OUTPUT": str(self.temp / "output"),
            "GITHUB_PATH": str(self.temp / "path"),
            "RUNNER_OS": "Linux",
            "RUNNER_TEMP": str(self.temp),
        }
        return subprocess.Popen(
            [*shells[step["shell"]], str(script)],
            cwd=self.folder,
            env={**ENVIRONMENT, **known, **self.environment, **own},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )


def _filled(text: str, inputs: Mapping[str, str], steps: Mapping[str, Mapping[str, str]]) -> str:
    """The text with the expressions of the runner that an Action needs."""

    def value(found: re.Match[str]) -> str:
        match found[1].split("."):
            case ["inputs", name]:
                return inputs[name]
            case ["steps", step, "outputs", name]:
                return steps.get(step, {}).get(name, "")
        raise ValueError(f"{found[0]} is not known here")

    return re.sub(r"\$\{\{\s*([\w.-]+)\s*\}\}", value, text)
