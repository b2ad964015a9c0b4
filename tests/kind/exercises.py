"""The proof of an exercise on a cluster: what solves it, and what does not.

Responsible for reading `exercises/NAME/proof.toml` and for running it: each case in a namespace of
its own, through `podwatch exercise` and kubectl, by somebody who has the Role of
`docs/rbac/learner.yaml` there and nothing else. Whether all is as claimed is asked by
`test_exercises.py`; `python -m tests.kind.exercises NAME --kubeconfig FILE` tells it of a cluster
that is there.
"""

import argparse
import os
import re
import shlex
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import msgspec
import yaml

from podwatch.core.question import Table
from podwatch.course import Exercise, exercise, exercises
from tests.command import ENVIRONMENT, PODWATCH

FOLDER = Path(__file__).with_name("exercises")
ROLE = Path(__file__).parents[2] / "docs" / "rbac" / "learner.yaml"
AT_ONCE = 6
"""So many cases at a time: they mostly wait."""
SECONDS = 240

Lines = tuple[str, ...]


class Attempt(Table, frozen=True, kw_only=True):
    """What somebody tries: command lines of kubectl, without its name and without a namespace.

    They are run in the proof's folder. `says`: words of `podwatch exercise check` afterwards.
    """

    about: str
    kubectl: Annotated[Lines, msgspec.Meta(min_length=1)]
    says: Lines = ()


class Proof(Table, frozen=True, kw_only=True):
    """What is claimed of an exercise.

    `broken`: words of `check` while nothing was done. `wrong`: plausible attempts that don't mend
    it. `other`: a right solution that is not the one of `solution.yaml`. `set_up` and `undo` are of
    the whole cluster, as a class's set-up makes it, by who may do that.
    """

    broken: Annotated[Lines, msgspec.Meta(min_length=1)]
    wrong: Annotated[tuple[Attempt, ...], msgspec.Meta(min_length=3)]
    other: Attempt
    set_up: Lines = ()
    undo: Lines = ()


class Case(msgspec.Struct, frozen=True):
    """One of the things that are tried, and what has to come of it."""

    name: str
    kubectl: Lines
    solves: bool
    says: Lines = ()


class Outcome(msgspec.Struct, frozen=True):
    """What came of a case; `wrong` is empty if that is as claimed."""

    case: Case
    seconds: float
    wrong: str
    said: str


def names() -> list[str]:
    """Of all exercises."""
    return [one.name for one in exercises()]


def proof(name: str) -> Proof:
    """The proof of one."""
    text = (FOLDER / name / "proof.toml").read_text("utf-8")
    return msgspec.convert(tomllib.loads(text), Proof)


def cases_of(one: Exercise) -> list[Case]:
    """All that is tried of it."""
    claimed = proof(one.name)
    solution = (
        *(f"delete {object_}" for object_ in one.removes),
        f"apply -f {shlex.quote(str(one.solution))}",
    )
    return [
        Case("broken", (), solves=False, says=claimed.broken),
        *(
            Case(f"wrong-{number}", attempt.kubectl, solves=False, says=attempt.says)
            for number, attempt in enumerate(claimed.wrong, 1)
        ),
        Case("solution", solution, solves=True),
        Case("other", claimed.other.kubectl, solves=True, says=claimed.other.says),
    ]


# ── running it ──


def proved(
    name: str,
    kubeconfig: Path,
    *,
    only: Sequence[str] = (),
    at_once: bool = False,
    prefix: str = "exercise-",
    ended: Callable[[Outcome], None] = lambda _: None,
) -> list[Outcome]:
    """What came of each case, several side by side.

    `at_once`: in each of them `check` is asked right after the start, too, not only in "broken".
    """
    one, claimed = exercise(name), proof(name)
    chosen = [case for case in cases_of(one) if not only or case.name in only]
    admin = Shell(kubeconfig, FOLDER / name)
    outcomes = []
    try:
        for line in claimed.set_up:
            admin.kubectl(line)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for outcome in pool.map(
                lambda case: _outcome(one, case, admin, prefix, at_once), chosen
            ):
                ended(outcome)
                outcomes.append(outcome)
    finally:
        for line in claimed.undo:
            admin.kubectl(line)
    return outcomes


class Unexpected(Exception):
    """What came of a case is not what is claimed; the message says it."""


