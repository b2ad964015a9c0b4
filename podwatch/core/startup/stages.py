"""Waterfall: what the start of a Pod consisted of, and how long each stage took.

Responsible for the stages from the Pod's creation to Ready, for their times and for how well
these are known. Not responsible for drawing them. Only the first start counts: what happens
when a container is restarted is not part of it.

Two clocks can know when a stage ended. A transition or an Event that was seen when it came is
exact to what its way takes (a fraction of a second). The cluster's own timestamps have whole
seconds; they are all there is of what happened before the watch began or during a gap.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from enum import StrEnum

import msgspec

from podwatch.core.board import Board
from podwatch.core.kube import Container, ContainerStatus, Pod
from podwatch.core.states import CONTAINER_FACETS, Existence, Facet
from podwatch.core.stream import Gap
from podwatch.core.timeline import ExplainedEvent, ExplainedTransition

ALREADY_THERE = "already on the node"
"""The note of a stage whose image did not have to be pulled."""


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


class Waterfall(msgspec.Struct, frozen=True, kw_only=True):
    """The stages of one Pod's start. `slowest` is one of them if one certainly is.

    `seconds` is the time from the Pod's creation to Ready, None as long as that is not known.
    """

    stages: tuple[Stage, ...]
    slowest: Stage | None
    seconds: float | None
    whole_seconds: bool


def waterfall(board: Board, pod: Pod) -> Waterfall:
    """The stages of the start of a Pod, from its own fields and what the board keeps of it."""
    seen = _Seen(board, pod)
    start = _Start(pod, seen)
    stages = tuple(start.stages())
    ready = stages[-1]
    seconds = None
    if ready.progress is Progress.DONE and ready.begin is not None and ready.seconds is not None:
        seconds = ready.begin + ready.seconds
    return Waterfall(
        stages=stages,
        slowest=_slowest(stages),
        seconds=seconds,
        whole_seconds=ready.whole_seconds or seen.created_is_whole,
    )


# ── when ──


class _Instant(msgspec.Struct, frozen=True):
    """Seconds after the creation; `whole`: of a timestamp without fractions."""

    t: float
    whole: bool


_DELAY = (-1.0, 2.5)
"""By how much what is seen may lag behind its timestamp, in seconds, to be believed.

More is the delay of a connection that was lost, less is a clock that was set.
"""

_CONTAINER_FACETS = CONTAINER_FACETS - {Facet.EPHEMERAL_CONTAINER}


class _Seen:
    """When things were seen for the first time, and the conversion of times."""

    def __init__(self, board: Board, pod: Pod) -> None:
        self._skew = _skew(board)
        self._created = pod.metadata.creation_timestamp
        self._base = 0.0
        self.from_the_beginning = False
        self.conditions: dict[str, _Instant] = {}
        self.running: dict[str, _Instant] = {}
        self.ended_well: dict[str, _Instant] = {}
        self.events: dict[tuple[str, str], tuple[_Instant, str]] = {}
        self._lost: set[str] = set()
        # Without the beginning, Events of a container that was restarted may be of any run.
        self._of_later_runs = {
            status.name for status in pod.all_statuses() if status.restart_count > 0
        }
        uid = pod.metadata.uid
        own = [one for one in board.timeline if not isinstance(one, Gap) and one.ref.uid == uid]
        for one in own:
            if isinstance(one, ExplainedTransition) and self._creation(one):
                break
        for one in own:
            if isinstance(one, ExplainedTransition):
                self._told(one)
            else:
                self._notice(one)
        self.now = self._after(board.now) if board.now is not None else None

    @property
    def created_is_whole(self) -> bool:
        """Whether only the cluster's timestamp tells when the Pod was created."""
        return self._base == 0.0

    def stamp(self, at: datetime | None) -> _Instant | None:
        """The instant of one of the cluster's timestamps."""
        t = self._after(at) if at is not None else None
        return None if t is None else _Instant(t, True)

    def _after(self, at: datetime) -> float | None:
        if self._created is None:
            return None
        return (at - self._created).total_seconds() - self._base

    def _instant(
        self, seen: datetime, stamp: datetime | None, *, inferred: bool
    ) -> _Instant | None:
        stamped = self.stamp(stamp)
        t = self._after(seen)
        if t is None:
            return None
        t += self._skew
        if inferred:
            return stamped
        if stamped is not None and not _DELAY[0] <= t - stamped.t <= _DELAY[1]:
            return stamped
        return _Instant(t, False)

    def _creation(self, one: ExplainedTransition) -> bool:
        """Count from when the Pod was seen to be created, if it was."""
        transition, after = one.transition, one.transition.after
        if transition.facet is not Facet.EXISTENCE or after is None:
            return False
        if after.value == Existence.PRESENT and not transition.inferred:
            made = self._instant(one.at, self._created, inferred=False)
            self.from_the_beginning = True
            self._base = made.t if made is not None and not made.whole else 0.0
        return True

    def _told(self, one: ExplainedTransition) -> None:
        transition, after = one.transition, one.transition.after
        if after is None:
            return
        name = transition.subject
        match transition.facet:
            case Facet.CONDITION:
                condition = one.pod.condition(name)
                stamp = condition.last_transition_time if condition is not None else None
                if after.value != "True":
                    self._lost.add(name)  # if it comes back, that is no start
                elif name not in self._lost or self.from_the_beginning:
                    self._keep(self.conditions, one, name, stamp)
            case facet if facet in _CONTAINER_FACETS:
                status = one.pod.status_of(name)
                if status is None:
                    return
                if after.value == "running" and status.restart_count == 0:
                    running = status.state.running
                    self._keep(self.running, one, name, running.started_at if running else None)
                elif after.value == "terminated" and after.exit_code == 0:
                    ended = status.state.terminated
                    self._keep(self.ended_well, one, name, ended.finished_at if ended else None)

    def _keep(
        self,
        known: dict[str, _Instant],
        one: ExplainedTransition,
        name: str,
        stamp: datetime | None,
    ) -> None:
        instant = self._instant(one.at, stamp, inferred=one.transition.inferred)
        if instant is not None and name not in known:
            known[name] = instant

    def _notice(self, one: ExplainedEvent) -> None:
        key = (one.event.container, one.event.reason)
        later = one.event.container in self._of_later_runs and not self.from_the_beginning
        if one.event.times > 1 or key in self.events or later:
            return  # not of the first time
        instant = self._instant(one.at, one.event.first_timestamp, inferred=False)
        if instant is not None:
            self.events[key] = (instant, one.event.message)


