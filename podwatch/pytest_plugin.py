"""podwatch in pytest: the fixture `podwatch`, for tests that run on a cluster.

Responsible for options, the fixture and the section in the report of a test that failed. It
is loaded in every run of pytest where podwatch is installed, so it imports nothing but pytest
and the standard library until a test uses the fixture.
"""

from __future__ import annotations

import queue
import time
from collections.abc import Generator, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from podwatch.core.expectations import Verdict
    from podwatch.core.session import Session

LINES = 60
"""How many lines of a namespace's timeline stand in the report of a test that failed."""
CATCH_UP = 5.0
"""For how many seconds a timeline waits for what the cluster knows already."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options; their names have a prefix, as other plugins have a --kubeconfig."""
    group = parser.getgroup("podwatch", "podwatch: verdicts about Pods")
    group.addoption(
        "--podwatch-kubeconfig",
        metavar="FILE",
        help="the kubeconfig of the cluster; else that of pytest-kind's kind_cluster, if the test "
        "uses it, else $KUBECONFIG",
    )
    group.addoption("--podwatch-context", metavar="NAME", help="the kubeconfig's context to use")
    group.addoption(
        "--podwatch-namespace", metavar="NAME", help="the namespace; else the context's"
    )
    group.addoption(
        "--podwatch-timeout",
        metavar="SECONDS",
        type=float,
        default=120.0,
        help="how long an expectation waits if it does not say (120)",
    )


class Podwatch:
    """What the fixture `podwatch` gives: expectations and timelines of one cluster."""

    def __init__(
        self, kubeconfig: str | None, context: str | None, namespace: str | None, timeout: float
    ) -> None:
        self._kubeconfig = kubeconfig
        self._context = context
        self._timeout = timeout
        self._namespace = namespace or ""
        self._followed: dict[str, _Followed] = {}
        self._follow(self._namespace)

    def expect(
        self,
        target: str | Iterable[str] = (),
        *words: str,
        selector: str = "",
        never: str | Iterable[str] = (),
        within: Mapping[str, float] | None = None,
        sequence: str = "",
        max_restarts: int | None = None,
        stable: float = 0.0,
        any: bool = False,
        timeout: float | None = None,
        grace: float | None = None,
        namespace: str = "",
    ) -> Verdict:
        """Wait until the targets are as expected, as `podwatch expect` does; times in seconds.

        The test fails with podwatch's report if they are not; PodwatchError if the question
        is written wrong or the cluster can't be asked.
        """
        __tracebackhide__ = True
        from podwatch.app.expect import Expect, decided, silent
        from podwatch.app.run import exit_code
        from podwatch.core.expectations import Outcome
        from podwatch.core.expectations.expectation import GRACE
        from podwatch.renderers.verdict.report import report

        namespace = namespace or self._namespace
        self._follow(namespace)
        options = Expect(
            targets=_listed(target),
            selectors=[selector] if selector else [],
            namespace=namespace,
            words=words,
            never=_listed(never),
            within=list((within or {}).items()),
            sequence=sequence,
            max_restarts=max_restarts,
            stable=stable,
            any_=any,
            timeout=self._timeout if timeout is None else timeout,
            grace=GRACE if grace is None else grace,
            context=self._context,
            kubeconfig=self._kubeconfig,
            stays=True,
        )
        evidence = decided(options, silent())
        if evidence.verdict.outcome is not Outcome.MET:
            pytest.fail(report(evidence, exit_code(evidence.verdict)), pytrace=False)
        return evidence.verdict

    def timeline(self, target: str = "", *, namespace: str = "") -> str:
        """What happened so far: of one Pod (`pod/web`), or of the whole namespace."""
        namespace = namespace or self._namespace
        self._follow(namespace)
        return self._followed[namespace].told(target.removeprefix("pod/"))

    def stop(self) -> None:
        """End all watches."""
        for followed in self._followed.values():
            followed.stop()

    def sections(self) -> Iterator[tuple[str, str]]:
        """The timeline of each namespace that was used, with its heading."""
        for followed in self._followed.values():
            yield f"podwatch: namespace {followed.namespace}", followed.told()

    def _follow(self, namespace: str) -> None:
        if namespace not in self._followed:
            self._followed[namespace] = _Followed(self._kubeconfig, self._context, namespace)


