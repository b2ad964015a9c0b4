"""podwatch in pytest: the fixtures `podwatch`, `podwatch_class`, `podwatch_module` and
`podwatch_session`, for tests that run on a cluster.

Responsible for options, fixtures, and what the report of a test that failed shows. It is loaded in
every run of pytest where podwatch is installed, so it imports nothing but pytest and the standard
library until a test uses a fixture.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from podwatch.app.in_test import Podwatch
    from podwatch.app.timeline import Timeline, Timelines
    from podwatch.core.expectations import Target


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
    parser.addini(
        "podwatch_timeline",
        "whether a test that failed shows what happened to its Pods",
        type="bool",
        default=True,
    )


def pytest_configure(config: pytest.Config) -> None:
    """The marker, for --strict-markers and --markers."""
    config.addinivalue_line(
        "markers", "podwatch(timeline=False): don't show what happened to its Pods if it fails"
    )


# ── the fixtures ──


@pytest.fixture
def podwatch(request: pytest.FixtureRequest) -> Iterator[Podwatch]:
    """podwatch for this test: `podwatch.expect(...)` and `podwatch.timeline(...)`."""
    yield from _made(request)


@pytest.fixture(scope="class")
def podwatch_class(request: pytest.FixtureRequest) -> Iterator[Podwatch]:
    """podwatch for the fixtures and tests of a class."""
    yield from _made(request)


@pytest.fixture(scope="module")
def podwatch_module(request: pytest.FixtureRequest) -> Iterator[Podwatch]:
    """podwatch for the fixtures and tests of a module."""
    yield from _made(request)


@pytest.fixture(scope="session")
def podwatch_session(request: pytest.FixtureRequest) -> Iterator[Podwatch]:
    """podwatch for the fixtures and tests of the whole run."""
    yield from _made(request)


def _made(request: pytest.FixtureRequest) -> Iterator[Podwatch]:
    from podwatch.app.in_test import Podwatch, shown
    from podwatch.app.timeline import Timelines
    from podwatch.errors import PodwatchError
    from podwatch.sources.cluster.access import Access

    option, stash = request.config.getoption, request.config.stash
    kubeconfig = option("podwatch_kubeconfig")
    if kubeconfig is None and _uses_kind(request):
        kubeconfig = str(request.getfixturevalue("kind_cluster").kubeconfig_path)
    access = Access(kubeconfig=kubeconfig, context=option("podwatch_context"))
    timelines = stash.setdefault(_TIMELINES, Timelines())
    namespace, timeout = option("podwatch_namespace") or "", option("podwatch_timeout")
    made = Podwatch(access, namespace, timeout, timelines, _asked(request.config).add)
    try:
        made.begin()
    except PodwatchError as error:
        pytest.fail(str(shown(error)), pytrace=False)
    yield made
    made.stop()
    if _ASKED in request.node.stash:
        del request.node.stash[_ASKED]


def _uses_kind(request: pytest.FixtureRequest) -> bool:
    """Whether pytest-kind's cluster is used by the test, or by one of those that share this."""
    if "kind_cluster" in request.fixturenames:
        return True
    if request.scope == "function":
        return False
    sharing = (item for item in request.session.items if request.node in item.listchain())
    return any("kind_cluster" in getattr(item, "fixturenames", ()) for item in sharing)


# ── what was asked, and for whom ──


@dataclass
class _Asked:
    """Which timelines and targets are of concern to which test.

    What a test asks is its own; what a fixture asks is of concern to all that use the fixture.
    `places`: what runs now, a test and inside of it the fixtures that it sets up, each as the node
    that it lasts for and its name.
    """

    places: list[tuple[pytest.Item | pytest.Collector, str]] = field(default_factory=list)

    def add(self, timeline: Timeline, targets: Iterable[Target] = ()) -> None:
        """Note that this is looked at by what runs now, if it is new from now on."""
        for node, name in {*self.places[:1], *self.places[-1:]}:
            asked = node.stash.setdefault(_ASKED, {}).setdefault(name, {})
            if timeline not in asked:
                asked[timeline] = _Look(timeline.mark())
            asked[timeline].targets.update(dict.fromkeys(targets))

    def by(self, item: pytest.Item) -> dict[Timeline, _Look]:
        """What a test looks at: where there are targets, only those."""
        found: dict[Timeline, _Look] = {}
        used = getattr(item, "fixturenames", ())
        for node in reversed(item.listchain()):  # since when is the test's own word first
            for name, asked in node.stash.get(_ASKED, {}).items():
                if node is item or name in used:
                    for timeline, look in asked.items():
                        found.setdefault(timeline, _Look(look.since)).targets.update(look.targets)
        return {one: look for one, look in found.items() if look.targets} or found


