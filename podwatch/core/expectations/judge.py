"""Judge: whether what is expected is met, by the stream's items and its time only.

Responsible for the verdict and its instant; never for a clock. The story of its time: every item
says at which `t` of the stream it came. Some things are decided by no item, but by time itself: a
deadline passes, a grace is over, a budget is spent, a word has held for long enough. Each of them
falls at its own instant. `wakes_at` names the next one; live, the driver feeds a Tick then, which
comes a little late and may come together with newer items; a replay has no Ticks at all. So before
an item of the time `t` is looked at, `reach(t)` decides everything that time alone decided until
then, each thing at its own instant and with what was known at that instant. A verdict therefore
never depends on when it was noticed: a replay gives the same one, at the same `t`, as the live run.

What each thing expected needs is `checks`, how that counts together `target_checks`, how it is said
`sentences`.
"""

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from podwatch.core.concepts import Catalog
from podwatch.core.expectations import scopes, sentences
from podwatch.core.expectations.checks import TargetCheck
from podwatch.core.expectations.expectation import ONCE, Expectations, Target
from podwatch.core.expectations.seen import seen
from podwatch.core.expectations.target_checks import Checks
from podwatch.core.expectations.tracking import Tracking
from podwatch.core.expectations.verdict import Cause, Outcome, Pending, Result, Verdict
from podwatch.core.expectations.view import NEVER, View
from podwatch.core.store import Store
from podwatch.core.stream import Opened, Ref, StreamItem, Synced, Tick
from podwatch.core.surroundings import Objects
from podwatch.core.timeline import TimelineEntry


