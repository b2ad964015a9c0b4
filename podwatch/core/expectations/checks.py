"""How each thing expected of a target stands: open, met or violated, and since when.

Responsible for one of them alone: for what decides against it, and for what it waits. How they
count together is `target_checks`' business, whether a word holds `holds`', what will not heal
`permanent`'s. Each tells the next instant at which time alone may decide it, NEVER if it may not.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from podwatch.core.expectations import claims, hindrance, permanent, sentences
from podwatch.core.expectations.expectation import About, Budget, Word
from podwatch.core.expectations.holds import asks_target, holds, pod_holds
from podwatch.core.expectations.tracked_pod import TrackedPod
from podwatch.core.expectations.verdict import Cause, Outcome, Result, Role
from podwatch.core.expectations.view import NEVER, View


@dataclass(eq=False, kw_only=True)
class TargetCheck:
    """One thing expected of one target; once decided, it stays so whatever comes.

    `lasting`: since when there is what would decide against it if it lasts.
    """

    role: ClassVar[Role]
    text: str
    word: Word | None = None
    outcome: Outcome = Outcome.PENDING
    t: float | None = None
    cause: Cause | None = None
    lasting: permanent.Since = field(default_factory=dict)

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
        """What it waits for first, after what it is."""
        held = None if view.never_came else hindrance.known(view)
        if held is not None and self.word is not None and self.word.about is not About.GONE:
            tries = "".join(f" ({command})" for command in held.tries)
            return f"{self.text}: {held.sentence}{tries}"
        waits = next(self.waits(view), "") or self.text
        itself = waits == self.text or waits.startswith(f"{self.text}; ")
        return waits if itself else f"{self.text}: {waits}"

    def waits(self, view: View) -> Iterator[str]:
        """What it waits for, in words."""
        return sentences.waits(view, self.text, self.word)

    def result(self, view: View) -> Result:
        """It as a value, with what it waits for unless it is met or violated."""
        over = self.outcome in {Outcome.MET, Outcome.VIOLATED}
        return Result(
            target=view.target,
            role=self.role,
            text=self.text,
            outcome=self.outcome,
            t=self.t,
            cause=self.cause,
            waits=() if over else tuple(self.waits(view)),
            note=claims.note(view) if self.outcome is Outcome.MET else "",
        )

    def _violate(self, view: View, cause: Cause | None) -> None:
        """It is violated from now on, if there is a cause."""
        if cause is not None:
            self.decide(Outcome.VIOLATED, view.t, cause)

    def _ask_permanent(self, view: View, about: About | None, pods: Iterable[TrackedPod]) -> float:
        """Violated where a permanent state decides a word that is about this."""
        if about is None:
            return NEVER
        cause, due = permanent.decides(view, about, pods, self.lasting)
        self._violate(view, cause)
        return due


@dataclass(eq=False, kw_only=True)
class WordCheck(TargetCheck):
    """A word that has to hold; `since` when it does. That it is met is decided by `Checks`."""

    role = Role.FOR
    word: Word
    since: float | None = None

    def expect(self, word: Word) -> None:
        """It is this word, as the target's Pods are known now."""
        if self.open:
            self.word, self.text = word, word.text

    def stands(self, view: View) -> str:
        """What it waits for; nothing holds up a word that holds."""
        if self.since is None:
            return super().stands(view)
        return f"{self.text}: {sentences.to_stay(view)}"

    def waits(self, view: View) -> Iterator[str]:
        """What it waits for: to hold, or to go on holding."""
        return super().waits(view) if self.since is None else iter([sentences.to_stay(view)])

    def judge(self, view: View) -> float:
        """Violated where it will never hold."""
        if holds(view, self.word, view.asked(self.word)):
            self.since = view.t if self.since is None else self.since
            return NEVER
        self.since = None
        lacking = [one for one in view.pods if not pod_holds(one, self.word)]
        return self._ask_permanent(view, self._decided_by(view), lacking)

    def _decided_by(self, view: View) -> About | None:
        """Which permanent states decide it; an end decides each phase, of a Pod that is named."""
        if view.target.is_one_pod and self.word.about in {About.PHASE, About.STATUS}:
            ended = any(tracked.pod.status.is_over for tracked in view.pods)
            return About.PHASE if ended else self.word.decided_by
        return self.word.decided_by


