"""Every scenario on a real cluster: what podwatch tells live is true, complete and replayable.

All that are asked about are performed once, at the same time, each in a namespace of its own;
then each test asks one question about what was seen.
"""

import subprocess

import pytest
from pytest_kind import KindCluster

from podwatch.scenarios import names, scenario
from tests import claims
from tests.command import PODWATCH
from tests.kind.stage import Performance, Unsupported, perform_all

pytestmark = pytest.mark.kind

AT_MOST = 16
"""So many at once: they mostly wait, but each has a podwatch of its own."""


@pytest.fixture(scope="session")
def performances(
    cluster: KindCluster, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> dict[str, Performance | Exception]:
    asked = {
        item.callspec.params.get("performance")
        for item in request.session.items
        if isinstance(item, pytest.Function) and hasattr(item, "callspec")
    }
    wanted = [scenario(name) for name in names() if name in asked]
    return perform_all(wanted, cluster, tmp_path_factory.mktemp("scenarios"), at_most=AT_MOST)


@pytest.fixture(
    params=[
        pytest.param(name, marks=[pytest.mark.full] if scenario(name).tier == "full" else [])
        for name in names()
    ]
)
def performance(
    request: pytest.FixtureRequest, performances: dict[str, Performance | Exception]
) -> Performance:
    outcome = performances[request.param]
    if isinstance(outcome, Unsupported):
        pytest.skip(str(outcome))
    if isinstance(outcome, Exception):
        pytest.fail(str(outcome) or repr(outcome), pytrace=False)
    return outcome


def test_everything_that_must_appear_appears(performance: Performance) -> None:
    assert claims.missing(performance.scenario, performance.told) == []


def test_everything_that_appears_is_explained(performance: Performance) -> None:
    assert claims.unexplained(performance.told) == []


def test_nothing_else_appears(performance: Performance) -> None:
    assert claims.unexpected(performance.scenario, performance.told) == []


def test_it_appears_in_its_order(performance: Performance) -> None:
    assert claims.out_of_order(performance.scenario, performance.told) == []


def test_ready_status_and_restarts_are_what_the_api_server_prints(performance: Performance) -> None:
    ours, theirs = performance.versions, performance.cells
    compared = ours.keys() & theirs.keys()
    differing = {
        version: (ours[version], theirs[version])
        for version in compared
        if ours[version] != theirs[version]
    }
    assert differing == {}
    assert {version.uid for version in compared} == {version.uid for version in ours}, (
        "a Pod of which both watches saw no version in common"
    )


def test_a_replay_tells_the_same(performance: Performance) -> None:
    command = [PODWATCH, "replay", str(performance.recording), "-o", "json"]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=True, timeout=60)
    live, replayed = list(performance.lines), done.stdout.splitlines(keepends=True)
    assert replayed[: len(live)] == live
    # An item is recorded before it is told: SIGTERM may fall between the two, for one item.
    rest = {claims.told([line])[0]["at"] for line in replayed[len(live) :] if claims.told([line])}
    assert len(rest) <= 1


def test_podwatch_leaves_when_it_is_asked_to(performance: Performance) -> None:
    assert performance.exit_code == 143