@dataclass
class _Look:
    """Which targets are looked at (none: all Pods), since how many lines of the timeline."""

    since: int
    targets: dict[Target, None] = field(default_factory=dict)


_ASKED: pytest.StashKey[dict[str, dict[Timeline, _Look]]] = pytest.StashKey()
_ASKS: pytest.StashKey[_Asked] = pytest.StashKey()
_TIMELINES: pytest.StashKey[Timelines] = pytest.StashKey()


def _asked(config: pytest.Config) -> _Asked:
    return config.stash.setdefault(_ASKS, _Asked())


@pytest.hookimpl(hookwrapper=True)  # known to older versions of pytest, too
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, Any, None]:
    """What is asked from here on is asked for this test."""
    places = _asked(item.config).places
    places.append((item, ""))
    yield
    places.pop()
    if _ASKED in item.stash:
        del item.stash[_ASKED]


@pytest.hookimpl(hookwrapper=True)
def pytest_fixture_setup(
    fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest
) -> Generator[None, Any, None]:
    """What a fixture asks is asked for all tests that use it."""
    places = _asked(request.config).places
    places.append((request.node, fixturedef.argname))
    yield
    places.pop()


# ── the report of a test that failed ──


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Refuse a marker that says what podwatch does not know."""
    marker = item.get_closest_marker("podwatch")
    if marker is not None and (marker.args or set(marker.kwargs) - {"timeline"}):
        pytest.fail("@pytest.mark.podwatch takes timeline=False, and nothing else", pytrace=False)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, Any, None]:
    """A test that failed, or a fixture of it, shows what happened to its Pods.

    It becomes a part of the failure itself: that is what `--junitxml` holds with pytest's own
    settings, and what the test tabs of GitLab and Jenkins show.
    """
    report = (yield).get_result()
    looks = _asked(item.config).by(item) if report.failed and report.when != "teardown" else {}
    if not looks or call.excinfo is None:
        return
    from podwatch.app.in_test import NotMet, printable
    from podwatch.errors import ExitCode, PodwatchError

    _disarm(report.longrepr, printable)
    error = call.excinfo.value
    if isinstance(error, NotMet):
        crash = report.longrepr.reprcrash  # of the summary's line, and of a test tab's headline
        crash.message = crash.message.partition("\n")[0]
    asked_wrong = isinstance(error, PodwatchError) and error.exit_code is ExitCode.USAGE
    if asked_wrong or not _is_wanted(item):
        return
    for timeline, look in looks.items():
        title = f"podwatch: namespace {timeline.namespace}"
        told = printable(timeline.told(look.targets, 0 if look.targets else look.since))
        if hasattr(report.longrepr, "addsection"):
            report.longrepr.addsection(title, told)
        else:  # of a failure without a traceback
            report.longrepr = f"{report.longrepr}\n{f' {title} ':-^78}\n{told}"


def _is_wanted(item: pytest.Item) -> bool:
    marker = item.get_closest_marker("podwatch")
    usual = item.config.getini("podwatch_timeline")
    return bool(marker.kwargs.get("timeline", usual) if marker is not None else usual)


def _disarm(failure: Any, printable: Callable[[str], str]) -> None:
    """Make what an assertion of the test's own shows of a verdict printable, too."""
    for traceback, crash, _ in getattr(failure, "chain", ()):
        if crash is not None:
            crash.message = printable(crash.message)
        for entry in traceback.reprentries:
            for shown in (entry, getattr(entry, "reprlocals", None)):
                if shown is not None:
                    shown.lines = [printable(line) for line in shown.lines]