class _Followed:
    """One namespace that is watched beside the test."""

    def __init__(self, kubeconfig: str | None, context: str | None, namespace: str) -> None:
        from podwatch.core.concepts import catalog
        from podwatch.core.session import Session
        from podwatch.core.stream import FORMAT, Opened, Scope
        from podwatch.renderers.lines import Lines
        from podwatch.sources.clock import Clock
        from podwatch.sources.cluster import connect

        self._cluster = cluster = connect(kubeconfig, context)
        self.namespace = namespace or cluster.namespace
        self.stop = cluster.stop
        self._session: Session = Session(catalog())
        self._inbox: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._lines: list[tuple[str, str]] = []
        self._versions: dict[str, str] = {}
        self._written: list[str] = []
        self._renderer = Lines(self._written.append, lambda: None)
        clock = Clock()
        scopes = (Scope("Pod", self.namespace), Scope("Event", self.namespace))
        opened = Opened(t=clock.t(), at=clock.at(), format=FORMAT, scopes=scopes)
        self._inbox.put(opened)
        cluster.follow(scopes, self._inbox.put, clock, self._inbox.qsize)

    def told(self, name: str = "") -> str:
        """The last lines about the Pod of this name, or about all Pods."""
        self._catch_up()
        self._read()
        lines = [line for pod, line in self._lines if name in {"", pod}]
        left_out = max(len(lines) - LINES, 0)
        head = [f"… {left_out} earlier lines are left out"] if left_out else []
        about = f"Pod {name}" if name else "the Pods"
        return "\n".join([*head, *lines[-LINES:]]) or f"nothing happened to {about}"

    def _catch_up(self) -> None:
        """Take what comes until every Pod was seen in the version that it has now.

        An expectation has a watch of its own, which can be ahead.
        """
        deadline = time.monotonic() + CATCH_UP
        versions = self._cluster.questions.versions(self.namespace)
        while any(not self._has_seen(uid, version) for uid, version in versions.items()):
            try:
                self._take(self._inbox.get(timeout=max(deadline - time.monotonic(), 0)))
            except queue.Empty:
                return

    def _has_seen(self, uid: str, version: str) -> bool:
        seen = self._versions.get(uid, "")
        return seen == version or (
            seen.isdecimal() and version.isdecimal() and int(seen) > int(version)
        )

    def _read(self) -> None:
        while not self._inbox.empty():
            self._take(self._inbox.get())

    def _take(self, item: Any) -> None:
        from podwatch.core.stream import Observed
        from podwatch.core.update import Update
        from podwatch.errors import PodwatchError

        if isinstance(item, PodwatchError):
            self._lines.append(("", f"{item.message}: {item.hint}"))
            return
        if isinstance(item, Observed):
            meta = item.object.metadata
            self._versions[meta.uid] = meta.resource_version
        for one in self._session.feed(item).news:
            self._written.clear()
            self._renderer.show(Update((one,)))
            name = getattr(getattr(one, "ref", None), "name", "")
            self._lines += [(name, line.rstrip("\n")) for line in self._written]


@pytest.fixture
def podwatch(request: pytest.FixtureRequest) -> Generator[Podwatch, None, None]:
    """podwatch for this test: `podwatch.expect(...)` and `podwatch.timeline(...)`."""
    option = request.config.getoption
    kubeconfig = option("podwatch_kubeconfig")
    if kubeconfig is None and "kind_cluster" in request.fixturenames:
        kubeconfig = str(request.getfixturevalue("kind_cluster").kubeconfig_path)
    made = Podwatch(
        kubeconfig,
        option("podwatch_context"),
        option("podwatch_namespace"),
        option("podwatch_timeout"),
    )
    request.node.stash[_USED] = made
    yield made
    made.stop()


_USED = pytest.StashKey[Podwatch]()


@pytest.hookimpl(hookwrapper=True)  # known to older versions of pytest, too
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, None]:
    """A test that failed, or a fixture of it, shows what happened in its namespaces."""
    report = (yield).get_result()
    used = item.stash.get(_USED, None)
    if used is not None and report.when != "teardown" and report.failed:
        report.sections.extend(used.sections())


def _listed(one: str | Iterable[str]) -> list[str]:
    return [one] if isinstance(one, str) else list(one)