@dataclass(eq=False, kw_only=True)
class NeverCheck(TargetCheck):
    """A word that must not hold, not even of a Pod that is replaced."""

    role = Role.NEVER
    word: Word

    def judge(self, view: View) -> float:
        """Violated as soon as it holds."""
        word, guilty = self.word, None
        if word.about is About.GONE:
            violated = view.state.presence.gone_t is not None or view.went
        elif asks_target(view.target, word):
            violated = holds(view, word, view.generation)
        else:
            guilty = next((one.pod for one in self._asked(view) if pod_holds(one, word)), None)
            of_owner = word.about is About.CONCEPT and holds(view, word, ())
            violated = guilty is not None or of_owner
        if violated:
            what = f"Pod {guilty.metadata.name}" if guilty is not None else str(view.target)
            is_concept = word.about is About.CONCEPT
            explanation = view.catalog.lesson(word.name) if is_concept else None
            sentence = f"{what} shows {word.text}, which must never happen"
            self._violate(view, Cause(sentence=sentence, pod=guilty, explanation=explanation))
        return NEVER

    def _asked(self, view: View) -> Sequence[TrackedPod]:
        """The Pods that it is about; what their deletion does to them is held against none."""
        if self.word.about is About.CONCEPT:
            return [one for one in view.had if one.concepts.get(self.word.name)]
        return view.had if self.word.is_about_ends else view.generation


@dataclass(eq=False, kw_only=True)
class BudgetCheck(TargetCheck):
    """A stage that each Pod has to pass in time; `passed`: those that there are have."""

    role = Role.WITHIN
    budget: Budget
    passed: bool = False

    def judge(self, view: View) -> float:
        """Violated at the instant at which a Pod's time is up."""
        late = [tracked for tracked in view.pods if self.budget.stage not in tracked.passed]
        self.passed = not late
        ends = [tracked.created_t + self.budget.seconds for tracked in late]
        for tracked, end in zip(late, ends, strict=True):
            if end <= view.t:
                sentence = sentences.late(view, self.budget, tracked)
                self._violate(view, Cause(sentence=sentence, pod=tracked.pod))
                return NEVER
        return min(ends, default=NEVER)


@dataclass(eq=False, kw_only=True)
class SequenceCheck(TargetCheck):
    """Phases that each Pod has to go through in order; others may be between them."""

    role = Role.SEQUENCE
    phases: tuple[str, ...]

    def judge(self, view: View) -> float:
        """Met when all have; violated where one ended otherwise or will not get there."""
        pods = view.there if view.target.is_one_pod else view.pods
        on_the_way = [tracked for tracked in pods if not self._gone_through(tracked)]
        if not on_the_way and view.is_complete(pods):
            self.decide(Outcome.MET, view.t)
            return NEVER
        for tracked in on_the_way:
            if tracked.phases[-1] in {"Succeeded", "Failed"}:
                sentence = sentences.went(tracked, self.phases)
                self._violate(view, Cause(sentence=sentence, pod=tracked.pod))
                return NEVER
        return self._ask_permanent(view, About.deciding(self.phases[-1]), on_the_way)

    def _gone_through(self, tracked: TrackedPod) -> bool:
        rest = iter(tracked.phases)
        return all(phase in rest for phase in self.phases)


@dataclass(eq=False, kw_only=True)
class RestartsCheck(TargetCheck):
    """How often a container may be restarted before its next failure is one too many."""

    role = Role.MAX_RESTARTS
    number: int

    def judge(self, view: View) -> float:
        """Violated by the first container that failed again."""
        self._violate(view, permanent.worn_out(view, view.pods, self.number))
        return NEVER
