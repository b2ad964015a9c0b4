"""What there is instead of what a word asks for, so that a typing error in it can be seen.

Responsible for what a field or condition is now; whether the word holds is `holds`' business.
"""

from collections.abc import Sequence

from podwatch.core.expectations.expectation import About, Word
from podwatch.core.expectations.holds import asks_target, pod_holds
from podwatch.core.expectations.view import View
from podwatch.core.kube import Condition, Owner, PersistentVolumeClaim, Pod
from podwatch.core.text import listed
from podwatch.errors import nearest


def instead(view: View, word: Word) -> str:
    """What the first thing that it does not hold of has instead, as a clause; empty if unknown."""
    if view.target.is_claim or asks_target(view.target, word):
        asked = view.claim if view.target.is_claim else view.settled
        return _has(asked, word) if asked is not None else ""
    for tracked in view.pods:
        if not pod_holds(tracked, word):
            shown = word.about is About.STATUS
            has = f"it is {tracked.status}" if shown else _has(tracked.pod, word)
            of = "" if view.target.is_one_pod else f"Pod {tracked.pod.metadata.name}: "
            return f"{of}{has}" if has else ""
    return ""


def _has(object_: Pod | Owner | PersistentVolumeClaim, word: Word) -> str:
    match word.about:
        case About.CONDITION:
            return _of_conditions(object_.status.conditions, word.name)
        case About.JSONPATH if word.path is not None:
            values = word.path.values_in(object_)
            return f"it is {listed(values[:3])}" if values else "it is not there"
        case About.PHASE:
            phase = getattr(object_.status, "phase", "")
            return f"it is {phase}" if phase else ""
    return ""


def _of_conditions(conditions: Sequence[Condition], type_: str) -> str:
    for one in conditions:
        if one.type.lower() == type_.lower():
            return f"it is {one.status}{f' ({one.reason})' if one.reason else ''}"
    types = [one.type for one in conditions]
    by_lower = {name.lower(): name for name in types}
    meant = by_lower.get(nearest(type_.lower(), by_lower), "")
    if meant:
        return f"there is no such condition (did you mean {meant}?)"
    return f"there is no such condition; there are {listed(types)}" if types else ""
