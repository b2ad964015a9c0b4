"""Workloads performed, and judged by podwatch beside kubectl.

Responsible for one run of a workload in a namespace of its own, in which both wait at the same
time, and for the table of what came out. Whether that is right is asked by `test_verdicts.py`. What
heals a workload, or breaks it, happens when the cluster has shown what its file names; nothing
waits for a fixed time but what has to outlast a grace.
"""

import json
import re
import shlex
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
from pytest_kind import KindCluster

from podwatch.core.kube import WORKLOAD_KINDS
from tests.claims import Line
from tests.command import PODWATCH
from tests.kind.causes import listed, matches
from tests.kind.stage import Failed, Watch, apply, call, new_namespace, run
from tests.kind.verdicts import FOLDER, SECONDS, Step, Workload

AT_ONCE = 6
"""So many runs at a time: they mostly wait."""
PATIENCE = 3.0
"""For so many seconds after podwatch gave up kubectl has to go on to be said to wait."""
EARLY = 0.1
WITHIN = 2.0
"""A verdict falls so many seconds after what decides it, at the latest."""


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """What came out once, with podwatch's recording; `failed`: what went wrong with the test."""

    workload: Workload
    number: int
    exit_code: int = -1
    verdict: Line = {}
    errors: str = ""
    kubectl: str = ""
    kubectl_said: str = ""
    recording: Path
    failed: str = ""

    @property
    def sentence(self) -> str:
        """What podwatch said."""
        return f"{self.verdict.get('sentence', self.errors)} {self.verdict.get('cause', '')}"

    @property
    def lag(self) -> float | None:
        """How many seconds after what decides, or its grace, the verdict fell; None if nothing did.

        By the stream's time, which is that of the recording.
        """
        decisive = self.workload.claim.decisive
        if decisive is None or "t" not in self.verdict:
            return None
        items = [json.loads(line) for line in self.recording.read_text("utf-8").splitlines()]
        instant = decisive.instant(items)
        lists = (
            item["t"]
            for item in items
            if item["item"] == "synced" and item["scope"]["kind"] in WORKLOAD_KINDS
        )
        known = max(lists, default=0.0)
        return None if instant is None else float(self.verdict["t"]) - max(instant, known)

    @property
    def right(self) -> bool:
        """Whether podwatch's verdict is."""
        claim = self.workload.claim
        says = re.search(claim.says, self.sentence, re.IGNORECASE)
        return not self.failed and self.exit_code == claim.exits and says is not None

    @property
    def timely(self) -> bool:
        """Whether it falls where it is decided; None is no instant, where there has to be one."""
        if self.workload.claim.decisive is None:
            return True
        return self.lag is not None and -EARLY <= self.lag <= WITHIN

    @property
    def good(self) -> bool:
        """Whether all is as the file says."""
        return self.right and self.timely and self.kubectl == self.workload.claim.there

    @property
    def said(self) -> str:
        """What came out, in a line."""
        came = self.failed or f"exit {self.exit_code} at {self.verdict.get('t')}: {self.sentence}"
        return f"{came} | {self.lag} s late | kubectl {self.kubectl}: {self.kubectl_said[-200:]!r}"


# ── the runs ──


def perform_all(
    wanted: Sequence[Workload],
    times: int,
    cluster: KindCluster,
    watch: Watch,
    folder: Path,
    ended: Callable[[Run], None] = lambda _run: None,
) -> list[Run]:
    """Each workload so many times, some of them at once; those that have to be alone at the end.

    `watch` is a running `podwatch ns -A -o json`: what it shows is what the steps come after.
    """
    together = [one for one in wanted if not one.claim.alone]
    alone = [one for one in wanted if one.claim.alone]
    runs: list[Run] = []
    for some, at_once in ((together, AT_ONCE), (alone, 1)):
        with ThreadPoolExecutor(at_once) as pool:
            made = [(one, number) for number in range(1, times + 1) for one in some]
            for done in pool.map(
                lambda each: perform(each[0], each[1], cluster, watch, folder), made
            ):
                ended(done)
                runs.append(done)
    return runs


def perform(
    workload: Workload, number: int, cluster: KindCluster, watch: Watch, folder: Path
) -> Run:
    """One run, in a new namespace; whatever goes wrong with the test is a part of it."""
    space = f"verdict-{workload.name}-{number}"
    recording = folder / f"{space}.jsonl"
    done = Run(workload=workload, number=number, recording=recording)
    try:
        with new_namespace(cluster, space):
            return _performed(done, space, cluster, watch, folder)
    except Failed as error:
        return msgspec.structs.replace(done, failed=str(error))


