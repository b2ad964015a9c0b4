"""Which stages the start of a Pod has, and how far each of them is.

Responsible for what has to come before what. When it happened is `instants`' business. Only the
first start counts: what happens when a container is restarted is not part of it.
"""

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum

import msgspec

from podwatch.core.kube import Pod, Running, Terminated
from podwatch.core.startup.instants import Instant, Sightings, earliest


class StageName(StrEnum):
    """What has to happen until a Pod is Ready, in order."""

    SCHEDULED = "scheduled"
    SANDBOX = "sandbox"
    PULLED = "pulled"
    RAN = "ran"
    STARTED = "started"
    READY = "ready"


class Progress(StrEnum):
    """How far a stage is."""

    DONE = "done"
    UNDER_WAY = "under way"
    AHEAD = "ahead"
    UNKNOWN = "unknown"
    """It is over, but nothing tells when."""
    NEVER = "never"
    """It did not come to it, and will not: the Pod has ended or is being deleted."""


class Stage(msgspec.Struct, frozen=True, kw_only=True):
    """One stage. `begin` is in seconds after the Pod's creation, `seconds` its duration.

    Both are None if they are not known; of a stage that is under way, `seconds` is how long it
    has lasted so far. `whole_seconds`: only timestamps without fractions know, so the duration
    may be a second more or less.
    """

    name: StageName
    progress: Progress
    container: str = ""
    begin: float | None = None
    seconds: float | None = None
    whole_seconds: bool = False
    note: str = ""

    @property
    def end(self) -> float | None:
        """When it was over, in seconds after the Pod's creation, if that is known."""
        if self.progress is not Progress.DONE or self.begin is None or self.seconds is None:
            return None
        return self.begin + self.seconds


