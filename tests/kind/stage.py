"""The stage: a scenario is performed on a real cluster while podwatch watches.

Responsible for one performance from an empty namespace to its removal, and for what was seen
of it. What has to be seen is in the scenario; whether it was is asked by
`test_scenarios.py`. Nothing here waits for a fixed time: each wait is for something that
podwatch or the cluster says, and its deadline only ends what has gone wrong.
"""

import json
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import TypeVar

import yaml
from pytest_kind import KindCluster

from podwatch.scenarios import Scenario, Step, filled, half_cpu, minor
from tests.claims import Line, brief, missing, telling, told
from tests.command import PODWATCH
from tests.kind.table import Cells, Version, cells

LISTED_SECONDS = 120.0
SCENARIO_SECONDS = 540.0
LEAVE_SECONDS = 20.0

T = TypeVar("T")


class Failed(Exception):
    """A performance came to no good end; the message says what was missing."""


class Unsupported(Exception):
    """The cluster can't do what the scenario is about; the message says what it would need."""


@dataclass(frozen=True, slots=True)
class Performance:
    """What was seen of a scenario.

    `lines` are podwatch's JSON lines, `cells` what the API server's Table said, `exit_code`
    is podwatch's after SIGTERM.
    """

    scenario: Scenario
    lines: tuple[str, ...]
    cells: Mapping[Version, Cells]
    recording: Path
    exit_code: int
    seconds: float

    @property
    def told(self) -> list[Line]:
        """The lines that tell what happened: transitions and Events."""
        return told(self.lines)

    @property
    def versions(self) -> dict[Version, Cells]:
        """What podwatch computed for each version of a Pod."""
        return {
            Version(one["uid"], one["resourceVersion"]): Cells(
                one["ready"], one["status"], one["restarts"]
            )
            for one in map(json.loads, self.lines)
            if one["kind"] == "pod"
        }


@dataclass
class Abort:
    """Ends performances early: every process that they wait for is stopped."""

    _processes: set[subprocess.Popen[str]] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    called: bool = False

    @contextmanager
    def covers(self, process: subprocess.Popen[str]) -> Iterator[None]:
        """Stop this process too if it is still running when `now` is called."""
        with self._lock:
            self._processes.add(process)
            if self.called:
                process.terminate()
        try:
            yield
        finally:
            with self._lock:
                self._processes.discard(process)

    def now(self) -> None:
        """Stop them."""
        with self._lock:
            self.called = True
            for process in self._processes:
                process.terminate()


def perform_all(
    scenarios: Iterable[Scenario],
    cluster: KindCluster,
    folder: Path,
    *,
    at_most: int,
    ended: Callable[[str, Performance | Exception], None] = lambda _name, _outcome: None,
) -> dict[str, Performance | Exception]:
    """Perform scenarios at the same time, each in a namespace of its own name.

    `at_most` so many at once, and after them one at a time those that have to be alone. `ended`
    is called for each at its end, on the calling thread.
    """
    together: list[Scenario] = []
    alone: list[Scenario] = []
    for one in scenarios:
        (alone if one.alone else together).append(one)
    return _perform(together, cluster, folder, at_most, ended) | _perform(
        alone, cluster, folder, 1, ended
    )


def _perform(
    scenarios: Iterable[Scenario],
    cluster: KindCluster,
    folder: Path,
    at_most: int,
    ended: Callable[[str, Performance | Exception], None],
) -> dict[str, Performance | Exception]:
    abort = Abort()
    outcomes: dict[str, Performance | Exception] = {}
    with ThreadPoolExecutor(at_most) as pool:
        running: dict[Future[Performance], str] = {}
        for one in scenarios:
            record_path = folder / f"{one.name}.jsonl"
            future = pool.submit(perform, one, cluster, record_path, abort)
            running[future] = one.name
        try:
            while running:
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    name = running.pop(future)
                    outcome = future.exception() or future.result()
                    if not isinstance(outcome, Performance | Exception):
                        raise outcome
                    outcomes[name] = outcome
                    ended(name, outcome)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            abort.now()
            raise
    return outcomes


def perform(
    scenario: Scenario, cluster: KindCluster, record_path: Path, abort: Abort
) -> Performance:
    """Perform a scenario in a new namespace of its name; podwatch records it to `record_path`.

    Failed if podwatch ends by itself, or if what has to appear does not; Unsupported if the
    cluster is too old.
    """
    started, name = time.monotonic(), scenario.name
    if scenario.needs:
        _demand(scenario.needs, cluster)
    selector = dict(pairwise(scenario.watch.arguments)).get("-l", "")
    with (
        new_namespace(cluster, name, scenario),
        ExitStack() as undo,
        cells(cluster.kubeconfig_path, name, selector) as table_cells,
        podwatch(
            name,
            ["ns", name, "--record", str(record_path), *scenario.watch.arguments],
            cluster.kubeconfig_path,
            record_path.with_suffix(".stderr"),
            abort,
        ) as watch,
    ):
        watch.until_listed()
        _kubectl(name, cluster, "apply", "-f", scenario.manifest_path, *scenario.apply.arguments)
        deadline = time.monotonic() + SCENARIO_SECONDS
        for step in scenario.steps:
            pod = _wait_for(step, scenario, watch, deadline)
            take = partial(_take, step.program, scenario, cluster, pod)
            if step.undo:
                undo.callback(_undone, take, step.undo)
            if step.run:
                take(step.run)
        watch.wait_until(
            lambda: not _missing(scenario, watch.parsed),
            deadline,
            lambda: _state(scenario, watch.parsed),
        )
        exit_code = watch.leave()
    return Performance(
        scenario=scenario,
        lines=tuple(watch.raw),
        cells=table_cells,
        recording=record_path,
        exit_code=exit_code,
        seconds=time.monotonic() - started,
    )


