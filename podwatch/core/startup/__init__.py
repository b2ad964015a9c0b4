"""Startup: what the start of a Pod consisted of, and how long each stage took.

Responsible for the stages from the Pod's creation to Ready (`stages`), for their times and for how
well these are known (`instants`); and for the stages that a budget can be given (`passed`). Not
responsible for drawing them.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

import msgspec

from podwatch.core.kube import Pod
from podwatch.core.startup.instants import ALREADY_THERE, Sightings
from podwatch.core.startup.stages import Progress, Stage, StageName, Start
from podwatch.core.timeline import Explained

__all__ = ["ALREADY_THERE", "Progress", "Stage", "StageName", "Waterfall", "passed", "waterfall"]


class Waterfall(msgspec.Struct, frozen=True, kw_only=True):
    """The stages of one Pod's start. `slowest` is one of them if one certainly is.

    `seconds` is the time from the Pod's creation to Ready, None as long as that is not known;
    `created_t` the stream's time at which it was seen to be created, if it was.
    """

    stages: tuple[Stage, ...]
    slowest: Stage | None
    seconds: float | None
    created_t: float | None
    whole_seconds: bool


def waterfall(pod: Pod, own: Sequence[Explained], now: datetime | None, skew: float) -> Waterfall:
    """The stages of the start of a Pod, from its own fields and what was told of it.

    `now` is the cluster's clock, if it is known; `skew` how far that is ahead of ours, in seconds.
    """
    seen = Sightings(pod, own, now, skew)
    stages = tuple(Start(pod, seen).stages())
    ready = stages[-1]
    return Waterfall(
        stages=stages,
        slowest=_slowest(stages),
        seconds=ready.end,
        created_t=seen.created_t,
        whole_seconds=ready.whole_seconds or seen.created_is_whole,
    )


def _slowest(stages: tuple[Stage, ...]) -> Stage | None:
    """The one that took longest, if that is certain for all that whole seconds can hide."""
    # A pull that nothing tells of is part of the start that follows on it.
    certain = (stage for stage in stages if stage.name is not StageName.PULLED)
    if any(stage.progress is Progress.UNKNOWN for stage in certain):
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


def passed(pod: Pod, pulled: frozenset[str]) -> Iterator[str]:
    """The stages that the Pod has passed; one that ended well has passed them all.

    `pulled` are the containers whose images are there by an Event.
    """
    done = pod.status.phase == "Succeeded"
    statuses = pod.status.container_statuses
    started = done or (bool(statuses) and all(status.container_id for status in statuses))
    if done or pod.is_true("PodScheduled") or pod.spec.node_name:
        yield "scheduled"
    if done or pod.is_true("Initialized"):
        yield "initialized"
    if started or {container.name for container in pod.spec.containers} <= pulled:
        yield "pulled"
    if started:
        yield "started"
    if done or pod.is_true("Ready"):
        yield "ready"
