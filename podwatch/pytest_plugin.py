"""podwatch in pytest: the fixture `podwatch`, for tests that run on a cluster.

Responsible for options, the fixture and the section in the report of a test that failed. It
is loaded in every run of pytest where podwatch is installed, so it imports nothing but pytest
and the standard library until a test uses the fixture.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from podwatch.app.timeline import Timeline
    from podwatch.core.expectations import Verdict
    from podwatch.sources.cluster.access import Access


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

    def __init__(self, access: Access, namespace: str | None, timeout: float) -> None:
        self._access = access
        self._timeout = timeout
        self._namespace = namespace or ""
        self._timelines: dict[str, Timeline] = {}
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
        from podwatch.app.expect import Expect, decided
        from podwatch.app.verdict_output import EXIT_CODES
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
            access=self._access,
            stays=True,
        )
        evidence = decided(options)
        if code := EXIT_CODES[evidence.verdict.outcome]:
            pytest.fail(report(evidence, code), pytrace=False)
        return evidence.verdict

    def timeline(self, target: str = "", *, namespace: str = "") -> str:
        """What happened so far: of one Pod (`pod/web`), or of the whole namespace."""
        namespace = namespace or self._namespace
        self._follow(namespace)
        return self._timelines[namespace].told(target.removeprefix("pod/"))

    def stop(self) -> None:
        """End all watches."""
        for timeline in self._timelines.values():
            timeline.stop()

    def sections(self) -> Iterator[tuple[str, str]]:
        """The timeline of each namespace that was used, with its heading."""
        for timeline in self._timelines.values():
            yield f"podwatch: namespace {timeline.namespace}", timeline.told()

    def _follow(self, namespace: str) -> None:
        from podwatch.app.timeline import Timeline

        if namespace not in self._timelines:
            self._timelines[namespace] = Timeline(self._access, namespace)


@pytest.fixture
def podwatch(request: pytest.FixtureRequest) -> Generator[Podwatch, None, None]:
    """podwatch for this test: `podwatch.expect(...)` and `podwatch.timeline(...)`."""
    option = request.config.getoption
    kubeconfig = option("podwatch_kubeconfig")
    if kubeconfig is None and "kind_cluster" in request.fixturenames:
        kubeconfig = str(request.getfixturevalue("kind_cluster").kubeconfig_path)
    from podwatch.sources.cluster.access import Access

    fixture = Podwatch(
        Access(kubeconfig=kubeconfig, context=option("podwatch_context")),
        option("podwatch_namespace"),
        option("podwatch_timeout"),
    )
    request.node.stash[_USED] = fixture
    yield fixture
    fixture.stop()


_USED = pytest.StashKey[Podwatch]()


@pytest.hookimpl(hookwrapper=True)  # known to older versions of pytest, too
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, None]:
    """A test that failed, or a fixture of it, shows what happened in its namespaces."""
    report = (yield).get_result()
    used = item.stash.get(_USED, None)
    if used is not None and report.when != "teardown" and report.failed:
        report.sections.extend(used.sections())


def _listed(names: str | Iterable[str]) -> list[str]:
    return [names] if isinstance(names, str) else list(names)
