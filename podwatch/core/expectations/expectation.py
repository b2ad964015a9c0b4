"""What can be expected, as values: targets, words, budgets, and all of them together.

Responsible for what they say. How they are written is `grammar`'s business, whether they are met
is `judge`'s.
"""

from collections.abc import Collection
from enum import StrEnum

import msgspec

from podwatch.core.expectations.jsonpath import JsonPath
from podwatch.core.kube import Owner, PersistentVolumeClaim, Pod

MAX_RESTARTS = 3
"""How often a container may be restarted before its next failure is final, if nobody says."""
GRACE = 15.0
"""For how many seconds something that may heal at once (a Secret that comes late) is borne."""
STABLE = 10.0
"""For how many seconds what is ready has to stay so, if nobody says: Pods of which an app container
or a sidecar has no readiness probe, or failed a moment ago, counted from when they got ready."""
TIMEOUT = 120.0
"""After how many seconds it is given up, if nobody says."""
ONCE = 10.0
"""For how many seconds the cluster's first answer is waited for where the time-out is 0: that means
to look once and not to wait, as for `kubectl wait`."""

STAGES = ("scheduled", "initialized", "pulled", "started", "ready")
"""What a budget can be for, in the order in which a Pod passes them."""

POD_CONDITIONS = frozenset(
    {"ready", "containersready", "initialized", "podscheduled", "podreadytostartcontainers"}
)
"""The conditions of Pods, in lower case: of an owner they mean those of its current Pods."""

_PROGRESS_CONDITIONS = POD_CONDITIONS | {"available", "complete"}


_OF_A_DELETION = (("deletionTimestamp",), ("deletionGracePeriodSeconds",))
"""The names in the metadata of an object that is being deleted, after "metadata"."""


class About(StrEnum):
    """What a word is about; those with a value are written with it: `phase=Running`."""

    READY = "ready"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    GONE = "gone"
    CREATE = "create"
    CONDITION = "condition"
    JSONPATH = "jsonpath"
    PHASE = "phase"
    STATUS = "status"
    WELL = "ready or succeeded"
    """Of Pods that run once: nobody writes it, it is what is expected of them if nobody says."""
    CONCEPT = "concept"

    def is_decided_by(self, words: Collection[str]) -> bool:
        """Whether a permanent state decides it that decides these words."""
        needs = {About.READY, About.SUCCEEDED} if self is About.WELL else {self}
        return needs <= {*words}

    @classmethod
    def deciding(cls, phase: str) -> "About | None":
        """Which permanent states decide that nothing gets to this phase any more, if any do."""
        of_pods = {"Running": cls.PHASE, "Succeeded": cls.SUCCEEDED, "Failed": cls.FAILED}
        return (of_pods | {"Bound": cls.PHASE}).get(phase)


class Target(msgspec.Struct, frozen=True):
    """What is judged: one object by name, or the Pods with certain labels.

    `qualified`: it is written with its namespace, as others are in another one.
    """

    kind: str
    namespace: str
    name: str = ""
    selector: str = ""
    qualified: bool = False

    @property
    def local(self) -> str:
        """It as it is written within its namespace."""
        return f"-l {self.selector}" if self.selector else f"{self.kind.lower()}/{self.name}"

    @property
    def is_one_pod(self) -> bool:
        """Whether it is a Pod by its name."""
        return self.kind == "Pod" and bool(self.name)

    def names(self, seen: Owner | Pod | PersistentVolumeClaim) -> bool:
        """Whether it is this object by its name, whatever its uid."""
        named = (self.kind, self.namespace, self.name)
        return named == (type(seen).__name__, seen.metadata.namespace, seen.metadata.name)

    @property
    def is_claim(self) -> bool:
        """Whether it is a claim to storage, which has no Pods of its own."""
        return self.kind == "PersistentVolumeClaim"

    def __str__(self) -> str:
        if not self.qualified:
            return self.local
        separator = " " if self.selector else "/"
        return f"{'-n ' if self.selector else ''}{self.namespace}{separator}{self.local}"


