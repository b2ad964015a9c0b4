"""The conditions of a Pod, and how its start went, next to each other.

Responsible for the conditions' order and for what is said of each. The chart is `startup_chart`.
"""

from itertools import zip_longest

from podwatch.core.durations import human_duration
from podwatch.core.kube import Pod, PodCondition
from podwatch.core.startup import Waterfall
from podwatch.renderers.dashboard.layout import Layout, Line
from podwatch.renderers.dashboard.startup_chart import startup_chart

_CONDITIONS = 38
"""How wide the conditions are beside the start."""
LABELS = 26
"""How wide the names of the start's stages are at most."""
_BESIDE = 76
"""From how many columns on the conditions and the start stand side by side."""


def conditions_and_start(pod: Pod, start: Waterfall, width: int, pen: Layout) -> list[Line]:
    """The conditions and the start next to each other, or one below the other."""
    limit = LABELS if width >= 98 else 20
    if width < _BESIDE:
        return [*conditions(pod, width, pen), *startup_chart(start, pod, width, limit, pen)]
    left = conditions(pod, _CONDITIONS, pen)
    right = startup_chart(start, pod, width - _CONDITIONS - 2, limit, pen)
    return [
        [*pen.cut(one or [], _CONDITIONS), ("  ", ""), *(other or [])]
        for one, other in zip_longest(left, right)
    ]


_ORDER = ("PodScheduled", "PodReadyToStartContainers", "Initialized", "ContainersReady", "Ready")
"""The conditions of every Pod in the order in which they become True."""


def conditions(pod: Pod, width: int, pen: Layout) -> list[Line]:
    """The conditions in the order of a start, then the others; readiness gates too."""
    known = {condition.type: condition for condition in pod.status.conditions}
    gates = [gate.condition_type for gate in pod.spec.readiness_gates]
    standard = dict.fromkeys((*_ORDER[:-1], *gates, _ORDER[-1]))
    lines = [pen.cut([("conditions", "heading")], width)]
    for type_ in dict.fromkeys((*standard, *known)):
        name, condition = pen.say(type_), known.get(type_)
        if condition is None:
            absent = (f"{pen.symbol('unseen')} {name}", "dim")
            lines.append(pen.cut([absent], width, [(" not set yet", "dim")]))
            continue
        met = condition.status == "True"
        calm = met and type_ in standard
        symbol = "dot" if type_ not in standard else "ended" if met else "waiting"
        parts = [
            (f"{pen.symbol(symbol)} ", "ready" if calm else ""),
            (name, ""),
            ("" if calm else f" {pen.say(condition.status)}", "strong"),
            ("" if met or not condition.reason else f" {pen.say(condition.reason)}", "dim"),
        ]
        lines.append(pen.cut(parts, width, [(_since(condition, pod), "dim")]))
    return lines


def _since(condition: PodCondition, pod: Pod) -> str:
    """Since when, counted from the creation; both have whole seconds."""
    created, changed = pod.metadata.creation_timestamp, condition.last_transition_time
    if created is None or changed is None:
        return ""
    return f" +{human_duration(max((changed - created).total_seconds(), 0.0))}"