class Start:
    """The stages of one Pod, in order."""

    def __init__(self, pod: Pod, seen: Sightings) -> None:
        self._pod = pod
        self._seen = seen
        self._over = pod.status.is_over or pod.metadata.deletion_timestamp is not None
        self._in_order = (*pod.spec.init_containers, *pod.spec.containers)

    def stages(self) -> Iterator[Stage]:
        """From scheduled to ready."""
        pod, seen, stage = self._pod, self._seen, self._stage
        origin = Instant(0.0, seen.created_is_whole)
        scheduled = seen.conditions.get("PodScheduled") or self._condition("PodScheduled")
        yield stage(StageName.SCHEDULED, origin, scheduled, passed=bool(pod.spec.node_name))
        sandbox = self._sandbox()
        anything = any(self._was_started(container.name) for container in self._in_order)
        is_next = scheduled is not None
        yield stage(StageName.SANDBOX, scheduled, sandbox, passed=anything, open_=is_next)
        before, reached = sandbox, sandbox is not None or anything
        ends: list[Instant | None] = []
        sidecars = pod.sidecars()
        for number, container in enumerate(self._in_order):
            name, is_init = container.name, number < len(pod.spec.init_containers)
            begun = self._was_started(name)
            pulling, pulled, note = seen.pull(name)
            yield stage(
                StageName.PULLED, pulling or before, pulled, name, begun, open_=reached, note=note
            )
            if is_init and name not in sidecars:
                before, passed = self._ran(number), self._passed(number)
                reached = before is not None or passed
                began, runs = self._started(name), self._runs(name)
                yield stage(StageName.RAN, began, before, name, passed, open_=begun, note=runs)
                continue
            end, is_next = self._started(name), pulled is not None
            note = "with its image" if begun and not is_next else ""
            yield stage(
                StageName.STARTED, pulled or before, end, name, begun, open_=is_next, note=note
            )
            if is_init:
                before, reached = end, begun
            else:
                # The kubelet goes on with the next container also if this one does not start.
                before = end or before
                ends.append(end)
        yield self._ready(ends)

    def _sandbox(self) -> Instant | None:
        """The Events of the first pull prove it too, and can come before the condition."""
        first = [self._seen.pull(container.name)[0] for container in self._in_order]
        seen = earliest([self._seen.conditions.get("PodReadyToStartContainers"), *first])
        if seen is not None and (self._seen.from_the_beginning or not seen.whole):
            return seen
        known = seen or self._condition("PodReadyToStartContainers")
        begun = earliest(self._stamped_start(container.name) for container in self._in_order)
        if known is not None and begun is not None and known.t > begun.t:
            return None  # of a sandbox that was made later: the node was restarted, say
        return known

    def _condition(self, type_: str) -> Instant | None:
        condition = self._pod.condition(type_)
        if condition is None or condition.status != "True":
            return None
        return self._seen.stamp(condition.last_transition_time)

    def _runs(self, name: str) -> str:
        status = self._pod.status_of(name)
        more = status.restart_count if status is not None else 0
        return f"{more + 1} runs" if more else ""

    def _was_started(self, name: str) -> bool:
        if name in self._seen.running or (name, "Started") in self._seen.events:
            return True
        status = self._pod.status_of(name)
        if status is None:
            return False
        ended = status.state.terminated or status.last_state.terminated
        return status.state.running is not None or _began(ended) is not None

    def _started(self, name: str) -> Instant | None:
        event, _ = self._seen.events.get((name, "Started"), (None, ""))
        return earliest([self._seen.running.get(name), event]) or self._stamped_start(name)

    def _stamped_start(self, name: str) -> Instant | None:
        """The first run's start, as long as the Pod's status has it."""
        status = self._pod.status_of(name)
        if status is None:
            return None
        state, last = status.state, status.last_state
        by_restarts = {0: state.running or state.terminated, 1: last.terminated}
        return self._seen.stamp(_began(by_restarts.get(status.restart_count)))

    def _ran(self, number: int) -> Instant | None:
        """An init container's end; what follows on it proves it too."""
        name = self._in_order[number].name
        status, end = self._pod.status_of(name), self._seen.ended_well.get(name)
        ended = status.state.terminated if status is not None else None
        if end is None and ended is not None and ended.exit_code == 0:
            end = self._seen.stamp(ended.finished_at)
        if end is None:
            return None
        following = self._in_order[number + 1 :]
        return earliest([end, *(self._seen.pull(container.name)[0] for container in following)])

    def _passed(self, number: int) -> bool:
        """Whether something ran that waits for this init container's end."""
        following = self._in_order[number + 1 :]
        return self._pod.is_true("Initialized") or any(
            self._was_started(container.name) for container in following
        )

    def _ready(self, ends: list[Instant | None]) -> Stage:
        known = [end for end in ends if end is not None]
        complete = len(known) == len(ends)
        last = max(known, key=lambda end: end.t, default=None) if complete else None
        ready, note = self._seen.conditions.get("Ready"), self._probes()
        restarted = any(status.restart_count for status in self._pod.all_statuses())
        if ready is None and not restarted:  # a condition has the time of its last change only
            ready = self._condition("Ready")
            note = "if it has been Ready since then without a break" if ready is not None else note
        started = [self._was_started(container.name) for container in self._pod.spec.containers]
        unseen = not self._seen.from_the_beginning and any(started)
        may_have_been = unseen and (self._over or restarted)
        passed = self._pod.is_true("Ready") or may_have_been
        open_ = bool(started) and all(started)
        return self._stage(StageName.READY, last, ready, passed=passed, open_=open_, note=note)

    def _probes(self) -> str:
        """Whose probes have to succeed before the Pod is Ready."""
        probed = [
            container.name
            for container in self._pod.spec.containers
            if container.readiness_probe is not None or container.startup_probe is not None
        ]
        return f"needs the probes of {', '.join(probed)}" if probed else ""

    def _stage(
        self,
        name: StageName,
        begin: Instant | None,
        end: Instant | None,
        container: str = "",
        passed: bool = False,
        *,
        open_: bool = True,
        note: str = "",
    ) -> Stage:
        """A stage between two instants. `passed`: it is over even if it is not known since when.

        `open_`: what has to come before is done.
        """
        if end is not None:
            progress = Progress.DONE
        elif passed:
            progress = Progress.UNKNOWN
        elif self._over:
            progress = Progress.NEVER
        else:
            progress = Progress.UNDER_WAY if open_ else Progress.AHEAD
        if progress not in {Progress.DONE, Progress.UNDER_WAY}:
            begin = None
        until = end.t if end is not None else self._seen.now
        return Stage(
            name=name,
            progress=progress,
            container=container,
            begin=max(begin.t, 0.0) if begin is not None else None,
            seconds=max(until - begin.t, 0.0) if begin is not None and until is not None else None,
            whole_seconds=any(instant is not None and instant.whole for instant in (begin, end)),
            note=note,
        )


def _began(run: Running | Terminated | None) -> datetime | None:
    """When a run began; None of one that could not be started, which its runtime dates to 1970."""
    began = run.started_at if run is not None else None
    return began if began is not None and began.timestamp() > 0 else None
