"""How each thing expected of a target stands: open, met or violated, and since when.

Responsible for the time that each of them takes into account (stable, a budget) and for how they
count together. Whether a word holds is `holds`' business, what will not heal is `permanent`'s.
Each tells the next instant at which time alone may decide it, NEVER if it may not.
"""

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from podwatch.core.concepts import Explanation
from podwatch.core.expectations import permanent, sentences
from podwatch.core.expectations.expectation import (
    About,
    Budget,
    Expectations,
    Target,
    Word,
    phase_decided_by,
)
from podwatch.core.expectations.holds import asks_owner, holds, owner_holds, pod_holds
from podwatch.core.expectations.target_state import NEVER, TargetState, TrackedPod, View
from podwatch.core.expectations.verdict import Cause, Outcome, Result, Role


class Check:
    """One thing expected of one target; once decided, it stays so whatever comes."""

    role: Role
    word: Word | None = None

    def __init__(self, text: str) -> None:
        self.text = text
        self.outcome = Outcome.PENDING
        self.t: float | None = None
        self.cause: Cause | None = None

    @property
    def open(self) -> bool:
        """Whether it is undecided."""
        return self.outcome is Outcome.PENDING

    def decide(self, outcome: Outcome, t: float, cause: Cause | None = None) -> None:
        """It is so from `t` on."""
        self.outcome, self.t, self.cause = outcome, t, cause

    def judge(self, view: View) -> float:
        """Decide what can be decided at this instant."""
        raise NotImplementedError

    def stands(self, view: View) -> str:
        """What it waits for, in words."""
        waits = next(sentences.waits(view, self.text, self.word), "")
        return f"{self.text}: {waits}" if waits else self.text

    def result(self, view: View, outcome: Outcome, t: float | None) -> Result:
        """It as a value; `outcome` at `t` is what came out of it."""
        waits = sentences.waits(view, self.text, self.word) if self.open else ()
        return Result(
            target=view.target,
            role=self.role,
            text=self.text,
            outcome=outcome,
            t=t,
            cause=self.cause,
            waits=tuple(waits),
        )

    def _violate(self, view: View, cause: Cause | None) -> None:
        """It is violated from now on, if there is a cause."""
        if cause is not None:
            self.decide(Outcome.VIOLATED, view.t, cause)

    def _ask_permanent(self, view: View, about: About | None, pods: Iterable[TrackedPod]) -> float:
        """Violated where a permanent state decides a word that is about this."""
        if about is None:
            return NEVER
        cause, due = permanent.decides(view, about, pods)
        self._violate(view, cause)
        return due


class WordCheck(Check):
    """A word that has to hold; `since` when it does. That it is met is decided by `Checks`."""

    role = Role.FOR

    def __init__(self, word: Word) -> None:
        super().__init__(word.text)
        self.word: Word = word
        self.since: float | None = None

    def stands(self, view: View) -> str:
        """What it waits for: to hold, or to go on holding."""
        return sentences.stays(self.text) if self.since is not None else super().stands(view)

    def judge(self, view: View) -> float:
        """Violated where it will never hold."""
        if holds(view, self.word):
            self.since = view.t if self.since is None else self.since
            return NEVER
        self.since = None
        return self._ask_permanent(view, self.word.decided_by, view.pods)


class NeverCheck(Check):
    """A word that must not hold, not even of a Pod that is replaced."""

    role = Role.NEVER

    def __init__(self, word: Word) -> None:
        super().__init__(word.text)
        self.word: Word = word

    def judge(self, view: View) -> float:
        """Violated as soon as it holds."""
        word, target, guilty = self.word, view.target, None
        if asks_owner(target, word):
            violated = view.owner is not None and owner_holds(view.owner, word)
        elif word.about is About.GONE or (target.kind != "Pod" and word.about in _OF_OWNERS):
            violated = holds(replace(view, pods=view.generation), word)
        else:
            guilty = next(
                (tracked.pod for tracked in view.generation if pod_holds(tracked, word)), None
            )
            violated = guilty is not None
        if violated:
            what = f"Pod {guilty.metadata.name}" if guilty is not None else str(target)
            sentence, explanation = sentences.shown(word, what), _concept_of(view, word)
            self._violate(view, Cause(sentence=sentence, pod=guilty, explanation=explanation))
        return NEVER


_OF_OWNERS = frozenset({About.READY, About.SUCCEEDED, About.FAILED})
"""What is asked of an owner as a whole, not of each of its Pods."""


def _concept_of(view: View, word: Word) -> Explanation | None:
    concept = view.catalog.by_id.get(word.name) if word.about is About.CONCEPT else None
    return Explanation(concept, concept.summary) if concept is not None else None


