"""Evidence: what a verdict is shown with, gathered once for every format.

Responsible for a Pod's story in plain values: its timeline, its Warning Events, its waterfall,
its logs. Nothing here is made safe or laid out: each format does that its own way.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import msgspec

from podwatch.core.board import Board
from podwatch.core.expectations import Cause, Outcome, Result, Verdict
from podwatch.core.finding_parts import FindingPart
from podwatch.core.kube import Pod
from podwatch.core.startup import Progress, Stage, StageName, Waterfall
from podwatch.core.stream import Opened, Ref
from podwatch.renderers.verdict.moments import ToldMoment, moments, warnings

MOMENTS = 30
"""How many lines of a Pod's timeline a format shows, the last ones."""
LOG_LINES = 20
"""How many lines of a container's log are shown, the last ones."""


class Bar(msgspec.Struct, frozen=True):
    """One bar of the waterfall, in seconds since the stream opened; open if it did not end."""

    name: str
    begin: float
    end: float | None


class Log(msgspec.Struct, frozen=True):
    """The last lines of a container's log; of its previous run, if so. `missing`: why not."""

    container: str
    previous: bool
    lines: tuple[str, ...] = ()
    missing: str = ""


class Story(msgspec.Struct, frozen=True, kw_only=True):
    """What is told about one Pod. JSON has the same fields: they are added, never renamed."""

    namespace: str
    name: str
    uid: str
    phase: str
    status: str
    diagnosis: FindingPart | None
    timeline: tuple[ToldMoment, ...]
    warnings: tuple[str, ...]
    waterfall: tuple[Bar, ...]
    logs: tuple[Log, ...]


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """A verdict with everything that is shown of it.

    `at` is when it fell, if there is such a date; `last_t` when the stream said something last;
    `recorded`: the stream was a recording. `replay` is the path of the recording, if there is one.
    `hint`: what to do, where something went wrong that has nothing to do with the Pods.
    """

    verdict: Verdict
    stories: tuple[Story, ...] = ()
    at: datetime | None = None
    last_t: float = 0.0
    recorded: bool = False
    replay: str = ""
    hint: str = ""

    def stories_of(self, result: Result) -> list[Story]:
        """The Pods that something is about which is not met."""
        uids = {ref.uid for ref in result.pods}
        return [story for story in self.stories if story.uid in uids]

    def called(self, story: Story) -> str:
        """What a Pod is called: with its namespace where the targets are in several."""
        return f"{story.namespace}/{story.name}" if self.several else story.name

    @property
    def several(self) -> bool:
        """Whether the targets are in several namespaces."""
        return any(one.target.qualified for one in self.verdict.results)


Logs = Callable[[Ref, str, bool], Log]
"""The log of a container of a Pod; of its previous run if the last argument says so."""


def gathered(
    board: Board, verdict: Verdict, logs: Logs | None, *, recorded: bool, replay: str
) -> Evidence:
    """The evidence for a verdict. `replay` is the recording's path, for the way to play it."""
    container = verdict.cause.container if verdict.cause else ""
    stories = (story(board, ref, logs, container) for ref in verdict.pods)
    return Evidence(
        verdict=verdict,
        stories=tuple(filter(None, stories)),
        at=_fell(board.opened, verdict.t),
        last_t=board.t,
        recorded=recorded,
        replay=replay,
    )


def story(board: Board, ref: Ref, logs: Logs | None = None, container: str = "") -> Story | None:
    """What is known of one Pod; None if the board does not have it any more."""
    row = board.row(ref)
    if row is None:
        return None
    return Story(
        namespace=row.ref.namespace,
        name=row.ref.name,
        uid=row.ref.uid,
        phase=row.pod.status.phase,
        status=row.columns.status,
        diagnosis=known.first.part if (known := board.diagnosis(row)) is not None else None,
        timeline=tuple(moments(board.beats_of(row.ref))),
        warnings=tuple(warnings(board.timeline_of(row.ref))),
        waterfall=tuple(_bars(row.pod, board.start_of(row))),
        logs=tuple(_logs(row.pod, row.ref, container, logs)) if logs is not None else (),
    )


def _fell(opened: Opened | None, t: float) -> datetime | None:
    """The stream's time `t` as a time; None where the calendar, or the cluster, has none."""
    try:
        return opened.at + timedelta(seconds=t) if opened is not None else None
    except OverflowError:  # a recording can hold any times
        return None


_OUTCOME_WORDS = {
    Outcome.MET: "met",
    Outcome.VIOLATED: "not met, certain",
    Outcome.TIMED_OUT: "time is up, undecided",
    Outcome.UNAVAILABLE: "the cluster can't be asked",
    Outcome.PENDING: "undecided",
    Outcome.INTERRUPTED: "interrupted, undecided",
    Outcome.ERROR: "an error, undecided",
    Outcome.NOT_JUDGED: "not judged",
}


def outcome_words(outcome: Outcome, cause: Cause | None = None) -> str:
    """The outcome in words, with the certainty that its cause has."""
    if outcome is Outcome.VIOLATED and cause is not None and not cause.certain:
        return "not met, gave up"
    return _OUTCOME_WORDS[outcome]


def _bars(pod: Pod, start: Waterfall) -> Iterator[Bar]:
    """A Pod's way to Ready in few steps, as far as it was seen from its creation on."""
    if start.created_t is None:
        return
    steps: dict[str, list[Stage]] = {}
    for stage in start.stages:
        if stage.name is not StageName.PULLED:
            steps.setdefault(_step(stage, pod), []).append(stage)
    begin = start.created_t
    for name, stages in steps.items():
        ends = [stage.end for stage in stages if stage.end is not None]
        running = name == _START and bool(ends)  # the first container is enough
        if not running and any(stage.progress in _OPEN for stage in stages):
            yield Bar(name, begin, None)
            return
        if ends:  # else it never came, or nobody knows when
            end = max(begin, start.created_t + (min if running else max)(ends))
            yield Bar(name, begin, end)
            begin = end


_START = "image, start"
_OPEN = frozenset({Progress.UNDER_WAY, Progress.AHEAD})


def _step(stage: Stage, pod: Pod) -> str:
    if any(container.name == stage.container for container in pod.spec.init_containers):
        return "init containers"
    return {StageName.SANDBOX: "network, volumes", StageName.STARTED: _START}.get(
        stage.name, stage.name.value
    )


def _logs(pod: Pod, ref: Ref, container: str, logs: Logs) -> Iterator[Log]:
    """The log of the container that failed, or of the first that is not well."""
    ill = (
        status
        for status in pod.all_statuses()
        if status.container_id
        and not status.ready
        and (status.state.terminated is None or status.state.terminated.exit_code)
    )
    status = pod.status_of(container) or next(ill, None)
    if status is not None and status.container_id:
        yield logs(ref, status.name, False)
        if status.restart_count:
            yield logs(ref, status.name, True)
