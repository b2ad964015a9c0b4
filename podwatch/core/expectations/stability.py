"""For how long what is ready has to stay so if nobody says: Ready for a moment is no success.

Responsible for which Pods are held, and until when. A container without a readiness probe counts as
ready as soon as its program runs, so one that fails after a second is ready until then. A probe
says more, but not enough of what failed a moment ago: it may succeed in each run. Since when it is
so is seen, or, of what was there before the watch, told by the Pod: what has been ready for long is
not held.
"""

from podwatch.core.expectations import rollout
from podwatch.core.expectations.expectation import STABLE, About, Word
from podwatch.core.expectations.tracked_pod import TrackedPod
from podwatch.core.expectations.view import NEVER, View
from podwatch.core.kube import Container, Job, Pod
from podwatch.core.kubelet import run_time

OUTLIVES = 60.0
"""A container that failed within so many seconds has to outlive that run as well."""
_CONDITIONS = frozenset({"ready", "containersready", "available"})


def unprobed(pod: Pod) -> list[Container]:
    """Its app containers and sidecars that nothing asks whether they are ready."""
    return [one for one in _lasting(pod) if one.readiness_probe is None]


def unproven(pod: Pod) -> dict[str, float]:
    """Those of which their being ready says too little, with how many seconds they have to outlive:
    none, or as many as their last run took that failed soon.
    """
    runs = {one.name: run_time(one.last_state.terminated) for one in pod.all_statuses()}
    short = {
        name: ran.total_seconds()
        for name, ran in runs.items()
        if ran is not None and ran.total_seconds() <= OUTLIVES
    }
    return {
        one.name: short.get(one.name, 0.0)
        for one in _lasting(pod)
        if one.readiness_probe is None or one.name in short
    }


def _lasting(pod: Pod) -> list[Container]:
    """Its containers that are to run for as long as it does."""
    sidecars = (one for one in pod.spec.init_containers if one.restart_policy == "Always")
    return [*pod.spec.containers, *sidecars]


def is_held(view: View, word: Word) -> bool:
    """Whether such a word has to go on holding although nobody asked for that."""
    if view.wanted.stable is not None or isinstance(view.owner, Job):
        return False
    return _is_ready(word)


def undisturbed_since(view: View, word: Word, since: float) -> float:
    """Since when a word that holds since then has held in truth.

    A container that ends and is started again at once, as after its liveness probe, need never be
    seen not to be ready.
    """
    if not _is_ready(word):
        return since
    return max([since, *(tracked.runs.restarted for tracked in view.pods)])


def _is_ready(word: Word) -> bool:
    """Whether a word means that Pods are ready."""
    progress = word.about is About.CONDITION and word.name.lower() in _CONDITIONS
    return word.about in {About.READY, About.WELL} or (progress and word.value.lower() == "true")


def held_until(view: View, word: Word, *, is_last: bool) -> float:
    """When a word that holds now has done so for long enough; NEVER while a Pod is not ready.

    Pods that a workload gets while it is held, as it is scaled, do not prolong that. `is_last`:
    time is up, which is enough for those that have not failed.
    """
    if not is_held(view, word):
        return view.t
    held = [one for one in view.pods if not one.pod.status.is_over and unproven(one.pod)]
    ends = [_settles(view, tracked) for tracked in held]
    failed = [
        end for end, one in zip(ends, held, strict=True) if any(one.runs.restarts(one.pod).values())
    ]
    if is_last and not failed and NEVER not in ends:
        return view.t
    if view.owner is not None:
        if len(view.pods) < rollout.wanted(view.owner, [one.pod for one in view.pods]):
            return NEVER  # its own status can be known before its Pods are
        known = view.state.held
        view.state.held = len(ends) if known is None else min(len(ends), known)
        needed = view.state.held
    else:
        needed = len(ends)
    return max([view.t, *sorted(ends)[:needed], *failed])


def _settles(view: View, tracked: TrackedPod) -> float:
    """When a Pod has been ready for long enough, in the stream's time."""
    ready, now = tracked.pod.condition("Ready"), view.now
    if ready is None or ready.status != "True":
        return NEVER
    since = [ready.last_transition_time]
    hold = STABLE
    for name, ran in unproven(tracked.pod).items():
        status = tracked.pod.status_of(name)
        if status is None:
            continue
        if status.state.running is None:  # the condition is not up to date
            return NEVER
        since.append(status.state.running.started_at)
        hold = max(hold, STABLE + ran)
    youngest = max(filter(None, since), default=None)
    if tracked.runs.was_seen or youngest is None or now is None:
        return tracked.runs.since + hold  # a node's clock can be wrong
    return min(tracked.runs.since, view.t - (now - youngest).total_seconds()) + hold