class BudgetCheck(Check):
    """A stage that each Pod has to pass in time; `passed`: those that there are have."""

    role = Role.WITHIN

    def __init__(self, budget: Budget) -> None:
        super().__init__(str(budget))
        self.budget = budget
        self.passed = False

    def judge(self, view: View) -> float:
        """Violated at the instant at which a Pod's time is up."""
        late = [tracked for tracked in view.pods if self.budget.stage not in tracked.passed]
        self.passed = not late
        due = NEVER
        for tracked in late:
            end = tracked.created_t + self.budget.seconds
            if end > view.t:
                due = min(due, end)
                continue
            self._violate(
                view, Cause(sentence=sentences.late(view, self.budget, tracked), pod=tracked.pod)
            )
            break
        return due


class SequenceCheck(Check):
    """Phases that each Pod has to go through in order; others may be between them."""

    role = Role.SEQUENCE

    def __init__(self, phases: Sequence[str]) -> None:
        super().__init__(",".join(phases))
        self.phases = phases

    def judge(self, view: View) -> float:
        """Met when all have; violated where one ended otherwise or will not get there."""
        on_the_way = [tracked for tracked in view.pods if not self._gone_through(tracked)]
        if view.has_all_pods and not on_the_way:
            self.decide(Outcome.MET, view.t)
            return NEVER
        for tracked in on_the_way:
            if tracked.phases[-1] in {"Succeeded", "Failed"}:
                self._violate(
                    view, Cause(sentence=sentences.went(tracked, self.phases), pod=tracked.pod)
                )
                return NEVER
        return self._ask_permanent(view, phase_decided_by(self.phases[-1]), on_the_way)

    def _gone_through(self, tracked: TrackedPod) -> bool:
        rest = iter(tracked.phases)
        return all(phase in rest for phase in self.phases)


class RestartsCheck(Check):
    """How often a container may be restarted before its next failure is one too many."""

    role = Role.MAX_RESTARTS

    def __init__(self, number: int) -> None:
        super().__init__(str(number))
        self.number = number

    def judge(self, view: View) -> float:
        """Violated by the first container that failed again."""
        self._violate(view, permanent.worn_out(view, view.pods, self.number))
        return NEVER


class Checks:
    """All that is expected of one target; `state` is what is kept of it."""

    def __init__(self, target: Target, wanted: Expectations) -> None:
        self.state = TargetState(target)
        self._any = wanted.any_
        self._stable = wanted.stable
        self.words = [WordCheck(word) for word in wanted.words_for(target)]
        self.sequence = [SequenceCheck(wanted.sequence)] if wanted.sequence else []
        self.within = [BudgetCheck(budget) for budget in wanted.within]
        self.never = [NeverCheck(word) for word in wanted.never]
        number = wanted.max_restarts
        self.restarts = [RestartsCheck(number)] if number is not None else []

    @property
    def target(self) -> Target:
        """What is judged."""
        return self.state.target

    @property
    def all(self) -> list[Check]:
        """Every one, in the order in which they are shown."""
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
        open_: list[Check] = [check for check in (*words, *self.sequence) if check.open]
        return open_ + [check for check in self.within if check.open and not check.passed]

    @property
    def violated(self) -> Check | None:
        """What decides against the target; with `any_` not one word alone."""
        violated = [check for check in self.all if check.outcome is Outcome.VIOLATED]
        enough = not self._any or any(check.role is not Role.FOR for check in violated)
        enough |= all(check.outcome is Outcome.VIOLATED for check in self.words)
        return violated[0] if violated and enough else None

    def judge(self, view: View) -> float:
        """Decide what can be decided at this instant."""
        if self.state.first is None:
            self.state.first = view.present
        due = _judged(self.words, view)
        due = min(due, self._settle(view.t))
        rest = (*self.never, *self.within, *self.sequence, *self.restarts)
        return min(due, _judged(rest, view))

    def _settle(self, t: float) -> float:
        """Words that hold are met: at once, or when they held together for so long."""
        holding = {
            check: check.since for check in self.words if check.open and check.since is not None
        }
        if not holding or not (
            self._any
            or not self._stable
            or all(check in holding for check in self.words if check.open)
        ):
            return NEVER
        together = (min if self._any else max)(holding.values()) + self._stable
        if self._stable and together > t:
            return together
        for check, since in holding.items():
            if not self._stable or since + self._stable <= t:
                check.decide(Outcome.MET, t)
        return NEVER

    def fulfil(self, t: float) -> None:
        """What is still open when everything is met did not happen, or is not needed."""
        for check in self.all:
            if check.open and not (check.role is Role.FOR and self._any):
                check.decide(Outcome.MET, t)


def _judged(checks: Iterable[Check], view: View) -> float:
    return min((check.judge(view) for check in checks if check.open), default=NEVER)
