"""Effects: what a state does not show is tried out, as somebody would who does not trust it.

Responsible for asking Services, for deleting a Pod and restarting a workload, each said before it
is done, and for telling "it is not so" from "that could not be asked". What fails is asked again
until its time is over.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from msgspec.structs import replace

from podwatch.core.kube import Pod
from podwatch.core.text import counted, listed, one_line
from podwatch.course.checks import Beside, ExerciseCheck, Reply, Survives, Unbroken
from podwatch.course.judged import Judged, Standing
from podwatch.sources.api import ApiError, Failure, Unreachable
from podwatch.sources.kubectl import Refused

PAUSE = 1.0
"""Between two questions, in seconds."""
ROUNDS = 2
"""How often a workload is restarted if what counts its requests began anew meanwhile."""


class Asks(Protocol):
    """What is asked of the cluster: `Questions`."""

    def reply(self, namespace: str, service: str, port: str, path: str) -> tuple[int, str]:
        """The status and the text that a Service answers a GET with."""

    def pods(self, namespace: str, selector: str) -> list[Pod]:
        """The Pods with these labels."""


class Does(Protocol):
    """What changes something: `Kubectl`."""

    def run(self, *arguments: str, namespace: str = "", patience: float = 0.0) -> str:
        """Run a command of kubectl."""


class _Found(NamedTuple):
    """What there is to say: the text and what is `so` if all is well, else what is wrong.

    `known`: whether that is an answer at all.
    """

    text: str = ""
    so: str = ""
    wrong: str = ""
    known: bool = True


@dataclass(frozen=True, slots=True)
class Effects:
    """One namespace, in which effects are judged.

    `tell` says what is about to be done, `wait` what is waited for.
    """

    asks: Asks
    does: Does
    namespace: str
    tell: Callable[[str], None]
    wait: Callable[[str], None]
    now: Callable[[], float]
    sleep: Callable[[float], None]

    def judged(self, check: ExerciseCheck) -> Judged:
        """What came of a check that has an effect."""
        try:
            match check.effect:
                case Reply() as reply:
                    answer = self._holds(lambda: self._asked(reply), check)
                case Beside() as beside:
                    answer = self._holds(lambda: self._beside(beside), check)
                case Survives() as survives:
                    answer = self._survives(survives, check)
                case Unbroken() as unbroken:
                    answer = self._unbroken(unbroken, check)
                case None:
                    raise AssertionError("a check about a state is judged elsewhere")
        except (ApiError, Unreachable) as failure:
            answer = _Found(wrong=_in_words(failure), known=False)
        except Refused as refused:
            answer = _Found(wrong=refused.message, known=False)
        if not answer.known:
            standing = Standing.UNKNOWN
        else:
            standing = Standing.NOT_YET if answer.wrong else Standing.SOLVED
        said = answer.wrong or answer.so
        return Judged(check=check, standing=standing, said=(said,) if said else ())

    def _holds(self, ask: Callable[[], _Found], check: ExerciseCheck) -> _Found:
        """What is asked once it was well for so long as it has to be; else the last answer."""
        end = self.now() + check.within
        since: float | None = None
        broken = False
        while True:
            answer, t = ask(), self.now()
            if answer.wrong:
                broken = broken or since is not None
                since = None
                self.wait(answer.wrong)
                if t >= end:
                    often = "it was so, but not all the time: " if broken and answer.known else ""
                    return answer._replace(wrong=f"{often}{answer.wrong}")
            else:
                since = t if since is None else since
                if t - since >= check.stable:
                    return answer
                self.wait(f"it is so by now; it has to be for {check.stable:g} s")
            self.sleep(PAUSE)

    # ── a Service answers ──

    def _asked(self, reply: Reply) -> _Found:
        called = f"Service {reply.service}"
        try:
            status, text = self.asks.reply(
                self.namespace, reply.service, str(reply.port), reply.path
            )
        except Unreachable as failure:
            return _Found(wrong=_in_words(failure), known=False)
        except ApiError as error:
            if not error.reason:  # no Status of the API server: it is the Service's own answer
                status, text = error.code, error.message
            elif error.code == 404:
                return _Found(wrong=f"there is no {called}")
            elif error.code in {400, 502, 503, 504} and "service" in error.message:
                return _Found(wrong=f"{called} does not answer: {_why(error.message)}")
            elif error.code in {401, 403}:
                raise
            else:
                return _Found(wrong=_in_words(error), known=False)
        if status != reply.status:
            return _Found(wrong=f"{called} answers {reply.path} with status {status}")
        if reply.contains not in text:
            return _Found(
                wrong=f"{called} answers {reply.path}, but without "
                f'"{reply.contains}": "{one_line(text)[:80]}"'
            )
        return _Found(text, f'{called} answers {reply.path}: "{one_line(text)[:60]}"')

    # ── Pods share a node ──

    def _beside(self, wanted: Beside) -> _Found:
        there, found = (
            _usable(self.asks.pods(self.namespace, one)) for one in (wanted.other, wanted.selector)
        )
        if not (there and found):
            selector = wanted.selector if there else wanted.other
            return _Found(wrong=f"there is no Pod that is ready with {selector}")
        nodes = sorted({one.spec.node_name for one in there})
        for one in found:
            if (node := one.spec.node_name) not in nodes:
                name = one.metadata.name
                return _Found(wrong=f"Pod {name} runs on node {node}, not on {listed(nodes)}")
        where = f"node{'s' * (len(nodes) > 1)} {listed(nodes)}"
        return _Found(so=f"{wanted.selector}: on {where}, as {wanted.other} is")

    # ── a Pod is deleted ──

    def _survives(self, wanted: Survives, check: ExerciseCheck) -> _Found:
        before = _usable(self.asks.pods(self.namespace, wanted.selector))
        if not before:
            return _Found(wrong=f"there is no Pod that is ready with {wanted.selector}")
        pod = before[0]
        if pod.metadata.controller is None:
            name = pod.metadata.name
            return _Found(wrong=f"nothing owns Pod {name}: if it is gone, nobody makes another")
        same = wanted.same
        said = _Found()
        if same is not None:
            said = self._holds(lambda: self._asked(same), _soon(check))
            if said.wrong:
                return said
        name = pod.metadata.name
        self.tell(f"kubectl delete pod {name}: does another take its place?")
        self.does.run("delete", "pod", name, "--wait=false", namespace=self.namespace)
        uid, number = pod.metadata.uid, len(before)
        replaced = self._holds(lambda: self._replaced(wanted.selector, uid, number), check)
        if replaced.wrong or same is None:
            return replaced
        after = self._holds(lambda: self._asked(same), _soon(check))
        if after.wrong:
            return after
        if after.text == said.text:
            return _Found(so=f"{replaced.so}, which says the same as the one before it")
        return _Found(
            wrong=f'before the Pod was deleted, {same.path} said "{one_line(said.text)[:60]}"; '
            f'the new one says "{one_line(after.text)[:60]}"'
        )

    def _replaced(self, selector: str, uid: str, number: int) -> _Found:
        found = self.asks.pods(self.namespace, selector)
        usable = _usable(found)
        if any(one.metadata.uid == uid for one in usable) or len(usable) < number:
            there = counted(len(usable), "Pod")
            return _Found(wrong=f"{there} of {number} {'is' if len(usable) == 1 else 'are'} ready")
        return _Found(so="a Pod was deleted, and another took its place")

    # ── a workload is restarted ──

    def _unbroken(self, wanted: Unbroken, check: ExerciseCheck) -> _Found:
        for _ in range(ROUNDS):
            before = self._calm(wanted.visitors, check)
            if isinstance(before, _Found):
                return before
            self.tell(
                f"kubectl rollout restart {wanted.workload}: does every request get its answer?"
            )
            self.does.run("rollout", "restart", wanted.workload, namespace=self.namespace)
            try:
                self.wait(f"{wanted.workload} is restarted")
                self.does.run(
                    *("rollout", "status", wanted.workload, f"--timeout={check.within:g}s"),
                    namespace=self.namespace,
                    patience=check.within + 10,
                )
            except Refused as refused:
                if refused.reason:
                    raise
                return _Found(wrong=f"{wanted.workload} did not come up again: {refused.message}")
            self.wait("the old Pods end")
            self.sleep(check.stable)
            after = self._counted(wanted.visitors, check)
            if isinstance(after, _Found):
                return after
            good, bad = after[0] - before[0], after[1] - before[1]
            if good > 0 and bad == 0:
                return _Found(so=f"{wanted.workload} was restarted: {good} requests, none failed")
            if good >= 0 and bad > 0:
                return _Found(
                    wrong=f"{bad} of {counted(good + bad, 'request')} failed while the Pods of "
                    f"{wanted.workload} were replaced"
                )
        return _Found(
            wrong=f"Service {wanted.visitors.service} does not count requests, or began anew; "
            "podwatch exercise reset makes it anew",
            known=False,
        )

    def _calm(self, visitors: Reply, check: ExerciseCheck) -> tuple[int, int] | _Found:
        """The counts once nothing has failed for as long as is looked on after the restart.

        A request to a Pod that was replaced by what mended it hangs until its time is up, and is
        counted only then.
        """
        end = since = self.now()
        end += check.within
        counts = self._counted(visitors, check)
        while not isinstance(counts, _Found) and self.now() - since < check.stable:
            if self.now() >= end:
                return _Found(wrong="requests fail even while nothing is restarted")
            self.wait(f"requests are counted; none has to fail for {check.stable:g} s")
            self.sleep(PAUSE)
            bad = counts[1]
            counts = self._counted(visitors, check)
            if not isinstance(counts, _Found) and counts[1] != bad:
                since = self.now()
        return counts

    def _counted(self, visitors: Reply, check: ExerciseCheck) -> tuple[int, int] | _Found:
        """How many requests went well and how many did not; or why that is not known."""
        answer = self._holds(lambda: self._asked(visitors), _soon(check))
        if answer.wrong:
            return answer._replace(known=False)
        numbers = [
            re.search(rf"\b{word}\s+(\d{{1,12}})\b", answer.text) for word in ("good", "bad")
        ]
        good, bad = (int(found[1]) if found else -1 for found in numbers)
        if min(good, bad) < 0:
            text = one_line(answer.text)[:80]
            return _Found(
                wrong=f'Service {visitors.service} does not say "good N" and "bad N": "{text}"',
                known=False,
            )
        return good, bad


def _soon(check: ExerciseCheck) -> ExerciseCheck:
    """The same, to be so once."""
    return replace(check, stable=0.0)


def _usable(pods: Sequence[Pod]) -> list[Pod]:
    """Those that are ready and stay, by name."""
    return sorted(
        (one for one in pods if one.is_true("Ready") and not one.metadata.deletion_timestamp),
        key=lambda one: one.metadata.name,
    )


_NOT_REACHED = re.compile(r"error trying to reach service: (?:proxy error from [^:]*:\d+ while )?")


def _why(message: str) -> str:
    """Why the API server got no answer, from its own words."""
    if "no endpoints available" in message:
        return "no Pod that is ready stands behind it"
    return _NOT_REACHED.sub("", one_line(message))[:200]


def _in_words(failure: Failure) -> str:
    if isinstance(failure, ApiError) and failure.code == 403:
        return f"you may not do that (403: {failure})"
    if isinstance(failure, ApiError):
        return f"the API server refuses ({failure.code}: {failure})"
    return f"the cluster can't be reached: {failure}"
