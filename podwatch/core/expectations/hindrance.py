"""What keeps a whole target from being as expected, beside what is the matter with its Pods.

Responsible for the cause that is told while it is waited for, and at the time-out: that it is not
there, is ending, is held by somebody, or is behind a Pod of its own. How that is said of a workload
is `podwatch.core.held`'s business.
"""

from podwatch.core.diagnosis import diagnosed
from podwatch.core.expectations import rollout
from podwatch.core.expectations.verdict import Cause
from podwatch.core.expectations.view import View
from podwatch.core.held import Note, behind, ending, in_the_way, stopped
from podwatch.core.kube import Pod
from podwatch.core.stream import ConnectionState, Scope


def known(view: View) -> Cause | None:
    """The cause, if there is one."""
    if view.never_came:
        why = absence(view)
        return Cause(sentence=why, certain=False, rule="not-there") if why else None
    if view.target.is_one_pod:
        return _ending_pod(view)
    owner = view.owner
    if owner is None:
        return None
    if (note := ending(owner)) is not None:
        return _cause(note, "is-ending")
    if (note := stopped(owner)) is not None and rollout.is_stopped(owner):
        return _cause(note, "is-stopped")
    present = [tracked.pod for tracked in view.state.pods.values() if not tracked.gone]
    pod = in_the_way(owner, present, parallel=not view.store.before_1_35)
    return _cause(behind(pod), "pod-in-the-way", pod) if pod is not None else None


def absence(view: View) -> str:
    """Why a target never came, or what else was meant, in words; empty where nobody knows."""
    target, store = view.target, view.store
    missing = store.connections.get(Scope("Namespace", target.namespace))
    if missing is not None and missing.state == ConnectionState.MISSING:
        return missing.cause.partition("; ")[0]
    near = next(
        (
            name
            for scope, name in store.near.items()
            if name
            and (scope.kind, scope.namespace, scope.name)
            == (target.kind, target.namespace, target.name)
        ),
        "",
    )
    return f"there is {target.kind.lower()}/{near}: did you mean that?" if near else ""


def _ending_pod(view: View) -> Cause | None:
    for tracked in view.there:
        if tracked.pod.metadata.deletion_timestamp is not None:
            found = diagnosed(tracked.pod, view.around(tracked.pod), view.now).first
            return Cause(sentence=found.clause, certain=False, rule=found.state, pod=tracked.pod)
    return None


def _cause(note: Note, rule: str, pod: Pod | None = None) -> Cause:
    tries = (note.command,) if note.command else ()
    sentence = note.sentence.removesuffix(".")
    return Cause(sentence=sentence, certain=False, rule=rule, pod=pod, tries=tries)
