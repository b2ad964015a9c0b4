"""What is kept of a target while it is judged: its Pods, and how each thing expected of it stands.

Responsible for which Pods can be a target's own. What follows from them is `judge`'s business.
"""

from podwatch.core.expectations import hopeless
from podwatch.core.expectations.grammar import (
    Budget,
    Expectations,
    Requirement,
    Target,
    Word,
    requirements,
)
from podwatch.core.expectations.verdict import Cause, Outcome
from podwatch.core.kube import Pod


class Seen:
    """What is known of one Pod. `there_before`: it was there when the stream began."""

    def __init__(self, pod: Pod, t: float, *, there_before: bool) -> None:
        self.pod = pod
        self.created_t = 0.0 if there_before else t
        self.restarts_before = {
            status.name: status.restart_count for status in pod.all_statuses() if there_before
        }
        self.gone = False
        self.phases = ["Pending"]  # the API server makes every Pod so
        self.stages: dict[str, float] = {}
        self.matched: tuple[tuple[hopeless.Rule, hopeless.Symptom], ...] | None = None

    @property
    def uid(self) -> str:
        """The Pod's uid."""
        return self.pod.metadata.uid


class Check:
    """One thing expected of one target, and how it stands.

    `since`: from when on a word holds. `passed`: each Pod has passed the stage of a budget.
    """

    def __init__(self, role: str, text: str, what: Word | Budget | None = None) -> None:
        self.role = role
        self.text = text
        self.what = what
        self.outcome = Outcome.PENDING
        self.since: float | None = None
        self.passed = False
        self.t: float | None = None
        self.cause: Cause | None = None

    @property
    def open(self) -> bool:
        """Whether it is undecided."""
        return self.outcome is Outcome.PENDING

    def decide(self, outcome: Outcome, t: float, cause: Cause | None = None) -> None:
        """It is so from `t` on, whatever comes."""
        self.outcome, self.t, self.cause = outcome, t, cause


class Case:
    """One target with its checks. `members` are all Pods that ever were its own."""

    def __init__(self, target: Target, wanted: Expectations) -> None:
        self.target = target
        self._any = wanted.any_
        self.labels: tuple[Requirement, ...] = (
            requirements(target.selector) if target.selector else ()
        )
        self.members: dict[str, Seen] = {}
        self.first: frozenset[str] | None = None
        self.suffering: dict[tuple[str, str, str, str], float] = {}
        self.words = [Check("for", word.text, word) for word in wanted.words_for(target)]
        self.never = [Check("never", word.text, word) for word in wanted.never]
        self.within = [Check("within", str(one), one) for one in wanted.within]
        self.sequence = [Check("sequence", ",".join(wanted.sequence)) for _ in wanted.sequence[:1]]
        self.restarts = [
            Check("max-restarts", str(number))
            for number in (wanted.max_restarts,)
            if number is not None
        ]

    @property
    def checks(self) -> list[Check]:
        """All of them."""
        return [*self.words, *self.sequence, *self.within, *self.never, *self.restarts]

    @property
    def met(self) -> bool:
        """Whether what has to happen has happened."""
        return (
            self._words_met
            and all(check.outcome is Outcome.MET for check in self.sequence)
            and all(check.passed for check in self.within)
        )

    @property
    def _words_met(self) -> bool:
        met = [check.outcome is Outcome.MET for check in self.words]
        return any(met) if self._any and met else all(met)

    @property
    def awaited(self) -> list[Check]:
        """What has to happen and has not."""
        words = () if self._words_met else self.words
        open_ = [check for check in (*words, *self.sequence) if check.open]
        return open_ + [check for check in self.within if check.open and not check.passed]

    def owns(self, pod: Pod) -> bool:
        """Whether the Pod can be this target's; which generation it is of is asked later."""
        meta, target = pod.metadata, self.target
        if meta.namespace != target.namespace:
            return False
        if target.selector:
            return all(one.holds(meta.labels) for one in self.labels)
        if target.kind == "Pod":
            return meta.name == target.name
        controller = meta.controller
        if controller is None:
            return False
        if target.kind == "Deployment":
            made_for, _, _ = controller.name.rpartition("-")  # then comes its template's hash
            return controller.kind == "ReplicaSet" and made_for == target.name
        return controller.kind == target.kind and controller.name == target.name