def _skew(board: Board) -> float:
    """The cluster's clock minus ours, in seconds."""
    if board.now is None or board.opened is None:
        return 0.0
    ours = (board.now - board.opened.at).total_seconds()
    return ours - (board.t - board.opened.t)


def _earliest(instants: Iterable[_Instant | None]) -> _Instant | None:
    """The earliest; an exact one before one of whole seconds, which was cut down to them."""
    known = [instant for instant in instants if instant is not None]
    exact = [instant for instant in known if not instant.whole]
    return min(exact or known, key=lambda instant: instant.t, default=None)


# ── what ──


class _Start:
    """The stages of one Pod, in order."""

    def __init__(self, pod: Pod, seen: _Seen) -> None:
        self._pod = pod
        self._seen = seen
        self._sidecars = pod.sidecars()
        self._over = (
            pod.status.phase in {"Succeeded", "Failed"}
            or pod.metadata.deletion_timestamp is not None
        )
        self._in_order = (*pod.spec.init_containers, *pod.spec.containers)

    def stages(self) -> Iterator[Stage]:
        """From scheduled to ready."""
        origin = _Instant(0.0, self._seen.created_is_whole)
        scheduled = self._scheduled()
        sandbox = self._sandbox()
        yield self._stage(
            StageName.SCHEDULED, origin, scheduled, passed=bool(self._pod.spec.node_name)
        )
        anything = any(self._was_started(one.name) for one in self._in_order)
        yield self._stage(
            StageName.SANDBOX, scheduled, sandbox, passed=anything, open_=scheduled is not None
        )
        before = sandbox
        reached = sandbox is not None or anything
        ends: list[_Instant | None] = []
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

    def _scheduled(self) -> _Instant | None:
        return self._seen.conditions.get("PodScheduled") or self._condition("PodScheduled")

    def _sandbox(self) -> _Instant | None:
        """The Events of the first pull prove it too, and can come before the condition."""
        first = [self._pull(container.name)[0] for container in self._in_order]
        seen = _earliest([self._seen.conditions.get("PodReadyToStartContainers"), *first])
        if seen is not None and (self._seen.from_the_beginning or not seen.whole):
            return seen
        known = seen or self._condition("PodReadyToStartContainers")
        starts = [self._stamped_start(container.name) for container in self._in_order]
        begun = _earliest(starts)
        if known is not None and begun is not None and known.t > begun.t:
            return None  # of a sandbox that was made later: the node was restarted, say
        return known

    def _condition(self, type_: str) -> _Instant | None:
        condition = self._pod.condition(type_)
        if condition is None or condition.status != "True":
            return None
        return self._seen.stamp(condition.last_transition_time)

    def _container(
        self,
        container: Container,
        before: _Instant | None,
        end: _Instant | None,
        runs_to_its_end: bool,
        reached: bool,
    ) -> Iterator[Stage]:
        name = container.name
        pulling, pulled, note = self._pull(name)
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

    def _pull(self, name: str) -> tuple[_Instant | None, _Instant | None, str]:
        """When the image was asked for and there, and what is to be said of it."""
        asked = self._seen.events.get((name, "Pulling"))
        came = self._seen.events.get((name, "Pulled"))
        if came is None:
            return (asked[0] if asked else None), None, ""
        instant, message = came
        if "already present on machine" in message[:_MESSAGE]:
            return instant, instant, ALREADY_THERE
        took = _pull_time(message)
        if took is not None:
            return _Instant(max(instant.t - took, 0.0), instant.whole), instant, ""
        return (asked[0] if asked else None), instant, ""

    def _was_started(self, name: str) -> bool:
        if name in self._seen.running or (name, "Started") in self._seen.events:
            return True
        status = self._pod.status_of(name)
        return status is not None and _has_run(status)

    def _started(self, container: Container) -> _Instant | None:
        name = container.name
        event = self._seen.events.get((name, "Started"))
        seen = _earliest([self._seen.running.get(name), event[0] if event else None])
        return seen or self._stamped_start(name)

    def _stamped_start(self, name: str) -> _Instant | None:
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
        return self._seen.stamp(state.started_at) if state is not None else None

    def _ran(self, number: int) -> _Instant | None:
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
        following = [self._pull(one.name)[0] for one in self._in_order[number + 1 :]]
        return _earliest([seen or stamped, *following])

    def _passed(self, number: int) -> bool:
        """Whether something ran that waits for this init container's end."""
        if self._pod.is_true("Initialized"):
            return True
        return any(self._was_started(one.name) for one in self._in_order[number + 1 :])

    def _ready(self, ends: list[_Instant | None]) -> Stage:
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
        started = [self._was_started(one.name) for one in self._pod.spec.containers]
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
        begin: _Instant | None,
        end: _Instant | None,
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
            whole_seconds=any(one is not None and one.whole for one in (begin, end)),
            note=note,
        )