class Judge:
    """Feed it the items that the store has taken in, with the news they brought; `verdict` is there
    once decided.
    """

    def __init__(self, wanted: Expectations, catalog: Catalog, store: Store) -> None:
        self.wanted = wanted
        self.verdict: Verdict | None = None
        self._catalog = catalog
        self._store = store
        self._targets = [Checks(target, wanted) for target in wanted.targets]
        self._tracking = Tracking([checks.state for checks in self._targets], catalog, store)
        self._t = 0.0
        self._objects: Objects | None = None
        self._due = NEVER
        self._deadline = NEVER

    def reach(self, t: float) -> None:
        """Decide what is decided by time alone until `t`, before an item of that time."""
        while self.verdict is None and self._due <= t:
            self._t = max(self._t, self._due)
            self._judge()

    def feed(self, item: StreamItem, entries: Sequence[TimelineEntry]) -> None:
        """Take one item, after `reach`; once there is a verdict, nothing changes it."""
        if self.verdict is not None or isinstance(item, Tick):
            return  # a Tick has no time of its own: an item that comes now may be older
        self._t = max(self._t, item.t)
        self._objects = None
        if isinstance(item, Opened):
            self._deadline = item.t + (self.wanted.timeout or ONCE)
        elif isinstance(item, Synced) and not self.wanted.timeout and self._all_known:
            self._deadline = min(self._deadline, self._t)
        if self._tracking.touched_by(item, entries) or isinstance(item, Opened):
            self._judge()

    def wakes_at(self) -> float | None:
        """The next instant at which something may be decided without an item."""
        return self._due if self.verdict is None and self._due < NEVER else None

    def end(self) -> Verdict | None:
        """The verdict if nothing more comes: time runs on to the deadline."""
        self.reach(self._deadline)
        return self.verdict

    def interrupt(self, t: float, outcome: Outcome, why: str) -> Verdict:
        """The verdict if something else ends the wait at `t`: how everything stands by then."""
        self.reach(t)
        if self.verdict is None:
            self._t = max(self._t, t)
            self._decide(outcome, why, rest=outcome)
        if self.verdict is None:
            raise AssertionError  # it is decided now
        return self.verdict

    def pending(self) -> Pending | None:
        """How the targets that are not met stand; None before the stream opens, and at its end."""
        if self.wakes_at() is None:
            return None
        open_ = (one for one in self._targets if not one.met and one.violated is None)
        waiting = tuple((checks.state.target, self._stands(checks)) for checks in open_)
        against = (one.violated_in_words for one in self._targets)
        return Pending(waiting, self._deadline - self._store.t, tuple(filter(None, against)))

    def _stands(self, checks: Checks) -> str:
        if not scopes.known(self._store, self.wanted, checks.state.target):
            return _FIRST_ANSWER
        return next((check.stands(self._view(checks)) for check in checks.awaited), "")

    @property
    def _all_known(self) -> bool:
        targets = self.wanted.targets
        return all(scopes.known(self._store, self.wanted, target) for target in targets)

    def _view(self, checks: Checks) -> View:
        nodes_ready = self._tracking.nodes_ready
        return View(
            checks.state,
            self._t,
            self._store,
            self.wanted,
            self._catalog,
            nodes_ready,
            self._known,
        )

    def _known(self) -> Objects:
        """All that is known but Pods: made when it is asked for, once for each item."""
        if self._objects is None:
            self._objects = Objects(self._store.objects(""))
        return self._objects

    # ── the verdict ──

    def _judge(self) -> None:
        if (refused := scopes.refused(self._store, self.wanted)) is not None:
            self._give_up(refused)
            return
        self._due = self._deadline
        over = self._t >= self._deadline
        for checks in self._targets:
            known = scopes.known(self._store, self.wanted, checks.state.target)
            if known and checks.violated is None:
                due = checks.judge(self._view(checks), is_last=over)
                self._due = min(self._due, due)
        against = [checks for checks in self._targets if checks.violated is not None]
        waiting = any(not checks.met for checks in self._targets if checks.violated is None)
        lost = scopes.lost(self._store, self.wanted) if waiting and over else None
        rest = Outcome.TIMED_OUT if lost is None else Outcome.UNAVAILABLE
        if against and (over or not (waiting and self.wanted.keep_going)):
            self._decide_against(against, rest if over else None)
        elif not waiting:
            self._decide(Outcome.MET)
        elif lost is not None:
            self._give_up(lost)
        elif over:
            self._decide(Outcome.TIMED_OUT)

    def _decide_against(self, against: Sequence[Checks], rest: Outcome | None) -> None:
        """What decided first is the verdict; `rest` comes out for what is still awaited."""
        first = min(against, key=lambda checks: checks.violated_t)
        cause = first.violated.cause if first.violated is not None else None
        about = first.state.target
        self._decide(Outcome.VIOLATED, first.violated_in_words, cause, about=about, rest=rest)

    def _give_up(self, why: str) -> None:
        self._decide(Outcome.UNAVAILABLE, why, Cause(sentence=why))

    def _decide(
        self,
        outcome: Outcome,
        sentence: str = "",
        cause: Cause | None = None,
        *,
        about: Target | None = None,
        rest: Outcome | None = None,
    ) -> None:
        views = [(checks, self._view(checks)) for checks in self._targets]
        absent = [checks.state.target for checks, now in views if now.never_came]
        if outcome in {Outcome.TIMED_OUT, Outcome.UNAVAILABLE}:
            rest = outcome
        keeps_going = self.wanted.keep_going and rest is None
        to_the_end = rest is Outcome.TIMED_OUT or outcome is Outcome.MET or keeps_going
        for checks, now in views:
            checks.close(now, rest, to_the_end=to_the_end)
        results = tuple(self._result(check, now) for checks, now in views for check in checks.all)
        missed = outcome is Outcome.TIMED_OUT
        if missed:
            cause = next((one.cause for one in results if one.cause is not None), None)
        if about is not None:
            sentence += sentences.others_missed(results, about)
        elif not sentence:
            sentence = sentences.timed_out(results, absent) if missed else sentences.met(results)
        self.verdict = Verdict(
            outcome=outcome,
            t=self._t,
            sentence=sentence,
            cause=cause,
            results=results,
            pods=tuple(dict.fromkeys(ref for result in results for ref in result.pods)),
            notes=tuple(dict.fromkeys(scopes.done_without(self._store, self.wanted))),
            not_judged=self.wanted.not_judged,
            seen=tuple(dict.fromkeys(one for _, now in views for one in seen(now))),
        )

    def _result(self, check: TargetCheck, view: View) -> Result:
        made = replace(check.result(view), pods=tuple(dict.fromkeys(_pods_shown(check, view))))
        known = scopes.known(self._store, self.wanted, view.target)
        if known or not made.waits:
            return made
        refused = scopes.refused(self._store, self.wanted) is not None
        return replace(made, waits=() if refused else (_FIRST_ANSWER,))


_FIRST_ANSWER = "the cluster's first answer"


def _pods_shown(check: TargetCheck, view: View) -> Iterator[Ref]:
    """The Pods that something is about which is not met, the one that is its cause first."""
    if check.outcome in {Outcome.MET, Outcome.NOT_JUDGED}:
        return
    if check.cause is not None and check.cause.pod is not None:
        yield Ref.of(check.cause.pod)
        if check.outcome is Outcome.VIOLATED:
            return
    pods = view.pods or list(view.state.pods.values())
    for tracked in pods[: sentences.PODS_NAMED]:
        yield Ref.of(tracked.pod)
