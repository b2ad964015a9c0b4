"""What a test asks podwatch: `expect` and `timeline` of the pytest plugin's fixtures.

Responsible for a failure that reads well in pytest's report: at the test's own line, with the
whole reason, and nothing in it that acts on who prints it.
"""

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from os import PathLike
from typing import Any

from podwatch.app.expect import Expect, decided
from podwatch.app.timeline import Timeline, Timelines
from podwatch.core.expectations import Outcome, Target, Verdict, grammar
from podwatch.core.expectations.expectation import GRACE
from podwatch.errors import PodwatchError
from podwatch.renderers.ci_log import defused, reads_commands
from podwatch.renderers.sanitize import visible
from podwatch.renderers.verdict.report import report
from podwatch.sources.cluster.access import Access

Name = str | PathLike[str]


class NotMet(AssertionError):
    """What a test expected of Pods is not so; `verdict` says why. The text is the whole report."""

    __module__ = "podwatch"  # where it is had from, and what pytest prints

    def __init__(self, report: str, verdict: Verdict) -> None:
        super().__init__(report)
        self.verdict = verdict


class Podwatch:
    """What the fixtures give: expectations and timelines of one cluster."""

    def __init__(
        self,
        access: Access,
        namespace: str,
        timeout: float,
        timelines: Timelines,
        looks_at: Callable[[Timeline, Iterable[Target]], None],
        holder: object = None,
    ) -> None:
        self._access = access
        self._namespace = namespace
        self._timeout = timeout
        self._timelines = timelines
        self._looks_at = looks_at
        self._holder = holder or self

    def begin(self) -> None:
        """Watch the usual namespace from now on, so that the timeline has all of it."""
        self._follow(self._namespace)

    def on(
        self,
        *,
        kubeconfig: Name | None = None,
        context: str | None = None,
        cluster: str | None = None,
        user: str | None = None,
        server: str | None = None,
        token: str | None = None,
        as_: str | None = None,
        as_groups: Iterable[str] = (),
        as_uid: str | None = None,
        insecure_skip_tls_verify: bool = False,
        tls_server_name: str | None = None,
        request_timeout: float | None = None,
    ) -> "Podwatch":
        """The same for another cluster, or as another user; each is called as kubectl's option.

        It ends with the one that it is made of.
        """
        given: dict[str, Any] = {
            "kubeconfig": None if kubeconfig is None else str(kubeconfig),
            "context": context,
            "cluster": cluster,
            "user": user,
            "server": server,
            "token": token,
            "as_": as_,
            "as_groups": tuple(as_groups),
            "as_uid": as_uid,
            "insecure_skip_tls_verify": insecure_skip_tls_verify,
            "tls_server_name": tls_server_name,
            "request_timeout": request_timeout,
        }
        access = replace(self._access, **{name: value for name, value in given.items() if value})
        known = (self._namespace, self._timeout, self._timelines, self._looks_at)
        return Podwatch(access, *known, self._holder)

    def expect(
        self,
        target: str | Iterable[str] = (),
        *words: str,
        selector: str | Iterable[str] = (),
        manifests: Name | Iterable[Name] = (),
        never: str | Iterable[str] = (),
        within: Mapping[str, float] | None = None,
        sequence: str = "",
        max_restarts: int | None = None,
        stable: float | None = None,
        any: bool = False,
        keep_going: bool = False,
        timeout: float | None = None,
        grace: float | None = None,
        namespace: str = "",
        logs: bool = True,
    ) -> Verdict:
        """Wait until the targets are as expected, as `podwatch expect` does; times in seconds.

        `manifests`: files or folders, as after its `-f`.

        The test fails with NotMet and podwatch's report if they are not; PodwatchError if the
        question is written wrong or the cluster can't be asked.
        """
        __tracebackhide__ = True
        if "-" in _listed(target) + _listed(manifests):
            raise PodwatchError("a test has no standard input to read targets from", "name them")
        try:
            timeline = self._follow(namespace or self._namespace)
            options = Expect(
                targets=_listed(target),
                selectors=_listed(selector),
                files=_listed(manifests),
                namespace=timeline.namespace,
                words=words,
                never=_listed(never),
                within=list((within or {}).items()),
                sequence=sequence,
                max_restarts=max_restarts,
                stable=stable,
                any_=any,
                keep_going=keep_going,
                timeout=self._timeout if timeout is None else timeout,
                grace=GRACE if grace is None else grace,
                access=self._access,
                logs=logs,
                stays=True,
            )
            evidence = decided(options)
            timeline.mark()
        except PodwatchError as error:
            raise shown(error) from None
        verdict = evidence.verdict
        for target_ in dict.fromkeys(result.target for result in verdict.results):
            self._looks_at(self._follow(target_.namespace), [target_])
        if verdict.outcome is not Outcome.MET:
            raise NotMet(printable(report(evidence)), verdict)
        return verdict

    def timeline(self, target: str = "", *, namespace: str = "") -> str:
        """What happened so far: to one target's Pods (`pod/web`), or in the whole namespace."""
        __tracebackhide__ = True
        try:
            timeline = self._follow(namespace or self._namespace)
            name = target if "/" in target or not target else f"pod/{target}"
            wanted = [grammar.wanted_target(name, timeline.namespace)] if name else []
            return printable(timeline.told(wanted))
        except PodwatchError as error:
            raise shown(error) from None

    def stop(self) -> None:
        """End all watches."""
        self._timelines.release(self._holder)

    def _follow(self, namespace: str) -> Timeline:
        timeline = self._timelines.held(self._access, namespace, self._holder)
        self._looks_at(timeline, ())
        return timeline


def _listed(names: Name | Iterable[Name]) -> list[str]:
    """The names, or the one; a path is as good as its text."""
    return [str(one) for one in ([names] if isinstance(names, str | PathLike) else names)]


def shown(error: PodwatchError) -> PodwatchError:
    """The error as a report may show it, raised anew where the test asked."""
    message, hint = (printable(visible(text)) for text in (error.message, error.hint))
    return PodwatchError(message, hint, error.exit_code)


def printable(text: str) -> str:
    """Text for pytest's report: nothing in it is a command for a CI system that acts on them."""
    return defused(text) if reads_commands(os.environ) else text
