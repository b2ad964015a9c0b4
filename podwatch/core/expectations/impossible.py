"""Words that can never be met for a target, whatever happens: nothing is waited for then.

Responsible for what is known of a target by its kind alone, and for why a word contradicts it. What
a concept needs is data (its patterns), which conditions a kind has is said by `kube.kinds`.
"""

from podwatch.core.concepts import Catalog
from podwatch.core.concepts.concept import Concept
from podwatch.core.concepts.patterns import FactTest, equal
from podwatch.core.expectations.expectation import (
    POD_CONDITIONS,
    About,
    Expectations,
    Target,
    Word,
)
from podwatch.core.expectations.grammar import CLAIM_PHASES, PHASES
from podwatch.core.kube import KINDS
from podwatch.core.states import Existence
from podwatch.core.text import listed
from podwatch.errors import PodwatchError

_ENDS = frozenset({About.SUCCEEDED, About.FAILED})
_STARTED_AGAIN = frozenset({"Deployment", "ReplicaSet", "StatefulSet", "DaemonSet"})
"""The kinds whose Pods have restartPolicy Always, which their API asks for.

https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/apis/apps/validation/validation.go
"""


def check(wanted: Expectations, catalog: Catalog) -> Expectations:
    """The same; PodwatchError for a word that can never be met, or never be refused."""
    _check_claims(wanted)
    for target in wanted.targets:
        refusals = [_refused(word, target, catalog) for word in wanted.words]
        if (first := next(filter(None, refusals), None)) and not (wanted.any_ and None in refusals):
            raise first
        for phase in wanted.sequence if not target.is_claim else ():
            if refusal := _refused(
                Word(f"phase={phase}", About.PHASE, value=phase), target, catalog
            ):
                raise refusal
    for word in wanted.never:
        refusals = [_refused_of_any(word, target, catalog) for target in wanted.targets]
        if refusals and None not in refusals and (first := refusals[0]):
            raise first
    return wanted


def _refused(word: Word, target: Target, catalog: Catalog) -> PodwatchError | None:
    """Why a target can't be so, if it can't."""
    ends = word.about in _ENDS or (
        word.about is About.PHASE and word.value in {"Succeeded", "Failed"}
    )
    if ends and target.kind in _STARTED_AGAIN:
        verb = "fail" if "ailed" in word.text else "succeed"
        return PodwatchError(
            f"{target} can't be expected to {verb}: the containers of a {target.kind} are "
            "started again whenever they end",
            "expect it to be ready; what should end well is a Job",
        )
    return _refused_of_any(word, target, catalog)


def _refused_of_any(word: Word, target: Target, catalog: Catalog) -> PodwatchError | None:
    """Why not even one Pod of a target can be so, nor it itself, if it can't."""
    if target.is_claim:
        return _claim_refused(word, target)
    if word.about is About.PHASE and word.value not in PHASES:
        return PodwatchError(
            f"{target} never has the phase {word.value}: it is one of a claim to storage",
            f"the phases of Pods are {', '.join(PHASES)}",
        )
    if word.about is About.CONDITION:
        return _condition_refused(word, target)
    concept = catalog.by_id.get(word.name) if word.about is About.CONCEPT else None
    if concept is None or _may_be_shown(concept, target):
        return None
    hint = f"read it with podwatch explain {concept.id}"
    if concept.when:
        return PodwatchError(
            f'"{concept.id}" can never be shown by {target}: it is about {_about(concept)}',
            f"leave it out; {hint}",
        )
    return PodwatchError(
        f'"{concept.id}" can never be shown by a Pod: it is a lesson, not something that happens',
        f"name a concept that Pods show, such as crash-loop-back-off; {hint}",
    )


