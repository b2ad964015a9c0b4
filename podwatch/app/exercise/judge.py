"""Whether an exercise is solved, judged on the cluster.

Responsible for judging its checks in their order, up to the first that is not so: states by the
judge of `podwatch expect`, all else by `podwatch.app.exercise.effects`.
"""

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from podwatch.app.exercise.asking import EffectAsking
from podwatch.app.exercise.effects import Effects
from podwatch.app.exercise.uptime import Uptime
from podwatch.app.expect import Expect, decided
from podwatch.core.expectations import Outcome
from podwatch.core.kube import Pod
from podwatch.course import Exercise
from podwatch.course.checks import ExerciseCheck
from podwatch.course.judged import ExerciseResult, Judged, Standing
from podwatch.errors import ExitCode, PodwatchError
from podwatch.renderers.standing import StandingLine
from podwatch.renderers.verdict.evidence import Evidence
from podwatch.sources.api import ApiError, Unreachable
from podwatch.sources.kubectl import Kubectl

if TYPE_CHECKING:
    from podwatch.sources.cluster.cluster import Cluster
    from podwatch.sources.cluster.trials import Trials

_OUTCOMES = {Outcome.MET: Standing.SOLVED, Outcome.UNAVAILABLE: Standing.UNKNOWN}


def judged(
    exercise: Exercise, cluster: "Cluster", kubectl: Kubectl, namespace: str, line: StandingLine
) -> ExerciseResult:
    """What came of it; `line` says meanwhile how it stands."""
    from podwatch.sources.cluster.trials import Trials

    trials = Trials(cluster.requests)
    asking = EffectAsking(trials, namespace, line.wait, time.monotonic, time.sleep)
    effects = Effects(asking, kubectl, line.tell)
    found: list[Judged] = []
    uptime = Uptime(lambda selector: trials.pods(namespace, selector))
    try:
        for number, check in enumerate(exercise.checks, 1):
            line.of = f"{number} of {len(exercise.checks)}"
            if check.effect is None:
                found.append(_state(check, cluster, namespace, line, trials))
            else:
                found.append(effects.judged(check))
            if found[-1].standing is not Standing.SOLVED:
                break
            if selector := _selector(check):
                uptime.note(check, selector)
        if found[-1].standing is Standing.SOLVED and (ended := uptime.ended()) is not None:
            found = [*found[: exercise.checks.index(ended.check)], ended]
    finally:
        line.close()
    standing = found[-1].standing
    if standing is not Standing.SOLVED and (gone := trials.missing(namespace)):
        last = Judged(check=found[-1].check, standing=Standing.UNKNOWN, said=(gone,))
        return ExerciseResult(standing=Standing.UNKNOWN, judged=(*found[:-1], last))
    return ExerciseResult(standing=standing, judged=tuple(found))


def _selector(check: ExerciseCheck) -> str:
    """Of the Pods that a check is about; empty where it is about a workload, or none of it."""
    return check.target.removeprefix("-l ") if check.target.startswith("-l ") else ""


def _state(
    check: ExerciseCheck,
    cluster: "Cluster",
    namespace: str,
    line: StandingLine,
    trials: "Trials",
) -> Judged:
    """What `podwatch expect` says of it."""
    pods = _selector(check)
    target = workload(_staying(trials, namespace, pods) or ()) if pods else check.target
    selector = "" if target else pods
    options = Expect(
        targets=(target,) if target else (),
        selectors=(selector,) if selector else (),
        namespace=namespace,
        words=[word.strip() for word in check.expect.split(",")],
        stable=check.stable,
        timeout=check.within + check.stable,
        access=cluster.access,
        logs=False,
        stays=True,
        environment={},
    )
    try:
        evidence = decided(options, line)
    except PodwatchError as error:
        if error.exit_code is not ExitCode.UNAVAILABLE:
            raise
        return Judged(check=check, standing=Standing.UNKNOWN, said=(error.message,))
    standing = _OUTCOMES.get(evidence.verdict.outcome, Standing.NOT_YET)
    if standing is Standing.SOLVED:
        return Judged(check=check, standing=standing, said=(_of_pods(evidence, selector),))
    if pods and standing is Standing.NOT_YET and _staying(trials, namespace, pods) == []:
        said = f"there is no Pod with the label {pods}"
        return Judged(check=check, standing=standing, said=(said,))
    return _not_solved(check, standing, evidence, selector)


def _not_solved(
    check: ExerciseCheck, standing: Standing, evidence: Evidence, selector: str
) -> Judged:
    """The cause and its Pod, as podwatch has them; of Pods that are fine what is waited for."""
    for story in evidence.stories:
        if story.diagnosis is not None and story.diagnosis.role != "fine":
            said = f"Pod {story.name}: {story.diagnosis.sentence}"
            return Judged(check=check, standing=standing, said=(said,), pod=story.name)
    cause = evidence.verdict.cause
    said = cause.sentence if cause is not None else _of_pods(evidence, selector)
    return Judged(check=check, standing=standing, said=(said,))


def _of_pods(evidence: Evidence, selector: str) -> str:
    """The verdict's sentence, without the option that a selector is written with."""
    sentence = evidence.verdict.sentence
    return sentence.replace(f"-l {selector}", f"Pods with {selector}", 1) if selector else sentence


def _staying(trials: "Trials", namespace: str, selector: str) -> list[Pod] | None:
    """A selector's Pods that are not ending; None where that can't be known."""
    try:
        pods = trials.pods(namespace, selector)
    except (ApiError, Unreachable):
        return None
    return [one for one in pods if one.metadata.deletion_timestamp is None]


def workload(pods: Sequence[Pod]) -> str:
    """The one workload, as a target, that these Pods belong to; empty if it is none, or several.

    Its newest Pods say what the last change made of it, where a selector finds the old ones, too.
    """
    owners = {_owner(one) for one in pods}
    return owners.pop() if len(owners) == 1 else ""


def _owner(pod: Pod) -> str:
    owner = pod.metadata.controller
    if owner is None or owner.kind not in {"ReplicaSet", "StatefulSet", "DaemonSet"}:
        return ""
    if owner.kind != "ReplicaSet":
        return f"{owner.kind.lower()}/{owner.name}"
    # https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#pod-template-hash-label
    made, _, number = owner.name.rpartition("-")
    of_deployment = number and number == pod.metadata.labels.get("pod-template-hash")
    return f"deployment/{made}" if of_deployment else f"replicaset/{owner.name}"
