"""What a symptom is, and the facts that the states of concepts/states.toml ask for and show.

Responsible for the list of parts, for the facts that hold for a whole Pod, and for how messages
become facts; concepts/facts.toml lists them all. The walk over a Pod is
`podwatch.core.present.symptoms`; which Events it looks at is `podwatch.core.present.telling`'s.
"""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cached_property
from typing import Any

import msgspec

from podwatch.core.concepts.patterns import Fact, Facts
from podwatch.core.kube import Node, Pod, PodEvent
from podwatch.core.messages import cause
from podwatch.core.messages.causes import RANKS
from podwatch.core.messages.quota import is_too_small
from podwatch.core.states import Facet, State
from podwatch.core.stops import Stop, stop, unsaid_stops
from podwatch.core.surroundings import Surroundings

PARTS = (
    "disruption",
    "deletion",
    "phase",
    "node",
    "scheduling",
    "sandbox",
    "container",
    "run",
    "sidecars",
    "debug",
    "restart",
    "readiness",
    "resize",
    "progress",
    "event",
    "owner-condition",
    "owner-event",
    "claim",
)
"""What a symptom can be about."""


class Seen(msgspec.Struct, frozen=True, dict=True):
    """A version of a Pod, the Events about it, the oldest first, and the cluster's clock.

    `around`: what is known beside it; what is not known adds nothing. `named`: somebody asks for
    the Pod by its name, not for any of its controller's.
    """

    pod: Pod
    events: list[PodEvent] = []
    now: datetime | None = None
    around: Surroundings = Surroundings()
    named: bool = False

    @cached_property
    def stops(self) -> list[Stop]:
        """Why the kubelet stopped containers, as Events say, the newest first."""
        told = filter(None, map(stop, reversed(self.events)))
        return [*told, *self.around.stops, *unsaid_stops(self.pod, self.events)]

    @property
    def node(self) -> Node | None:
        """The Node that the Pod is on, where it is known."""
        name = self.pod.spec.node_name
        return next((one for one in self.around.nodes if one.metadata.name == name), None)


def after_colon(message: str) -> str:
    """All of a message after other words; empty if there is none."""
    return f": {message}" if message else ""


def _why(pod: Pod) -> str:
    """How a Pod came to its end: by its own reason, or by the containers that failed."""
    if pod.status.reason:
        return f"{pod.status.reason}{after_colon(cause(pod.status.message).detail)}"
    ends = [
        f'container "{status.name}" ended with exit code {status.state.terminated.exit_code}'
        for status in pod.all_statuses()
        if status.state.terminated is not None and status.state.terminated.exit_code
    ]
    return ", ".join(ends) or "it does not say why"


def _job_over(seen: Seen) -> str:
    """What its Job says of its end, after which it makes no Pods; empty if it goes on."""
    owners = seen.around.owners[:1]
    conditions = owners[0].status.conditions if owners else ()
    over = {"Failed", "FailureTarget", "Complete", "SuccessCriteriaMet"}
    ends = (one for one in conditions if one.type in over and one.status == "True")
    told = (f"{one.reason or one.type}{after_colon(cause(one.message).detail)}" for one in ends)
    return next(told, "")