def _check_claims(wanted: Expectations) -> None:
    """PodwatchError for an option that is about Pods where only claims are judged."""
    options = {
        "--within": bool(wanted.within),
        "--sequence": bool(wanted.sequence),
        "--max-restarts": wanted.max_restarts is not None,
    }
    option = next((name for name, given in options.items() if given), "")
    if option and all(target.is_claim for target in wanted.targets):
        raise PodwatchError(
            f"{option} is about Pods, and {wanted.targets[0]} has none of its own",
            "leave it out, or name what uses the claim, too",
        )


def claims_can_be(word: Word) -> bool:
    """Whether it is a word about claims, which have no Pods of their own."""
    match word.about:
        case About.PHASE:
            return word.value in CLAIM_PHASES
        case About.CONDITION:
            return word.name.lower() in map(str.lower, KINDS["PersistentVolumeClaim"].conditions)
        case About.JSONPATH if word.path is not None:
            return word.path.is_of("PersistentVolumeClaim")
    return word.about in {About.READY, About.GONE, About.CREATE}


def _claim_refused(word: Word, target: Target) -> PodwatchError | None:
    if claims_can_be(word):
        return None
    return PodwatchError(
        f'{target} can never be "{word.text}": it is a claim to storage, which has no Pods',
        "expect it to be ready: bound, or waiting for its first Pod",
    )


def _condition_refused(word: Word, target: Target) -> PodwatchError | None:
    """Others may give a Pod conditions of their own; a workload has those of its controller."""
    type_ = word.name.lower()
    owners = {name: kind.conditions for name, kind in KINDS.items() if kind.conditions}
    with_it = [name for name, types in owners.items() if type_ in map(str.lower, types)]
    asks_pods = type_ in POD_CONDITIONS
    if target.kind == "Pod" or asks_pods or not with_it or target.kind in with_it:
        return None
    has = ", ".join(f"condition={one}" for one in KINDS[target.kind].conditions)
    also = f", or {has}" if has else ""
    return PodwatchError(
        f"{target} never has the condition {word.name}: it is one of a {with_it[0]}",
        f"expect a {target.kind} to be ready{also}",
    )


# ── what a concept needs ──


def _may_be_shown(concept: Concept, target: Target) -> bool:
    """Whether one of its patterns can match something of the target."""
    known = _known(target)
    return any(
        all(
            _admits(test, known[test.name]) if test.name in known else _is_of(target, test)
            for test in when.tests
        )
        for when in concept.when
    )


def _about(concept: Concept) -> str:
    """What it is about, if that is a kind of objects, in words."""
    tests = [test for when in concept.when for test in when.tests if not test.negated]
    kinds = [test.values for test in tests if test.name in {"object.kind", "pod.owner_kind"}]
    named = dict.fromkeys(f"{value}s" for values in kinds for value in values if value != "*")
    return listed([*named]) or "what is selected by labels"


_OF_A_SELECTION = {Existence.MATCHING, Existence.NOT_MATCHING, Existence.LOST_SIGHT}


def _is_of(target: Target, test: FactTest) -> bool:
    """Whether it may be: only what is selected by labels enters or leaves a selection."""
    of_a_selection = test.name == "transition.after" and {*test.values} <= _OF_A_SELECTION
    return bool(target.selector) or not of_a_selection


def _admits(test: FactTest, values: frozenset[str]) -> bool:
    """Whether a fact that has one of these values may pass the test."""
    return any(
        any(equal(value, wanted) for wanted in test.values) != test.negated for value in values
    )


def _known(target: Target) -> dict[str, frozenset[str]]:
    """What facts can be for this target, where that is known."""
    kind = target.kind
    known: dict[str, frozenset[str]] = {"object.kind": frozenset({"Pod"})}
    if kind == "Pod":
        return known
    maker = "ReplicaSet" if kind == "Deployment" else kind
    known["object.kind"] = frozenset({"Pod", kind, maker})
    known["pod.owner_kind"] = frozenset({maker})
    known["pod.restart_policy"] = frozenset(
        {"Always"} if kind in _STARTED_AGAIN else {"OnFailure", "Never"}
    )
    return known
