"""READY, STATUS, RESTARTS and AGE, as `kubectl get pods` prints them.

Responsible for these texts only. They are no fields of the API: the API server computes them
when kubectl asks for a table, so STATUS depends on the server's version and not on kubectl's
(`printPod` in pkg/printers/internalversion/printers.go). Not responsible for what happened:
STATUS mixes phases with the reasons of Pods and containers, so nothing is derived from it.
"""

import re
from datetime import datetime
from functools import cached_property

import msgspec

from podwatch.core.durations import human_duration
from podwatch.core.kube import ContainerStatus, Pod


class Columns(msgspec.Struct, frozen=True, gc=False):
    """The columns that don't depend on the time of day. `last_restart` is when a run ended."""

    ready: int
    total: int
    status: str
    restarts: int
    last_restart: datetime | None = None

    @property
    def ready_text(self) -> str:
        """READY: `1/2`."""
        return f"{self.ready}/{self.total}"


class Printed(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """A version of a Pod that has columns; `before_1_35` as `is_before_1_35` says.

    They are computed when somebody asks, which is for few of the versions that come.
    """

    pod: Pod
    before_1_35: bool = False

    @cached_property
    def columns(self) -> Columns:
        """READY, STATUS and RESTARTS of this version."""
        return columns(self.pod, before_1_35=self.before_1_35)


def is_before_1_35(server_version: str) -> bool:
    """Whether an API server of this version (`v1.34.2`) computes STATUS the older way.

    A version that can't be read counts as a newer one.
    """
    found = re.match(r"v?1\.(\d+)", server_version)
    return found is not None and int(found[1]) < 35


def columns(pod: Pod, *, before_1_35: bool = False) -> Columns:
    """The columns of one version of a Pod; `before_1_35` as `is_before_1_35` says."""
    status = pod.status
    sidecars = pod.sidecars() if pod.spec.init_containers else frozenset()
    text = status.reason or status.phase
    for condition in status.conditions:
        if condition.type == "PodScheduled" and condition.reason == "SchedulingGated":
            text = condition.reason

    counted, held_up = _init(pod, sidecars)
    text = held_up or text
    ready = sum([one.ready and _is_up(one, sidecars) for one in counted])
    if not held_up or pod.is_true("Initialized"):
        # Ordinary init containers count only until they are done: RESTARTS may go down.
        counted = [one for one in counted if one.name in sidecars]
        counted += status.container_statuses
        text, running = _containers(pod, text, before_1_35=before_1_35)
        ready += running

    if pod.metadata.deletion_timestamp is not None:
        if status.reason == "NodeLost":
            text = "Unknown"
        elif not status.is_over:
            text = "Terminating"
    total = len(pod.spec.containers) + len(sidecars)
    restarts = sum([one.restart_count for one in counted])
    ends = [one.last_state.terminated for one in counted]
    known = [ended.finished_at for ended in ends if ended is not None and ended.finished_at]
    return Columns(ready, total, text, restarts, max(known, default=None))


def restarts_text(columns: Columns, now: datetime | None) -> str:
    """RESTARTS: `3 (20s ago)`; the number only while nobody knows the time."""
    if columns.restarts == 0 or columns.last_restart is None or now is None:
        return str(columns.restarts)
    ago = human_duration((now - columns.last_restart).total_seconds())
    return f"{columns.restarts} ({ago} ago)"


def age_text(pod: Pod, now: datetime | None) -> str:
    """AGE: `2d`, `<unknown>` for a Pod that was never created; empty if nobody knows the time."""
    if now is None:
        return ""
    created = pod.metadata.creation_timestamp
    if created is None:
        return "<unknown>"
    return human_duration((now - created).total_seconds())


def _init(pod: Pod, sidecars: frozenset[str]) -> tuple[list[ContainerStatus], str]:
    """The init containers up to the one that holds up the Pod, and STATUS if there is one."""
    walked: list[ContainerStatus] = []
    for one in pod.status.init_container_statuses:
        walked.append(one)
        ended, waiting = one.state.terminated, one.state.waiting
        if (ended is not None and ended.exit_code == 0) or _is_up(one, sidecars):
            continue
        if ended is not None:
            return walked, "Init:" + (ended.reason or _code(ended.signal, ended.exit_code))
        if waiting is not None and waiting.reason not in {"", "PodInitializing"}:
            return walked, "Init:" + waiting.reason
        return walked, f"Init:{len(walked) - 1}/{len(pod.spec.init_containers)}"
    return walked, ""


def _containers(pod: Pod, text: str, *, before_1_35: bool) -> tuple[str, int]:
    """STATUS after a look at the app containers, and how many of them are ready and running."""
    running, error = 0, ""
    # From last to first: the first container that has something to say wins.
    for one in reversed(pod.status.container_statuses):
        waiting, ended = one.state.waiting, one.state.terminated
        if waiting is not None and waiting.reason:
            text = waiting.reason
        elif ended is not None:
            text = ended.reason or _code(ended.signal, ended.exit_code)
            if ended.exit_code != 0:
                error = text
        elif one.ready and one.state.running is not None:
            running += 1
    if text == "Completed":
        if running and _is_ready(pod):
            text = "Running"
        elif error and not before_1_35:
            # Since https://github.com/kubernetes/kubernetes/pull/124766
            text = error
        elif running:
            text = "NotReady"
    return text, running


def _is_up(status: ContainerStatus, sidecars: frozenset[str]) -> bool:
    """Whether this is a sidecar that started (its startup probe included) and did not end well."""
    if not status.started or status.name not in sidecars:
        return False
    ended = status.state.terminated
    return ended is None or ended.exit_code != 0


def _is_ready(pod: Pod) -> bool:
    """As kubectl asks it: of several conditions Ready, any that is True."""
    return any(one.type == "Ready" and one.status == "True" for one in pod.status.conditions)


def _code(signal: int, exit_code: int) -> str:
    return f"Signal:{signal}" if signal else f"ExitCode:{exit_code}"
