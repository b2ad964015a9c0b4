"""How each thing expected of a target stands: open, met or violated, and since when.

Responsible for the time that each of them takes into account (stable, a budget) and for how they
count together. Whether a word holds is `holds`' business, what will not heal is `permanent`'s.
Each tells the next instant at which time alone may decide it, NEVER if it may not.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from msgspec.structs import replace

from podwatch.core.concepts import Explanation
from podwatch.core.expectations import (
    causes,
    claims,
    deletion,
    hindrance,
    permanent,
    sentences,
    stability,
)
from podwatch.core.expectations.expectation import About, Budget, Expectations, Target, Word
from podwatch.core.expectations.holds import asks_target, holds, pod_holds
from podwatch.core.expectations.impossible import claims_can_be
from podwatch.core.expectations.target_state import NEVER, TargetState, TrackedPod, View
from podwatch.core.expectations.verdict import Cause, Outcome, Result, Role
from podwatch.core.identity import runs_once


@dataclass(eq=False, kw_only=True)
class Check:
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
        waits = next(self.waits(view), "")
        return f"{self.text}: {waits}" if waits else self.text

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
class WordCheck(Check):
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
class NeverCheck(Check):
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
            concept = view.catalog.by_id.get(word.name) if word.about is About.CONCEPT else None
            explanation = Explanation(concept, concept.summary) if concept is not None else None
            sentence = f"{what} shows {word.text}, which must never happen"
            self._violate(view, Cause(sentence=sentence, pod=guilty, explanation=explanation))
        return NEVER

    def _asked(self, view: View) -> Sequence[TrackedPod]:
        """The Pods that it is about; what their deletion does to them is held against none."""
        if self.word.about is About.CONCEPT:
            return [one for one in view.had if one.concepts.get(self.word.name)]
        return view.had if self.word.is_about_ends else view.generation


@dataclass(eq=False, kw_only=True)
class BudgetCheck(Check):
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
class SequenceCheck(Check):
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
class RestartsCheck(Check):
    """How often a container may be restarted before its next failure is one too many."""

    role = Role.MAX_RESTARTS
    number: int

    def judge(self, view: View) -> float:
        """Violated by the first container that failed again."""
        self._violate(view, permanent.worn_out(view, view.pods, self.number))
        return NEVER


class Checks:
    """All that is expected of one target; `state` is what is kept of it.

    `all` has every thing expected, in the order in which they are shown.
    """

    def __init__(self, target: Target, wanted: Expectations) -> None:
        self.state = TargetState(target)
        self._any = wanted.any_
        self._stable = wanted.stable
        self._words = [WordCheck(text=word.text, word=word) for word in wanted.words_for(target)]
        phases, number = wanted.sequence, wanted.max_restarts
        if target.is_claim:  # these are about Pods
            wanted = replace(wanted, within=(), never=tuple(filter(claims_can_be, wanted.never)))
            phases, number = (), None
        self._sequence = [SequenceCheck(text=",".join(phases), phases=phases)] if phases else []
        self._within = [BudgetCheck(text=str(budget), budget=budget) for budget in wanted.within]
        never = [NeverCheck(text=word.text, word=word) for word in wanted.never]
        restarts = [RestartsCheck(text=str(number), number=number)] if number is not None else []
        self.all: list[Check] = [*self._words, *self._sequence, *self._within, *never, *restarts]

    @property
    def _missed(self) -> list[Check]:
        """What has to happen and has not, or can't any more."""
        words = [check for check in self._words if check.outcome is not Outcome.MET]
        if self._any and len(words) < len(self._words):
            words = []
        sequence = [check for check in self._sequence if check.outcome is not Outcome.MET]
        return [*words, *sequence, *(check for check in self._within if not check.passed)]

    @property
    def met(self) -> bool:
        """Whether what has to happen has happened."""
        return not self._missed

    @property
    def awaited(self) -> list[Check]:
        """What has to happen and has not."""
        return [check for check in self._missed if check.open]

    @property
    def _holding(self) -> list[Check]:
        """The words that hold now, and have to go on holding."""
        return [check for check in self._words if check.since is not None]

    @property
    def violated(self) -> Check | None:
        """What decides against the target; with `any_` not one word alone."""
        violated = [check for check in self.all if check.outcome is Outcome.VIOLATED]
        others_left = self._any and set(violated) < set(self._words)
        return violated[0] if violated and not others_left else None

    @property
    def violated_t(self) -> float:
        """When that was decided."""
        decided = self.violated.t if self.violated is not None else None
        return NEVER if decided is None else decided

    @property
    def violated_in_words(self) -> str:
        """The verdict that this is; empty where nothing decides against the target."""
        check = self.violated
        if check is None:
            return ""
        return sentences.violated(self.state.target, check.role, check.word, check.cause)

    def judge(self, view: View, *, is_last: bool = False) -> float:
        """Decide what can be decided at this instant. `is_last`: time is up."""
        self.state.own = frozenset(tracked.key for tracked in view.had) or self.state.own
        self._choose(view)
        due = min((check.judge(view) for check in self.all if check.open), default=NEVER)
        return min(
            due, self._settle(view, is_last=is_last), self._ask_deletion(view, is_last=is_last)
        )

    def _choose(self, view: View) -> None:
        """What is expected if nobody says depends on the Pods."""
        if view.there:
            run_once = any(runs_once(tracked.pod) for tracked in view.there)
            words = view.wanted.words_of_pods(view.target, run_once=run_once)
            for check, word in zip(self._words, words, strict=True):
                check.expect(word)

    def _ask_deletion(self, view: View, *, is_last: bool) -> float:
        """What has to happen to an object that was deleted will not happen."""
        cause, due = deletion.decides(view, is_last=is_last)
        open_ = [check for check in self.awaited if check not in self._holding]
        for check in open_ if cause is not None else ():
            check.decide(Outcome.VIOLATED, view.t, cause)
        return due if open_ else NEVER

    def _settle(self, view: View, *, is_last: bool) -> float:
        """Words that hold are met: at once, or when they held together for so long."""
        t = view.t
        open_ = [check for check in self._words if check.open]
        ends = {
            check: stability.held_until(view, check.word, is_last=is_last)
            if self._stable is None
            else check.since + self._stable
            for check in open_
            if check.since is not None
        }
        together = self._stable and not self._any
        if not ends or (together and len(ends) < len(open_)):
            return NEVER
        due = (max if together else min)(ends.values())
        if due > t:
            return due
        for check, end in ends.items():
            if end <= t:
                check.decide(Outcome.MET, t)
        return NEVER

    def close(self, view: View, rest: Outcome | None, *, to_the_end: bool) -> None:
        """The verdict falls. What is still awaited comes out as `rest`; what must not happen has
        not if it was watched `to_the_end`; anything else that is open is not judged any more, nor
        are words that another one makes needless.
        """
        if rest is not None and self.violated is None:
            for check in self.awaited:
                why = causes.known(view, check.word) if rest is Outcome.TIMED_OUT else None
                check.decide(rest, view.t, why)
        enough = self._any and any(check.outcome is Outcome.MET for check in self._words)
        for check in self.all:
            needless = check.role is Role.FOR and enough and check.outcome is not Outcome.MET
            if check.open and self.violated is None and to_the_end and not needless:
                check.decide(Outcome.MET, view.t)
            elif check.open or needless:
                check.outcome, check.t = Outcome.NOT_JUDGED, None