def _performed(done: Run, space: str, cluster: KindCluster, watch: Watch, folder: Path) -> Run:
    claim, objects = done.workload.claim, done.workload.objects
    steps = _Steps(space, cluster, watch)
    if claim.namespace:
        labels = (f"{key}={value}" for key, value in claim.namespace.items())
        call(cluster, "label", "namespace", space, *labels)
    if objects:
        file = Path(listed(objects, folder / f"{space}.json"))
        file.write_text(steps.filled(file.read_text("utf-8")), "utf-8")
        apply(cluster, file, "-n", space)
    own = ("-n", space, "--kubeconfig", str(cluster.kubeconfig_path))
    expect = [PODWATCH, "expect", *shlex.split(claim.expect), *own, "-o", "json"]
    kubectl = [str(cluster.kubectl_path), *own, *claim.asks]
    said = {name: folder / f"{space}.{name}" for name in ("verdict", "errors", "kubectl")}
    try:
        steps.take(claim.before)
        with (
            _running(
                [*expect, "--record", str(done.recording)], said["verdict"], said["errors"]
            ) as ours,
            _running(kubectl, said["kubectl"]) as theirs,
        ):
            _until_listed(done.recording, ours)
            steps.take(claim.then, ours)
            code = _code(ours, SECONDS, "podwatch has no verdict")
            steps.take(claim.afterwards, None)
            kubectl_code: int | None = None
            with suppress(Failed):
                patience = PATIENCE if claim.there == "waits" else SECONDS
                kubectl_code = _code(theirs, patience, "kubectl still waits")
    finally:
        steps.undo(claim.undo)
    came = {None: "waits", 0: "met"}.get(kubectl_code, "fails")
    lines = said["verdict"].read_text("utf-8").splitlines()
    return msgspec.structs.replace(
        done,
        exit_code=code,
        verdict=json.loads(lines[-1]) if lines else {},
        errors=said["errors"].read_text("utf-8").strip(),
        kubectl=came,
        kubectl_said=said["kubectl"].read_text("utf-8").strip(),
    )


@contextmanager
def _running(command: Sequence[str], out: Path, errors: Path | None = None) -> Iterator[Any]:
    """A process that writes to these files; ended at the end, if it is not."""
    with out.open("w") as stdout, (errors or out).open("a") as stderr:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=stdout, stderr=stderr)
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()
            process.wait()


def _code(process: "subprocess.Popen[bytes]", seconds: float, or_else: str) -> int:
    try:
        return process.wait(seconds)
    except subprocess.TimeoutExpired:
        raise Failed(or_else) from None


def _until_listed(recording: Path, ours: "subprocess.Popen[bytes]") -> None:
    """Come back when podwatch knows what there is, or has ended."""
    deadline = time.monotonic() + 60
    while ours.poll() is None:
        lines = recording.read_text("utf-8").splitlines() if recording.exists() else []
        scopes = json.loads(lines[0])["scopes"] if lines else [None]
        if sum('{"item":"synced"' in line for line in lines) >= len(scopes):
            return
        if time.monotonic() > deadline:
            raise Failed("podwatch did not list what there is")
        time.sleep(0.1)


class _Steps:
    """What happens in one namespace: each step after what it waits for."""

    def __init__(self, space: str, cluster: KindCluster, watch: Watch) -> None:
        self._space, self._cluster, self._watch = space, cluster, watch
        self._read = len(watch.parsed)

    def take(self, steps: Sequence[Step], until: "subprocess.Popen[bytes] | None" = None) -> None:
        """All of them, in order; none any more once this process is done."""
        for step in steps:
            line = self._awaited(step.after, until) if step.after else {}
            if line is None or (until is not None and until.poll() is not None):
                return
            if step.rest:
                time.sleep(step.rest)
            if until is None:  # what the next one waits for comes of this one
                self._read = len(self._watch.parsed)
            self._call(step.run, step.given, line)

    def undo(self, commands: Sequence[str]) -> None:
        """Where there is nothing left to undo, that is no failure."""
        for command in commands:
            with suppress(Failed):
                self._call(command, "", {})

    def filled(self, text: str, line: Line | None = None) -> str:
        """The text with its places filled; `line`: what podwatch told of a Pod."""
        line = line or {}
        places = {
            "{space}": self._space,
            "{python}": sys.executable,
            "{here}": str(FOLDER.parent),
            "{worker}": f"{self._cluster.name}-worker",
            "{pod}": line.get("name", ""),
            "{uid}": line.get("uid", ""),
            "{now}": datetime.now(UTC).isoformat(timespec="seconds"),
        }
        for place, value in places.items():
            text = text.replace(place, value)
        return text

    def _awaited(
        self, patterns: dict[str, str], until: "subprocess.Popen[bytes] | None"
    ) -> Line | None:
        """The line that it comes after; None if the process is done before."""
        found: list[Line | None] = []

        def seen() -> list[Line | None]:
            while not found and self._read < len(self._watch.parsed):
                line = self._watch.parsed[self._read]
                self._read += 1
                if line.get("namespace") == self._space and matches(patterns, line):
                    found.append(line)
            if not found and until is not None and until.poll() is not None:
                found.append(None)
            return found

        self._watch.wait_until(
            seen, time.monotonic() + SECONDS, lambda: f"{self._space}: nothing shows {patterns}"
        )
        return found[0]

    def _call(self, command: str, given: str, line: Line) -> None:
        given = self.filled(given, line)
        program, *arguments = (self.filled(part, line) for part in shlex.split(command))
        if program == "kubectl":
            call(self._cluster, "-n", self._space, *arguments, given=given)
        else:
            run(program, *arguments, given=given)


# ── what came out ──


def table(runs: Sequence[Run]) -> list[str]:
    """A row for each workload: what is right, podwatch's exit codes, kubectl's outcomes."""
    rows = [("workload", "right", "podwatch", "after the cause", "kubectl", "")]
    for name in dict.fromkeys(one.workload.name for one in runs):
        own = [one for one in runs if one.workload.name == name]
        claim = own[0].workload.claim
        lags = [one.lag for one in own]
        rows.append(
            (
                name,
                str(claim.exits),
                " ".join(str(one.exit_code) for one in own),
                " ".join("-" if lag is None else f"{lag:.2f}" for lag in lags),
                " ".join(one.kubectl or "?" for one in own),
                "" if all(one.good for one in own) else "✖",
            )
        )
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
