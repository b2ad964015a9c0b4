"""Which stages the start of a Pod has, and how far each of them is.

Responsible for what has to come before what. When it happened is `instants`' business. Only the
first start counts: what happens when a container is restarted is not part of it.
"""

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum

import msgspec

from podwatch.core.kube import Container, ContainerStatus, Pod, Terminated
from podwatch.core.kube.pod_status import Running
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
        self._sidecars = pod.sidecars()
        self._over = pod.status.is_over or pod.metadata.deletion_timestamp is not None
        self._in_order = (*pod.spec.init_containers, *pod.spec.containers)

    def stages(self) -> Iterator[Stage]:
        """From scheduled to ready."""
        origin = Instant(0.0, self._seen.created_is_whole)
        scheduled = self._scheduled()
        sandbox = self._sandbox()
        yield self._stage(
            StageName.SCHEDULED, origin, scheduled, passed=bool(self._pod.spec.node_name)
        )
        anything = any(self._was_started(container.name) for container in self._in_order)
        yield self._stage(
            StageName.SANDBOX, scheduled, sandbox, passed=anything, open_=scheduled is not None
        )
        before = sandbox
        reached = sandbox is not None or anything
        ends: list[Instant | None] = []
        for number, container in enumerate(self._in_order):
            is_init = number < len(self._pod.spec.init_containers)
            runs_to_its_end = is_init and container.name not in self._sidecars
            end = self._ran(number) if runs_to_its_end else self._started(container)
            yield from self._container(container, before, end, runs_to_its_end, reached)
            if runs_to_its_end:
                reached = end is not None or self._passed(number)
                before = end
            elif is_init:
                reached = self._was_started(container.name)
                before = end
            else:
                # The kubelet goes on with the next container also if this one does not start.
                before = end or before
                ends.append(end)
        yield self._ready(ends)

    def _scheduled(self) -> Instant | None:
        return self._seen.conditions.get("PodScheduled") or self._condition("PodScheduled")

    def _sandbox(self) -> Instant | None:
        """The Events of the first pull prove it too, and can come before the condition."""
        first = [self._seen.pull(container.name)[0] for container in self._in_order]
        seen = earliest([self._seen.conditions.get("PodReadyToStartContainers"), *first])
        if seen is not None and (self._seen.from_the_beginning or not seen.whole):
            return seen
        known = seen or self._condition("PodReadyToStartContainers")
        starts = [self._stamped_start(container.name) for container in self._in_order]
        begun = earliest(starts)
        if known is not None and begun is not None and known.t > begun.t:
            return None  # of a sandbox that was made later: the node was restarted, say
        return known

    def _condition(self, type_: str) -> Instant | None:
        condition = self._pod.condition(type_)
        if condition is None or condition.status != "True":
            return None
        return self._seen.stamp(condition.last_transition_time)

    def _container(
        self,
        container: Container,
        before: Instant | None,
        end: Instant | None,
        runs_to_its_end: bool,
        reached: bool,
    ) -> Iterator[Stage]:
        name = container.name
        pulling, pulled, note = self._seen.pull(name)
        was_started = self._was_started(name)
        yield self._stage(
            StageName.PULLED,
            pulling or before,
            pulled,
            container=name,
            passed=was_started,
            open_=reached,
            note=note,
        )
        with_image = "with its image" if pulled is None and was_started else ""
        if runs_to_its_end:
            began = self._started(container)
            yield self._stage(
                StageName.RAN,
                began,
                end,
                container=name,
                passed=end is None and self._passed(self._in_order.index(container)),
                open_=was_started,
                note=self._runs(name),
            )
            return
        yield self._stage(
            StageName.STARTED,
            pulled or before,
            end,
            container=name,
            passed=was_started,
            open_=pulled is not None,
            note=with_image,
        )

    def _runs(self, name: str) -> str:
        status = self._pod.status_of(name)
        more = status.restart_count if status is not None else 0
        return f"{more + 1} runs" if more else ""

    def _was_started(self, name: str) -> bool:
        if name in self._seen.running or (name, "Started") in self._seen.events:
            return True
        status = self._pod.status_of(name)
        return status is not None and _has_run(status)

    def _started(self, container: Container) -> Instant | None:
        name = container.name
        event = self._seen.events.get((name, "Started"))
        seen = earliest([self._seen.running.get(name), event[0] if event else None])
        return seen or self._stamped_start(name)

    def _stamped_start(self, name: str) -> Instant | None:
        """The first run's start, as long as the Pod's status has it."""
        status = self._pod.status_of(name)
        if status is None:
            return None
        if status.restart_count == 0:
            state = status.state.running or status.state.terminated
        elif status.restart_count == 1:
            state = status.last_state.terminated
        else:
            state = None
        return self._seen.stamp(_began(state))

    def _ran(self, number: int) -> Instant | None:
        """An init container's end; what follows on it proves it too."""
        name = self._in_order[number].name
        status = self._pod.status_of(name)
        ended = status.state.terminated if status is not None else None
        stamped = None
        if ended is not None and ended.exit_code == 0:
            stamped = self._seen.stamp(ended.finished_at)
        seen = self._seen.ended_well.get(name)
        if seen is None and stamped is None:
            return None
        following = [
            self._seen.pull(container.name)[0] for container in self._in_order[number + 1 :]
        ]
        return earliest([seen or stamped, *following])

    def _passed(self, number: int) -> bool:
        """Whether something ran that waits for this init container's end."""
        if self._pod.is_true("Initialized"):
            return True
        return any(self._was_started(container.name) for container in self._in_order[number + 1 :])

    def _ready(self, ends: list[Instant | None]) -> Stage:
        known = [end for end in ends if end is not None]
        complete = bool(ends) and len(known) == len(ends)
        last = max(known, key=lambda instant: instant.t) if complete else None
        ready = self._seen.conditions.get("Ready")
        note = self._probes()
        restarted = any(status.restart_count for status in self._pod.all_statuses())
        if ready is None:
            ready = self._condition("Ready")
            if restarted:
                ready = None  # a condition has the time of its last change only
            elif ready is not None:
                note = "if it has been Ready since then without a break"
        started = [self._was_started(container.name) for container in self._pod.spec.containers]
        unseen = not self._seen.from_the_beginning and any(started)
        may_have_been = unseen and (self._over or restarted)
        return self._stage(
            StageName.READY,
            last,
            ready,
            passed=self._pod.is_true("Ready") or may_have_been,
            open_=bool(started) and all(started),
            note=note,
        )

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
        *,
        container: str = "",
        passed: bool = False,
        open_: bool = True,
        note: str = "",
    ) -> Stage:
        """A stage between two instants. `passed`: it is over even if it is not known since when.

        `open_`: what has to come before is done.
        """
        seconds: float | None = None
        if end is not None:
            progress = Progress.DONE
            seconds = max(end.t - begin.t, 0.0) if begin is not None else None
        elif passed:
            progress, begin = Progress.UNKNOWN, None
        elif self._over:
            progress, begin = Progress.NEVER, None
        elif open_:
            progress = Progress.UNDER_WAY
            if begin is not None and self._seen.now is not None:
                seconds = max(self._seen.now - begin.t, 0.0)
        else:
            progress, begin = Progress.AHEAD, None
        return Stage(
            name=name,
            progress=progress,
            container=container,
            begin=max(begin.t, 0.0) if begin is not None else None,
            seconds=seconds,
            whole_seconds=any(instant is not None and instant.whole for instant in (begin, end)),
            note=note,
        )


def _has_run(status: ContainerStatus) -> bool:
    ended = status.state.terminated or status.last_state.terminated
    return status.state.running is not None or _began(ended) is not None


def _began(run: Running | Terminated | None) -> datetime | None:
    """When a run began; None of one that could not be started, which its runtime dates to 1970."""
    began = run.started_at if run is not None else None
    return began if began is not None and began.timestamp() > 0 else None