def _undone(take: Callable[[tuple[str, ...]], None], arguments: tuple[str, ...]) -> None:
    """Where there is nothing left to undo, that is no failure."""
    with suppress(Failed):
        take(arguments)


def _take(
    program: str, scenario: Scenario, cluster: KindCluster, pod: str, arguments: tuple[str, ...]
) -> None:
    """Call a step's program."""
    places = {
        "{pod}": pod,
        "{manifest}": str(scenario.manifest_path),
        "{folder}": str(scenario.manifest_path.parent),
        "{worker}": f"{cluster.name}-worker",
    }
    if any("{half-cpu}" in argument for argument in arguments):
        places["{half-cpu}"] = _half_cpu(cluster)
    words = filled(arguments, places)
    if program == "kubectl":
        _kubectl(scenario.name, cluster, *words)
    else:
        run(program, *words)


def _half_cpu(cluster: KindCluster) -> str:
    """So much of the worker's CPU that only one Pod can have it."""
    path = "jsonpath={.status.allocatable.cpu}"
    return half_cpu(call(cluster, "get", "node", f"{cluster.name}-worker", "-o", path))


def _wait_for(step: Step, scenario: Scenario, watch: "Watch", deadline: float) -> str:
    """The name of the Pod that showed what the step waits for."""
    return watch.wait_until(
        lambda: _showing(watch.parsed, step.after, step.pod, events=step.event)[step.count - 1 :],
        deadline,
        lambda: (
            f'a step waits until Pods {step.pod}* showed "{step.after}" {step.count} times; '
            + _state(scenario, watch.parsed)
        ),
    )[0]


# ── what was seen so far ──


def _showing(
    lines: Iterable[Line], concept: str, pod: str = "", *, events: bool = False
) -> list[str]:
    """The name of the Pod, each time that one went through a transition of this concept.

    With `events` also for each Event of it.
    """
    kinds = {"transition", "notice"} if events else {"transition"}
    return [
        line["name"]
        for line in lines
        if line["kind"] in kinds and line["concept"] == concept and line["name"].startswith(pod)
    ]


def _missing(scenario: Scenario, lines: list[Line]) -> list[str]:
    found = missing(scenario, list(telling(lines)))
    for concept, count in scenario.until.items():
        more = count - len(_showing(lines, concept))
        if more > 0:
            found.append(f"{concept} (as a transition, {more} more)")
    return found


def _state(scenario: Scenario, lines: list[Line]) -> str:
    return f"missing: {', '.join(_missing(scenario, lines)) or 'nothing'}"


# ── podwatch ──


class Watch:
    """A running `podwatch ns -o json`, and the lines that it has written so far."""

    def __init__(self, name: str, process: subprocess.Popen[str], errors: Path) -> None:
        self.name = name
        self.raw: list[str] = []
        self.parsed: list[Line] = []
        self._process = process
        self._errors = errors
        self._changed = threading.Condition()
        self._ended = False
        self._reader = threading.Thread(target=self._read, name=f"podwatch-{name}")
        self._reader.start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if not line.endswith("\n"):
                break  # it was killed while it wrote
            with self._changed:
                self.raw.append(line)
                self.parsed.append(json.loads(line))
                self._changed.notify_all()
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def wait_until(
        self, condition: Callable[[], T], deadline: float, what_is_missing: Callable[[], str]
    ) -> T:
        """What the condition gives as soon as that is true; Failed after the deadline."""
        with self._changed:
            self._changed.wait_for(
                lambda: condition() or self._ended, max(deadline - time.monotonic(), 0)
            )
            if met := condition():
                return met
            why = "podwatch ended by itself" if self._ended else "time is up"
            last = "".join(f"\n  {brief(line)}" for line in self.parsed[-12:])
        said = self._errors.read_text("utf-8").strip()
        raise Failed(
            f"{self.name}: {why}: {what_is_missing()}\nthe last lines:{last or ' none'}"
            + (f"\non standard error:\n{said}" if said else "")
        )

    def until_listed(self) -> None:
        """Come back when it has listed the namespace."""
        self.wait_until(
            lambda: any(line["kind"] == "synced" for line in self.parsed),
            time.monotonic() + LISTED_SECONDS,
            lambda: "it did not list the namespace",
        )

    def leave(self) -> int:
        """End it with SIGTERM; its exit code."""
        self._process.send_signal(signal.SIGTERM)
        try:
            return self._process.wait(LEAVE_SECONDS)
        except subprocess.TimeoutExpired:
            raise Failed(
                f"{self.name}: podwatch did not end within {LEAVE_SECONDS:.0f} s of SIGTERM"
            ) from None

    def close(self) -> None:
        """Leave nothing running."""
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        self._reader.join()
        assert self._process.stdout is not None
        self._process.stdout.close()


