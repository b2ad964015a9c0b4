"""Effects: what a state does not show is tried out, as somebody would who does not trust it.

Responsible for what is tried: a Pod is deleted, a workload restarted, each said before it is done.
How it is asked is `podwatch.app.exercise.asking`'s business.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from podwatch.app.exercise.asking import PAUSE, EffectAsking, EffectFound, in_words
from podwatch.core.text import counted, listed, one_line
from podwatch.course.checks import Beside, ExerciseCheck, Reply, Survives, Unbroken
from podwatch.course.judged import Judged, Standing
from podwatch.sources.api import ApiError, Unreachable
from podwatch.sources.kubectl import Refused

ROUNDS = 2
"""How often a workload is restarted if what counts its requests began anew meanwhile."""


class Does(Protocol):
    """What changes something: `Kubectl`."""

    def run(self, *arguments: str, namespace: str = "", patience: float = 0.0) -> str:
        """Run a command of kubectl."""


@dataclass(frozen=True, slots=True)
class Effects:
    """Judges effects where `asking` asks; `tell` says what is about to be done."""

    asking: EffectAsking
    does: Does
    tell: Callable[[str], None]

    def judged(self, check: ExerciseCheck) -> Judged:
        """What came of a check that has an effect."""
        try:
            match check.effect:
                case Reply() as reply:
                    answer = self.asking.holds(lambda: self.asking.reply(reply), check)
                case Beside() as beside:
                    answer = self.asking.holds(lambda: self._beside(beside), check)
                case Survives() as survives:
                    answer = self._survives(survives, check)
                case Unbroken() as unbroken:
                    answer = self._unbroken(unbroken, check)
                case None:
                    raise AssertionError("a check about a state is judged elsewhere")
        except (ApiError, Unreachable) as failure:
            answer = EffectFound(wrong=in_words(failure), known=False)
        except Refused as refused:
            answer = EffectFound(wrong=refused.message, known=False)
        if not answer.known:
            standing = Standing.UNKNOWN
        else:
            standing = Standing.NOT_YET if answer.wrong else Standing.SOLVED
        said = answer.wrong or answer.so
        return Judged(check=check, standing=standing, said=(said,) if said else ())

    # ── Pods share a node ──

    def _beside(self, wanted: Beside) -> EffectFound:
        there, found = (self.asking.usable(one) for one in (wanted.other, wanted.selector))
        if not (there and found):
            selector = wanted.selector if there else wanted.other
            return EffectFound(wrong=f"there is no Pod that is ready with {selector}")
        nodes = sorted({one.spec.node_name for one in there})
        for one in found:
            if (node := one.spec.node_name) not in nodes:
                name = one.metadata.name
                return EffectFound(wrong=f"Pod {name} runs on node {node}, not on {listed(nodes)}")
        where = f"node{'s' * (len(nodes) > 1)} {listed(nodes)}"
        return EffectFound(so=f"{wanted.selector}: on {where}, as {wanted.other} is")

    # ── a Pod is deleted ──

    def _survives(self, wanted: Survives, check: ExerciseCheck) -> EffectFound:
        before = self.asking.usable(wanted.selector)
        if not before:
            return EffectFound(wrong=f"there is no Pod that is ready with {wanted.selector}")
        if alone := [one for one in before if one.metadata.controller is None]:
            name = alone[0].metadata.name
            return EffectFound(
                wrong=f"nothing owns Pod {name}: if it is gone, nobody makes another"
            )
        same = wanted.same
        said = EffectFound()
        if same is not None:
            said = self.asking.holds(lambda: self.asking.reply(same), check, once=True)
            if said.wrong:
                return said
        pod = before[0]
        name = pod.metadata.name
        self.tell(f"kubectl delete pod {name}: does another take its place?")
        self.does.run("delete", "pod", name, "--wait=false", namespace=self.asking.namespace)
        uid, number = pod.metadata.uid, len(before)
        replaced = self.asking.holds(lambda: self._replaced(wanted.selector, uid, number), check)
        if replaced.wrong or same is None:
            return replaced
        after = self.asking.holds(lambda: self.asking.reply(same), check, once=True)
        if after.wrong:
            return after
        if after.text == said.text:
            return EffectFound(so=f"{replaced.so}, which says the same as the one before it")
        return EffectFound(
            wrong=f'before the Pod was deleted, {same.path} said "{one_line(said.text)[:60]}"; '
            f'the new one says "{one_line(after.text)[:60]}"'
        )

    def _replaced(self, selector: str, uid: str, number: int) -> EffectFound:
        usable = self.asking.usable(selector)
        if any(one.metadata.uid == uid for one in usable) or len(usable) < number:
            there = counted(len(usable), "Pod")
            return EffectFound(
                wrong=f"{there} of {number} {'is' if len(usable) == 1 else 'are'} ready"
            )
        return EffectFound(so="a Pod was deleted, and another took its place")

    # ── a workload is restarted ──

    def _unbroken(self, wanted: Unbroken, check: ExerciseCheck) -> EffectFound:
        for _ in range(ROUNDS):
            before = self._calm(wanted.visitors, check)
            if isinstance(before, EffectFound):
                return before
            self.tell(
                f"kubectl rollout restart {wanted.workload}: does every request get its answer?"
            )
            self.does.run("rollout", "restart", wanted.workload, namespace=self.asking.namespace)
            try:
                self.asking.wait(f"{wanted.workload} is restarted")
                self.does.run(
                    *("rollout", "status", wanted.workload, f"--timeout={check.within:g}s"),
                    namespace=self.asking.namespace,
                    patience=check.within + 10,
                )
            except Refused as refused:
                if refused.reason:
                    raise
                return EffectFound(
                    wrong=f"{wanted.workload} did not come up again: {refused.message}"
                )
            self.asking.wait("the old Pods end")
            self.asking.sleep(check.stable)
            after = self._counted(wanted.visitors, check)
            if isinstance(after, EffectFound):
                return after
            good, bad = after[0] - before[0], after[1] - before[1]
            if good > 0 and bad == 0:
                return EffectFound(
                    so=f"{wanted.workload} was restarted: {good} requests, none failed"
                )
            if good >= 0 and bad > 0:
                return EffectFound(
                    wrong=f"{bad} of {counted(good + bad, 'request')} failed while the Pods of "
                    f"{wanted.workload} were replaced"
                )
        return EffectFound(
            wrong=f"Service {wanted.visitors.service} does not count requests, or began anew; "
            "podwatch exercise reset makes it anew",
            known=False,
        )

    def _calm(self, visitors: Reply, check: ExerciseCheck) -> tuple[int, int] | EffectFound:
        """The counts once nothing has failed for as long as is looked on after the restart.

        A request to a Pod that was replaced by what mended it hangs until its time is up, and is
        counted only then.
        """
        end = since = self.asking.now()
        end += check.within
        counts = self._counted(visitors, check)
        while not isinstance(counts, EffectFound) and self.asking.now() - since < check.stable:
            if self.asking.now() >= end:
                return EffectFound(wrong="requests fail even while nothing is restarted")
            self.asking.wait(f"requests are counted; none has to fail for {check.stable:g} s")
            self.asking.sleep(PAUSE)
            bad = counts[1]
            counts = self._counted(visitors, check)
            if not isinstance(counts, EffectFound) and counts[1] != bad:
                since = self.asking.now()
        return counts

    def _counted(self, visitors: Reply, check: ExerciseCheck) -> tuple[int, int] | EffectFound:
        """How many requests went well and how many did not; or why that is not known."""
        answer = self.asking.holds(lambda: self.asking.reply(visitors), check, once=True)
        if answer.wrong:
            return answer._replace(known=False)
        numbers = [
            re.search(rf"\b{word}\s+(\d{{1,12}})\b", answer.text) for word in ("good", "bad")
        ]
        good, bad = (int(found[1]) if found else -1 for found in numbers)
        if min(good, bad) < 0:
            text = one_line(answer.text)[:80]
            return EffectFound(
                wrong=f'Service {visitors.service} does not say "good N" and "bad N": "{text}"',
                known=False,
            )
        return good, bad
