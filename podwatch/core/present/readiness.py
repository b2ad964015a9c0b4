"""Why a Pod is not ready where its containers are, and what becomes of its resizes.

Responsible for the facts of the parts `readiness` and `resize`, and of conditions as such.
"""

from collections.abc import Iterator
from functools import partial

from podwatch.core.concepts.patterns import Facts
from podwatch.core.kube import Condition, PodCondition
from podwatch.core.messages import cause
from podwatch.core.present.facts import (
    PartFacts,
    Seen,
    Symptom,
    after_colon,
    decoded,
)
from podwatch.core.states import Facet, condition_state


def readiness(seen: Seen) -> Iterator[Symptom]:
    """Why it is not ready, where that is not its containers' doing; and what is off besides."""
    pod = seen.pod
    if (ready := pod.condition("Ready")) is not None:
        yield _ready(seen, ready)
    for type_ in ("PodResizePending", "PodResizeInProgress"):
        resize = pod.condition(type_)
        if resize is not None and resize.status == "True":
            told = condition_facts(resize)
            groups = {"message": partial(decoded, resize.message)}
            yield Symptom(
                "resize",
                PartFacts(seen, told, groups),
                Facet.CONDITION,
                type_,
                condition_state(resize),
            )


def _ready(seen: Seen, ready: PodCondition) -> Symptom:
    pod = seen.pod
    gates = [
        gate.condition_type
        for gate in pod.spec.readiness_gates
        if not pod.is_true(gate.condition_type)
    ]
    closed = pod.condition(gates[0]) if gates else None
    facts: Facts = {
        "readiness.ready": ready.status == "True",
        "readiness.containers": pod.is_true("ContainersReady"),
        "readiness.reason": ready.reason,
        "readiness.which": _which(ready.message),
        "readiness.gates": ", ".join(gates),
        "readiness.gate": gates[0] if gates else "",
        "readiness.gate_reason": f" ({closed.reason})" if closed and closed.reason else "",
    }
    groups = {"message": partial(decoded, closed.message if closed is not None else "")}
    state = condition_state(ready)
    return Symptom("readiness", PartFacts(seen, facts, groups), Facet.CONDITION, "Ready", state)


def _which(message: str) -> str:
    """Which containers are not ready, or whatever else is said of it, after a colon."""
    known = cause(message)
    if not known.detail:
        return ""
    names = known.detail.removeprefix("not ready: ")
    return f": {names.replace(' ', ', ')}" if names != known.detail else f": {names}"


def condition_facts(condition: Condition) -> Facts:
    """The facts of one condition."""
    return {
        "condition.type": condition.type,
        "condition.status": condition.status,
        "condition.reason": condition.reason,
        "condition.message": condition.message,
        "condition.after_colon": after_colon(condition.message),
    }