_OF_THE_POD: dict[str, Callable[[Seen], Fact]] = {
    "pod.name": lambda seen: seen.pod.metadata.name,
    "pod.namespace": lambda seen: seen.pod.metadata.namespace,
    "pod.node": lambda seen: seen.pod.spec.node_name,
    "pod.kubelet": lambda seen: (
        f"the kubelet on {seen.pod.spec.node_name}" if seen.pod.spec.node_name else "the kubelet"
    ),
    "pod.phase": lambda seen: seen.pod.status.phase,
    "pod.reason": lambda seen: seen.pod.status.reason,
    "pod.restart_policy": lambda seen: seen.pod.spec.restart_policy,
    "pod.own_restart_rules": lambda seen: any(
        spec.restart_policy or spec.restart_policy_rules for spec in seen.pod.spec.containers
    ),
    "pod.owner": lambda seen: (
        f"{one.kind} {one.name}" if (one := seen.pod.metadata.controller) is not None else ""
    ),
    "pod.successor": lambda seen: (
        f"{one.kind} {one.name} creates another one"
        if (one := seen.pod.metadata.controller) is not None
        else "no controller owns it, so create it again if you still need it"
    ),
    "pod.owner_kind": lambda seen: (
        seen.pod.metadata.controller.kind if seen.pod.metadata.controller else ""
    ),
    "pod.owner_over": _job_over,
    "pod.owner_reason": lambda seen: _job_over(seen).partition(":")[0],
    "pod.started": lambda seen: seen.pod.has_started,
    "pod.sandbox_ready": lambda seen: seen.pod.is_true("PodReadyToStartContainers"),
    "pod.why": lambda seen: _why(seen.pod),
    "pod.ready": lambda seen: seen.pod.is_true("Ready"),
    "pod.deadline": lambda seen: (
        f" ({seconds} s)" if (seconds := seen.pod.spec.active_deadline_seconds) else ""
    ),
    "pod.os": lambda seen: seen.pod.spec.os.name if seen.pod.spec.os is not None else "",
    "pod.mirror": lambda seen: bool(seen.pod.metadata.annotations.config_mirror),
    "pod.deleting": lambda seen: seen.pod.metadata.deletion_timestamp is not None,
    "pod.over": lambda seen: seen.pod.status.is_over,
    "pod.named": lambda seen: seen.named,
}
"""The facts that hold for the whole Pod: made only when one of them is asked for."""


Makes = Callable[[], Mapping[str, Fact]]


_own = dict.get
"""Without `super()`, which costs as much as all else where a fact is asked for."""


class PartFacts(dict[str, Fact]):
    """The facts of one part of a Pod, and those that hold for all of it.

    `groups`: what makes the facts of a group (`run`, `message`), called when one of them is asked
    for first: most of what a Pod shows decides without them.
    """

    __slots__ = ("_groups", "_seen")

    def __init__(
        self, seen: Seen, facts: Mapping[str, Fact], groups: Mapping[str, Makes] | None = None
    ) -> None:
        self.update(facts)
        self._seen = seen
        self._groups = dict(groups) if groups else None

    def get(self, name: str, default: Any = None) -> Any:
        """The fact; patterns and texts ask by this method of a Mapping."""
        fact = _own(self, name)
        if fact is not None:
            return fact
        if self._groups and (makes := self._groups.pop(name.partition(".")[0], None)) is not None:
            self.update(makes())
            return self.get(name, default)
        of_the_pod = _OF_THE_POD.get(name)
        return of_the_pod(self._seen) if of_the_pod is not None else default


_OBJECT = re.compile(r"\b(ConfigMap|Secret) (\S+)")


def decoded(message: str, *, cured: bool = False) -> Facts:
    """What a message says: the class of its cause and the cause in plain words, if it is none.

    `cured`: its state knows better than the class who can change it, and how.
    """
    if not message.strip():
        return {}
    known = cause(message)
    found = _OBJECT.search(known.detail) if known.id == "key-missing" else None
    return {
        "message.object_kind": found[1] if found else "",
        "message.object": found[2].rpartition("/")[2] if found else "",
        "message.cause": known.id,
        "message.detail": known.detail,
        "message.short": known.short,
        "message.who": "" if cured or found else known.who,
        "message.cure": "" if cured or found else known.cure,
        "message.specific": known.specific >= RANKS["unknown"],
        "message.in_brackets": f" ({known.detail})" if known.detail else "",
        "message.after_colon": f": {known.detail}" if known.detail else "",
        "message.odd": f": {known.detail}" if known.detail and not known.id else "",
    }


def of_quota(message: str) -> Facts:
    """What the refusal of a Pod says of a quota."""
    return {"quota.too_small": is_too_small(message)}


ENDS = ("grace period ends", "next start", "next pull")
"""The ends of a wait that can be computed: what a state's `until` can be."""


class Symptom(msgspec.Struct, frozen=True):
    """One part of a present state: which one (of PARTS), and its facts.

    `facet`, `subject` and `state` are those of the transition that led to it, for the
    catalogue; `event` stands instead where an Event says it. `until`: those of ENDS that are
    known, computed when asked for. `stops`: nothing of the Pod that comes after it has begun, or
    matters. What `may_be_old` has to last for the grace, whatever its state says.
    """

    part: str
    facts: Mapping[str, Fact]
    facet: Facet | None = None
    subject: str = ""
    state: State | None = None
    event: PodEvent | None = None
    until: Mapping[str, Callable[[], datetime | None]] = {}
    stops: bool = False
    may_be_old: bool = False