@contextmanager
def podwatch(
    name: str, arguments: Iterable[str], kubeconfig: Path, errors: Path, abort: Abort | None = None
) -> Iterator[Watch]:
    """A running `podwatch ... -o json`; what it says on standard error goes to `errors`."""
    with errors.open("w") as stderr:
        process = subprocess.Popen(
            [PODWATCH, *arguments, "-o", "json"],
            env={**os.environ, "KUBECONFIG": str(kubeconfig)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=stderr,
            encoding="utf-8",
        )
    watch = Watch(name, process, errors)
    try:
        with (abort or Abort()).covers(process):
            yield watch
    finally:
        watch.close()


# ── the cluster ──


@contextmanager
def new_namespace(
    cluster: KindCluster, name: str, scenario: Scenario | None = None
) -> Iterator[None]:
    """A new namespace in which Pods can be made; its removal is begun at the end.

    What of a scenario that is alone belongs to no namespace is removed too.
    """
    gone = ("delete", "namespace", name, "--ignore-not-found")
    rest: tuple[str, ...] = ()
    if scenario is not None and scenario.alone:
        rest = ("delete", "-f", str(scenario.manifest_path), "-n", name, "--ignore-not-found")
    call(cluster, *gone, "--timeout=120s")
    if rest:
        call(cluster, *rest, "--timeout=60s")
    call(cluster, "create", "namespace", name)
    try:
        # Without the one the API server refuses every Pod, without the other the kubelet can't
        # mount the volume with the Pod's token.
        # One call each: of two that are missing, `kubectl wait --for=create` says so and ends.
        for needed in ("serviceaccount/default", "configmap/kube-root-ca.crt"):
            call(cluster, "wait", "-n", name, "--for=create", needed, "--timeout=60s")
        yield
    finally:
        if rest:
            call(cluster, *gone, "--timeout=120s")
            call(cluster, *rest, "--timeout=60s")
        else:
            call(cluster, *gone, "--wait=false")


def _demand(version: str, cluster: KindCluster) -> None:
    there = json.loads(call(cluster, "get", "--raw", "/version"))["gitVersion"]
    if minor(there) < minor(version):
        raise Unsupported(f"it needs Kubernetes {version} or newer, and this is {there}")


def _kubectl(name: str, cluster: KindCluster, *arguments: str | Path) -> None:
    """Of a scenario, in its namespace."""
    try:
        call(cluster, "-n", name, *map(str, arguments))
    except Failed as error:
        raise Failed(f"{name}: {error}") from error


def apply(cluster: KindCluster, file: Path | str, *arguments: str) -> None:
    """Make what a file of YAML or JSON holds, its quotas first.

    Admission hears of a quota by a watch, a moment after it was made, and refuses nothing until
    then; when the quota's controller has counted what is used, it has heard of it:
    https://github.com/kubernetes/kubernetes/blob/v1.34.0/staging/src/k8s.io/apiserver/pkg/admission/plugin/resourcequota/resource_access.go
    """
    documents = filter(None, yaml.safe_load_all(Path(file).read_text("utf-8")))
    objects = [object_ for one in documents for object_ in one.get("items", [one])]
    quotas = [one for one in objects if one["kind"] == "ResourceQuota"]
    if quotas:
        first = json.dumps({"apiVersion": "v1", "kind": "List", "items": quotas})
        call(cluster, "apply", *arguments, "-f", "-", given=first)
        counted = ("wait", "--for=jsonpath={.status.used}", "--timeout=60s", "-f", "-")
        call(cluster, *counted, *arguments, given=first)
    call(cluster, "apply", *arguments, "-f", str(file))


def call(cluster: KindCluster, *arguments: str, given: str = "") -> str:
    """What kubectl wrote, to which this was given; Failed if it failed."""
    kubectl, kubeconfig = str(cluster.kubectl_path), str(cluster.kubeconfig_path)
    return run(kubectl, "--kubeconfig", kubeconfig, *arguments, given=given)


def run(program: str, *arguments: str, given: str = "") -> str:
    """What it wrote; Failed if it failed."""
    done = subprocess.run(
        [program, *arguments],
        input=given,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    if done.returncode != 0:
        called = " ".join((Path(program).name, *arguments))
        raise Failed(f"{called} failed: {done.stderr.strip()}")
    return done.stdout