class NotJudged(msgspec.Struct, frozen=True):
    """Something that was named with what is judged, and is not; `why`, after "it is not judged".

    `name` is written as kubectl's `-o name` does; `namespace` is empty if none was named.
    """

    name: str
    why: str
    namespace: str = ""

    def __str__(self) -> str:
        return f"{self.namespace}/{self.name}" if self.namespace else self.name


class Word(msgspec.Struct, frozen=True):
    """One thing to wait for. `name` is a condition's type or a concept's id; `value` what it
    has to be; `path` of a jsonpath.
    """

    text: str
    about: About
    name: str = ""
    value: str = ""
    path: JsonPath | None = None

    @property
    def wants_to_go_on(self) -> bool:
        """Whether it is met by a Pod that goes on, which one that is being deleted does not."""
        return self.decided_by in {About.READY, About.CONDITION, About.PHASE}

    @property
    def is_about_ends(self) -> bool:
        """Whether only a Pod that is being deleted can be so, by its own fields."""
        if self.about is About.STATUS:
            return self.value == "Terminating"
        names = self.path.names if self.path is not None else ()
        return names[:1] == ("metadata",) and names[1:2] in _OF_A_DELETION

    @property
    def decided_by(self) -> About | None:
        """Which permanent states decide that it is never met, if any do."""
        match self.about, self.name.lower(), self.value.lower():
            case (About.READY | About.SUCCEEDED | About.FAILED | About.WELL) as about, _, _:
                return about
            case About.PHASE, _, _:
                return About.deciding(self.value)
            case About.JSONPATH, _, _ if self.path and self.path.names == ("status", "phase"):
                return About.deciding(self.value)
            case About.STATUS, _, "running":
                return About.PHASE
            case About.CONDITION, "failed", "true":
                return About.FAILED
            case About.CONDITION, type_, "true" if type_ in _PROGRESS_CONDITIONS:
                return About.CONDITION
        return None


class Budget(msgspec.Struct, frozen=True):
    """Each Pod has to pass a stage within so many seconds of its creation."""

    stage: str
    seconds: float

    def __str__(self) -> str:
        return f"{self.stage}={self.seconds:g}s"


READY = Word("ready", About.READY)
SUCCEEDED = Word("succeeded", About.SUCCEEDED)
WELL = Word("ready or succeeded", About.WELL)


class Expectations(msgspec.Struct, frozen=True, kw_only=True):
    """All that is expected. Times are in seconds; no words means each kind's usual one.

    `not_judged`: what was named beside the targets. `max_restarts` None means `MAX_RESTARTS`, but
    for Jobs, whose own limit counts. `stable` None means `STABLE`, but
    for what has readiness probes. `any_`: one of the words is enough. `keep_going`: the verdict
    waits until each target is decided; else it falls with the first that is violated.
    """

    targets: tuple[Target, ...]
    not_judged: tuple[NotJudged, ...] = ()
    words: tuple[Word, ...] = ()
    never: tuple[Word, ...] = ()
    within: tuple[Budget, ...] = ()
    sequence: tuple[str, ...] = ()
    max_restarts: int | None = None
    stable: float | None = None
    any_: bool = False
    keep_going: bool = False
    timeout: float = TIMEOUT
    grace: float = GRACE

    def words_for(self, target: Target) -> tuple[Word, ...]:
        """The words of one target."""
        if self.words:
            return self.words
        if self.sequence:
            return ()
        return (SUCCEEDED if target.kind == "Job" else READY,)

    def words_of_pods(self, target: Target, *, run_once: bool) -> tuple[Word, ...]:
        """The words of a target once its Pods are known. `run_once`: some of them do."""
        by_default = not (self.words or self.sequence) and target.kind == "Pod"
        return (WELL,) if by_default and run_once else self.words_for(target)