class Shell:
    """What somebody types: the administrator of the cluster, or a learner."""

    def __init__(self, kubeconfig: Path, folder: Path) -> None:
        self.kubeconfig = kubeconfig
        self.folder = folder

    def kubectl(self, line: str) -> str:
        """What a command line of kubectl prints; Unexpected if it fails."""
        done = self._run(["kubectl", *shlex.split(line)])
        if done.returncode != 0:
            raise Unexpected(f"kubectl {line}: {done.stderr.strip()}")
        return done.stdout

    def podwatch(self, *arguments: str) -> tuple[int, str]:
        """A command line of podwatch: its exit code, and what it said, in one line."""
        done = self._run([PODWATCH, *arguments])
        return done.returncode, " ".join(f"{done.stdout} {done.stderr}".split())

    def _run(self, command: Sequence[str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            cwd=self.folder,
            env={**ENVIRONMENT, "KUBECONFIG": str(self.kubeconfig)},
            stdin=subprocess.DEVNULL,
            check=False,
        )


def _outcome(one: Exercise, case: Case, admin: Shell, prefix: str, at_once: bool) -> Outcome:
    began, said = time.monotonic(), ""
    try:
        with learner(admin, f"{prefix}{one.name}-{case.name}") as shell:
            said = _tried(one, case, shell, at_once)
        wrong = ""
    except Unexpected as error:
        wrong = str(error)
    except subprocess.TimeoutExpired as error:
        wrong = f"{shlex.join(map(str, error.cmd))} did not end within {SECONDS} s"
    return Outcome(case, time.monotonic() - began, wrong, said)


def _tried(one: Exercise, case: Case, shell: Shell, at_once: bool) -> str:
    """What `check` said in the end."""
    code, said = shell.podwatch("exercise", "start", one.name, "--yes")
    if code != 0:
        raise Unexpected(f"start: exit {code}: {said}")
    if at_once or not case.kubectl:
        code, said = shell.podwatch("exercise", "check")
        if code != 1:
            raise Unexpected(f"check at once after start: exit {code}, not 1: {said}")
    for line in case.kubectl:
        shell.kubectl(line)
    code, said = shell.podwatch("exercise", "check")
    if code != (wanted := 0 if case.solves else 1):
        raise Unexpected(f"check: exit {code}, not {wanted}: {said}")
    missing = [word for word in case.says if not re.search(re.escape(word), said, re.IGNORECASE)]
    if missing:
        raise Unexpected(f"check does not say {', '.join(map(repr, missing))}: {said}")
    return said


@contextmanager
def learner(admin: Shell, space: str) -> Iterator[Shell]:
    """Somebody who has a new namespace and the Role of a learner there; its removal begins at the
    end.
    """
    admin.kubectl(f"delete namespace {space} --ignore-not-found --timeout=100s")
    admin.kubectl(f"create namespace {space}")
    try:
        admin.kubectl(f"label namespace {space} pod-security.kubernetes.io/enforce=baseline")
        admin.kubectl(f"apply -n {space} -f {shlex.quote(str(ROLE))}")
        admin.kubectl(f"create serviceaccount learner -n {space}")
        admin.kubectl(
            f"create rolebinding learner -n {space} --role=podwatch-learner "
            f"--serviceaccount={space}:learner"
        )
        token = admin.kubectl(f"create token learner -n {space}").strip()
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "kubeconfig")
            path.write_text(_config(admin.kubeconfig, space, token), "utf-8")
            yield Shell(path, admin.folder)
    finally:
        admin.kubectl(f"delete namespace {space} --wait=false")


def _config(admin: Path, space: str, token: str) -> str:
    """The administrator's kubeconfig, for a learner of this token in this namespace."""
    config = yaml.safe_load(admin.read_text("utf-8"))
    config["users"] = [{"name": "learner", "user": {"token": token}}]
    config["contexts"][0]["context"].update(user="learner", namespace=space)
    config["current-context"] = config["contexts"][0]["name"]
    return yaml.safe_dump(config)


def main() -> int:
    parser = argparse.ArgumentParser(description="Prove exercises on a cluster that is there.")
    parser.add_argument("names", nargs="*", metavar="NAME", help="which; none: all")
    parser.add_argument("--kubeconfig", type=Path, default=os.environ.get("KUBECONFIG"))
    parser.add_argument("--only", action="append", default=[], metavar="CASE", help="broken, …")
    parser.add_argument("--prefix", default="exercise-", help="of the namespaces")
    parser.add_argument("--quiet", action="store_true", help="only what is not as claimed")
    asked = parser.parse_args()

    def tell(outcome: Outcome) -> None:
        mark = f"✖ {outcome.wrong}" if outcome.wrong else f"✔ {'' if asked.quiet else outcome.said}"
        sys.stdout.write(f"{outcome.case.name:10} {outcome.seconds:5.0f} s  {mark}\n\n")
        sys.stdout.flush()

    good = True
    for name in asked.names or names():
        sys.stdout.write(f"── {name}\n")
        outcomes = proved(name, asked.kubeconfig, only=asked.only, prefix=asked.prefix, ended=tell)
        good = good and not any(one.wrong for one in outcomes)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
