"""Whether an exercise is solved, judged on the cluster.

Responsible for judging its checks in their order, up to the first that is not so: states by the
judge of `podwatch expect`, all else by `podwatch.app.exercise.effects`.
"""

import time
from typing import TYPE_CHECKING

from podwatch.app.exercise.asking import EffectAsking
from podwatch.app.exercise.effects import Effects
from podwatch.app.expect import Expect, decided
from podwatch.core.expectations import Outcome
from podwatch.course import Exercise
from podwatch.course.checks import ExerciseCheck
from podwatch.course.judged import ExerciseResult, Judged, Standing
from podwatch.errors import ExitCode, PodwatchError
from podwatch.renderers.standing import StandingLine
from podwatch.renderers.verdict.evidence import Evidence
from podwatch.sources.kubectl import Kubectl

if TYPE_CHECKING:
    from podwatch.sources.cluster.cluster import Cluster

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
    try:
        for number, check in enumerate(exercise.checks, 1):
            line.of = f"{number} of {len(exercise.checks)}"
            if check.effect is None:
                found.append(_state(check, cluster, namespace, line))
            else:
                found.append(effects.judged(check))
            if found[-1].standing is not Standing.SOLVED:
                break
    finally:
        line.close()
    standing = found[-1].standing
    if standing is not Standing.SOLVED and (gone := trials.missing(namespace)):
        last = Judged(check=found[-1].check, standing=Standing.UNKNOWN, said=(gone,))
        return ExerciseResult(standing=Standing.UNKNOWN, judged=(*found[:-1], last))
    return ExerciseResult(standing=standing, judged=tuple(found))


def _state(check: ExerciseCheck, cluster: "Cluster", namespace: str, line: StandingLine) -> Judged:
    """What `podwatch expect` says of it."""
    selector = check.target.removeprefix("-l ") if check.target.startswith("-l ") else ""
    options = Expect(
        targets=() if selector else (check.target,),
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
        return Judged(check=check, standing=standing, said=(evidence.verdict.sentence,))
    return _not_solved(check, standing, evidence)


def _not_solved(check: ExerciseCheck, standing: Standing, evidence: Evidence) -> Judged:
    """The cause and its Pod, as podwatch has them; of Pods that are fine what is waited for."""
    for story in evidence.stories:
        if story.diagnosis is not None and story.diagnosis.role != "fine":
            said = f"Pod {story.name}: {story.diagnosis.sentence}"
            return Judged(check=check, standing=standing, said=(said,), pod=story.name)
    cause = evidence.verdict.cause
    said = cause.sentence if cause is not None else evidence.verdict.sentence
    return Judged(check=check, standing=standing, said=(said,))
