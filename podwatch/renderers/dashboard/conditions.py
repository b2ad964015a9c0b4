"""A Pod's conditions, a line each.

Responsible for their order and for how each is said.
"""

from podwatch.core.durations import human_duration
from podwatch.core.kube import Pod, PodCondition
from podwatch.renderers.dashboard.bars import LateLine
from podwatch.renderers.dashboard.layout import Layout

_ORDER = ("PodScheduled", "PodReadyToStartContainers", "Initialized", "ContainersReady", "Ready")
"""The conditions of every Pod in the order in which they become True."""


def conditions(pod: Pod, pen: Layout) -> list[LateLine]:
    """The conditions in the order of a start, then the others; readiness gates too."""
    known = {condition.type: condition for condition in pod.status.conditions}
    gates = [gate.condition_type for gate in pod.spec.readiness_gates]
    types = dict.fromkeys((*_ORDER[:-1], *gates, _ORDER[-1], *known))
    lines = [LateLine([("conditions", pen.style("heading"))])]
    for type_ in types:
        standard = type_ in _ORDER or type_ in gates
        lines.append(_condition_line(type_, known.get(type_), pod, pen, standard=standard))
    return lines


def _condition_line(
    type_: str, condition: PodCondition | None, pod: Pod, pen: Layout, *, standard: bool
) -> LateLine:
    dim = pen.style("dim")
    name = pen.say(type_)
    if condition is None:
        return LateLine([(f"{pen.theme.symbol('unseen')} {name}", dim)], [(" not set yet", dim)])
    met = condition.status == "True"
    symbol = ("ended" if met else "waiting") if standard else "dot"
    since = _since(condition, pod)
    word = "" if met and standard else f" {pen.say(condition.status)}"
    reason = f" {pen.say(condition.reason)}" if condition.reason and not met else ""
    return LateLine(
        [
            (f"{pen.theme.symbol(symbol)} ", pen.style("ready") if met and standard else None),
            (name, None),
            (word, pen.style("strong")),
            (reason, dim),
        ],
        [(f" {since}", dim)] if since else [],
    )


def _since(condition: PodCondition, pod: Pod) -> str:
    """Since when, counted from the creation; both have whole seconds."""
    created, changed = pod.metadata.creation_timestamp, condition.last_transition_time
    if created is None or changed is None:
        return ""
    return f"+{human_duration(max((changed - created).total_seconds(), 0.0))}"
