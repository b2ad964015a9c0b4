"""Why a target is not as expected yet, where that is known.

Responsible for the cause that is told while it is waited for, and at the time-out: it decides
nothing. What decides is `permanent`'s; what is the matter with a Pod is the diagnosis' to say.
"""

from collections.abc import Iterator

from podwatch.core.diagnosis import diagnosed
from podwatch.core.durations import approximate
from podwatch.core.expectations import claims, hindrance
from podwatch.core.expectations.expectation import About, Word
from podwatch.core.expectations.holds import pod_holds
from podwatch.core.expectations.verdict import Cause
from podwatch.core.expectations.view import View
from podwatch.core.finding import Finding
from podwatch.core.kube import KubeObject, Pod, ReplicaSet
from podwatch.core.shortfall import Shortfall, shortfalls


def known(view: View, word: Word | None) -> Cause | None:
    """The first cause for which a word does not hold of a target, or of its Pods a budget."""
    ends = word is not None and word.about is About.GONE
    if not ends and (hindrance_ := hindrance.known(view)) is not None:
        return hindrance_
    if view.target.is_claim and not ends:
        return claims.known(view)
    pods = view.state.pods.values() if ends else view.pods or view.generation
    helped: Cause | None = None
    for tracked in pods:
        if tracked.gone or (word is not None and pod_holds(tracked, word)):
            continue
        if ends and tracked.pod.metadata.deletion_timestamp is None:
            continue  # what keeps it from running does not keep it from ending
        found = diagnosed(tracked.pod, view.around(tracked.pod), view.now).first
        if found.role != "cause" and (helped is not None or found.symptom.part != "scheduling"):
            continue
        sentence = f"Pod {tracked.pod.metadata.name}: {found.clause}"
        cause = _cause(view, found, sentence, tracked.pod)
        if found.role == "cause":
            return cause
        helped = cause  # it waits for a node that somebody makes, or makes free
    lacks = _lacks(view) if not ends else None
    if lacks is None:
        return helped
    return _cause(view, lacks.finding, lacks.finding.clause + _as_of(view, lacks))


def refusal(view: View) -> str:
    """Why the Pods that a workload lacks can't be made, in words; empty where it lacks none."""
    lacks = _lacks(view)
    return str(lacks.finding.symptom.facts.get("message.detail", "")) if lacks is not None else ""


def _cause(view: View, found: Finding, sentence: str, pod: Pod | None = None) -> Cause:
    subject = found.symptom.subject
    return Cause(
        sentence=sentence,
        certain=False,
        rule=found.state,
        pod=pod,
        container=subject if pod is not None and pod.spec_of(subject) is not None else "",
        explanation=view.catalog.lesson(found.concept, found.sentence, found.tries),
    )


def _as_of(view: View, lacks: Shortfall) -> str:
    """Of when a quota's numbers are: it may have room since, and the controller not know yet.

    Its controller puts off the next try from 5 ms to 1,000 s, twice as long each time
    (`DefaultTypedControllerRateLimiter`,
    https://github.com/kubernetes/client-go/blob/v0.34.0/util/workqueue/default_rate_limiters.go).
    """
    if lacks.finding.symptom.facts.get("message.cause") != "quota-exceeded":
        return ""
    when = "when that was tried"
    if lacks.refused is not None and view.now is not None:
        when = f"{approximate(view.now - lacks.refused)} ago"
    return f"; so it was {when}, and its controller tries again after pauses that double"


def _lacks(view: View) -> Shortfall | None:
    """That a workload lacks Pods which nobody can make."""
    if view.owner is None:
        return None
    about = list(_about_owner(view))
    return next(iter(shortfalls(about)), None)


def _about_owner(view: View) -> Iterator[KubeObject]:
    """What makes its Pods, and what was said about these since the newest Pod."""
    pods = [tracked.pod for tracked in view.generation]
    made = (pod.metadata.creation_timestamp for pod in pods)
    newest = max(filter(None, made), default=None)
    yield from pods
    for maker in view.makers:
        yield maker
        if isinstance(maker, ReplicaSet) and not maker.status.conditions:
            continue  # its condition tells whether it is still so
        for event in view.store.events.get(("", maker.metadata.uid), {}).values():
            if newest is None or event.last_seen is None or event.last_seen >= newest:
                yield event
