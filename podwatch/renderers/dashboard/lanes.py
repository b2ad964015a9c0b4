"""Lanes: each container of a Pod as a row of symbols over time; and the Pod's own lifeline.

Responsible for the states that the containers were seen in and for the time axis, which is
stretched where much happened: each state has its place, however short it was. Not responsible
for the states of the Pod as a whole (`podwatch.core.lifeline`).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from rich.cells import cell_len

from podwatch.core.board import Board, Row
from podwatch.core.durations import human_duration
from podwatch.core.kube import Container, ContainerStatus, Pod
from podwatch.core.kubelet import outlook
from podwatch.core.lifeline import UNTOLD, PodState
from podwatch.core.timeline import ExplainedTransition
from podwatch.renderers.dashboard.layout import Layout, Line

STATES = {
    "waiting": "waiting",
    "running": "running",
    "ready": "ready",
    "ended": "ended well",
    "failed": "failed",
    "back-off": "back-off",
    "unseen": "not seen",
}
"""What a container can be in, with the words for it; the names are the theme's."""


_WITH_PAUSE = {"ended, in back-off": "ended", "failed, in back-off": "failed"}
"""A container that ended and is started again after a pause: how its end is drawn."""


@dataclass(frozen=True, slots=True)
class _Span:
    """All containers' states from `t` (stream time) on."""

    t: float
    states: tuple[str, ...]


def lanes(board: Board, row: Row, width: int, pen: Layout) -> list[Line]:
    """A line for each container and one with the time since the Pod's creation."""
    containers = list(row.pod.all_containers())
    names = [container.name for container in containers]
    if not names:
        return []
    label = min(max(map(cell_len, map(pen.say, names))), max(width // 4, 9), 24)
    room = max(width - label - 2, 4)
    created = _created(board, row)
    end = row.gone_t if row.gone else board.t
    spans = _spans(board, row, containers, created)[-room:]
    sizes = _sizes(spans, end, room)
    lines: list[Line] = []
    for number, name in enumerate(names):
        line: Line = [(pen.fit_name(pen.say(name), label) + "  ", "")]
        for span, size in zip(spans, sizes, strict=True):
            state = span.states[number]
            if state in _WITH_PAUSE and size > 1:
                # On newer clusters a container stays "terminated" through most of its pause.
                ended = _WITH_PAUSE[state]
                line.append(pen.sign(ended))
                line.append(pen.sign("back-off", size - 1))
            else:
                state = _WITH_PAUSE.get(state, state)
                line.append(pen.sign(state, size))
        lines.append(line)
    axis = _axis(spans, sizes, created, room)
    lines.append([(" " * (label + 2), ""), (axis, "dim")])
    return lines


def _created(board: Board, row: Row) -> float:
    """The Pod's creation in stream time; before the stream's beginning it is negative."""
    created = row.pod.metadata.creation_timestamp
    if created is None or board.now is None:
        return 0.0
    return board.t - (board.now - created).total_seconds()


def _spans(board: Board, row: Row, containers: Sequence[Container], created: float) -> list[_Span]:
    versions: list[tuple[float, Pod]] = [
        (one.t, one.pod)
        for one in board.timeline_of(row.ref)
        if isinstance(one, ExplainedTransition)
    ]
    versions.append((row.changed_t, row.pod))
    spans: list[_Span] = []
    if versions[0][0] - created > 1.5:  # a timestamp has whole seconds
        spans.append(_Span(created, ("unseen",) * len(containers)))
    for t, pod in versions:
        statuses = {status.name: status for status in pod.all_statuses()}
        states = tuple(_state(pod, one, statuses.get(one.name)) for one in containers)
        if not spans or spans[-1].states != states:
            spans.append(_Span(t, states))
    return spans


def _state(pod: Pod, spec: Container, status: ContainerStatus | None) -> str:
    if status is None:
        return "waiting"
    if status.state.running is not None:
        return "ready" if status.ready else "running"
    ended = status.state.terminated
    if ended is not None:
        how = "ended" if ended.exit_code == 0 else "failed"
        return f"{how}, in back-off" if outlook(pod, spec, status) == "backs-off" else how
    reason = status.state.waiting.reason if status.state.waiting is not None else ""
    if reason.endswith("BackOff"):
        return "back-off"
    return "waiting" if reason in UNTOLD else "failed"


def _sizes(spans: Sequence[_Span], end: float, room: int) -> list[int]:
    """The cells of each span: one at least, the others by the logarithm of how long it lasted."""
    following = [span.t for span in spans[1:]] + [end]
    weights = [
        math.log1p(max(after - span.t, 0.0)) for span, after in zip(spans, following, strict=True)
    ]
    total = sum(weights)
    free = room - len(spans)
    if total <= 0:
        return [1] * (len(spans) - 1) + [free + 1]
    # Rounded at the borders, not each for itself: so they fill the room exactly.
    borders = [0, *(round(free * reached / total) for reached in accumulate(weights))]
    return [1 + b - a for a, b in pairwise(borders)]


def _axis(spans: Sequence[_Span], sizes: Sequence[int], created: float, room: int) -> str:
    """When the spans begin, where there is room to say it."""
    text = ""
    at = 0
    for span, size in zip(spans, sizes, strict=True):
        mark = f"+{human_duration(max(span.t - created, 0.0))}"
        if at >= len(text) + (1 if text else 0) and at + len(mark) <= room - 4:
            text = text.ljust(at) + mark
        at += size
    return text.ljust(room - 3) + "now" if len(text) <= room - 4 else text


def lifeline(row: Row, t: float, room: int, pen: Layout) -> Line:
    """The states that a Pod went through, the newest at the right, in at most `room` cells.

    Each has at least one symbol, and one more each time that it lasted twice as long: the pauses of
    a crash loop, which double, grow by one. Where that needs more room the longest give way, down
    to one symbol each, so that as much of the life is seen as can be; then the oldest are left out.
    """
    spans = row.lifeline
    ends = [*(span.t for span in spans[1:]), row.gone_t if row.gone else t]
    sizes = [
        1 if span.state in _MOMENTS else _length(end - span.t)
        for span, end in zip(spans, ends, strict=False)
    ]
    most = 1 if room < _EACH_ONE else max(sizes, default=1)
    while most > 1 and sum([min(size, most) for size in sizes]) > room:
        most -= 1
    sizes = [min(size, most) for size in sizes]
    left = len(spans) - max(room - 1, 1) if len(spans) > room else 0
    parts = [pen.sign(span.state, size) for span, size in zip(spans, sizes, strict=True)]
    return [(pen.symbol("ellipsis"), "dim"), *parts[left:]] if left else parts


_EACH_ONE = 20
"""Below so many cells a state is one symbol: else one that lasts would be all that is seen."""
_MOMENTS = frozenset({PodState.UNSEEN, PodState.GONE})


def _length(seconds: float) -> int:
    """How many cells a state has: 1 below 1 s, 2 below 2 s, 3 below 4 s, 7 below 64 s …"""
    return 1 + int(max(seconds, 0.0)).bit_length()
