"""All that is expected of one target, and how it counts together: all words or any, for how long.

Responsible for when what has to happen has happened, and for what decides against the target. How
each thing expected stands by itself is `checks`' business.
"""

from msgspec.structs import replace

from podwatch.core.expectations import causes, deletion, sentences, stability
from podwatch.core.expectations.checks import (
    BudgetCheck,
    NeverCheck,
    RestartsCheck,
    SequenceCheck,
    TargetCheck,
    WordCheck,
)
from podwatch.core.expectations.expectation import Expectations, Target
from podwatch.core.expectations.impossible import claims_can_be
from podwatch.core.expectations.target_state import TargetState
from podwatch.core.expectations.verdict import Outcome, Role
from podwatch.core.expectations.view import NEVER, View
from podwatch.core.identity import runs_once


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
        self.all: list[TargetCheck] = [
            *self._words,
            *self._sequence,
            *self._within,
            *never,
            *restarts,
        ]

    @property
    def _missed(self) -> list[TargetCheck]:
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
    def awaited(self) -> list[TargetCheck]:
        """What has to happen and has not."""
        return [check for check in self._missed if check.open]

    @property
    def _holding(self) -> list[TargetCheck]:
        """The words that hold now, and have to go on holding."""
        return [check for check in self._words if check.since is not None]

    @property
    def violated(self) -> TargetCheck | None:
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
            else stability.undisturbed_since(view, check.word, check.since) + self._stable
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