def _has_run(status: ContainerStatus) -> bool:
    ended = status.state.terminated or status.last_state.terminated
    return status.state.running is not None or (ended is not None and ended.started_at is not None)


_MESSAGE = 2_000
"""How many characters of an Event's message are looked at."""
_PULLED_IN = re.compile(r" in \S+ \((\S{1,40}) including waiting\)")
"""Source: pkg/kubelet/images, whose message ends with the time that the pull took."""
_GO_PART = re.compile(r"(\d{1,9}(?:\.\d{1,9})?)(h|ms|m|s|µs|us|ns)")
_GO_UNITS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 1e-3, "µs": 1e-6, "us": 1e-6, "ns": 1e-9}


def _pull_time(message: str) -> float | None:
    """The seconds in `Successfully pulled image "web:2" in 1.2s (1.5s including waiting)`."""
    found = _PULLED_IN.search(message[:_MESSAGE])
    if found is None or _GO_PART.sub("", found[1]):
        return None
    return sum(float(number) * _GO_UNITS[unit] for number, unit in _GO_PART.findall(found[1]))


def _slowest(stages: tuple[Stage, ...]) -> Stage | None:
    """The one that took longest, if that is certain for all that whole seconds can hide."""
    for stage in stages:
        # A pull that nothing tells of is part of the start that follows on it.
        if stage.progress is Progress.UNKNOWN and stage.name is not StageName.PULLED:
            return None
    ranked = sorted((stage for stage in stages if stage.seconds is not None), key=_seconds)
    if len(ranked) < 2:
        return None
    *rest, first = ranked
    least = _seconds(first) - first.whole_seconds
    most = max(_seconds(stage) + stage.whole_seconds for stage in rest)
    return first if least >= most and least > 0 else None


def _seconds(stage: Stage) -> float:
    return stage.seconds or 0.0
