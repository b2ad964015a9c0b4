"""No wrong verdict in either direction: workloads of all kinds, judged beside kubectl.

Each is made in a namespace of its own; podwatch and kubectl wait for it at the same time. The full
run does that three times with each of them, the quick one once with some.
"""

import json
import re
import shlex

import pytest
from _pytest.mark import ParameterSet
from pytest_kind import KindCluster

from tests.command import called
from tests.kind import verdict_runs, verdicts
from tests.kind.conftest import TABLE
from tests.kind.stage import podwatch
from tests.kind.verdict_runs import Run
from tests.kind.verdicts import Workload, workload

TIMES = {"quick": 1, "full": 3}
ALL = {name: workload(name) for name in verdicts.names()}


def asked(all_: dict[str, Workload]) -> list[ParameterSet]:
    """Names for a test, those that only the full run has with its mark."""
    full = {name for name, one in all_.items() if one.claim.tier == "full"}
    return [pytest.param(name, marks=[pytest.mark.full] * (name in full)) for name in all_]


EACH = pytest.mark.parametrize("name", asked(ALL))
DECIDED = pytest.mark.parametrize(
    "name", asked({name: one for name, one in ALL.items() if one.claim.decisive})
)


@pytest.fixture(scope="module")
def runs(
    cluster: KindCluster, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> dict[str, list[Run]]:
    """What came out, by the names of the workloads of this run."""
    wanted = {
        item.callspec.params.get("name")
        for item in request.session.items
        if isinstance(item, pytest.Function)
        and "runs" in item.fixturenames
        and hasattr(item, "callspec")
    }
    chosen = [one for name, one in ALL.items() if name in wanted]
    times = TIMES["full" if request.config.getoption("full") else "quick"]
    folder = tmp_path_factory.mktemp("verdicts")
    with podwatch("verdicts", ["ns", "-A"], cluster.kubeconfig_path, folder / "stderr") as watch:
        watch.until_listed()
        done = verdict_runs.perform_all(chosen, times, cluster, watch, folder)
    request.config.stash[TABLE] = verdict_runs.table(done)
    return {name: [run for run in done if run.workload.name == name] for name in ALL}


@pytest.mark.kind
@EACH
def test_the_verdict_is_right_each_time(name: str, runs: dict[str, list[Run]]) -> None:
    assert [one.said for one in runs[name] if not one.right] == [], ALL[name].claim.about


@pytest.mark.kind
@EACH
def test_kubectl_says_the_same_or_what_is_known_of_it(
    name: str, runs: dict[str, list[Run]]
) -> None:
    assert [one.said for one in runs[name] if one.kubectl != ALL[name].claim.there] == []


@pytest.mark.kind
@DECIDED
def test_it_falls_at_what_decides_it_or_at_the_end_of_its_grace(
    name: str, runs: dict[str, list[Run]]
) -> None:
    assert [one.said for one in runs[name] if not one.timely] == []


@pytest.mark.kind
@EACH
def test_the_recording_gives_the_same_verdict_at_the_same_instant(
    name: str, runs: dict[str, list[Run]]
) -> None:
    for one in runs[name]:
        again = called(
            "expect",
            *shlex.split(ALL[name].claim.expect),
            *("-o", "json", "--replay", str(one.recording)),
        )
        replayed = json.loads(again.stdout)
        for key in ("outcome", "t", "at", "sentence", "cause", "rule", "concept", "results"):
            assert one.verdict[key] == replayed[key], key


# ── the files themselves ──


def test_there_are_workloads_of_all_kinds_and_healing_ones_among_them() -> None:
    claims = [one.claim for one in ALL.values()]
    assert len(claims) >= 40
    assert {one.exits for one in claims} == {0, 1, 4}
    assert sum(one.exits == 0 and bool(one.then) for one in claims) >= 10


@pytest.mark.parametrize("name", ALL)
def test_a_file_says_what_decides_and_why_kubectl_has_another_verdict(name: str) -> None:
    claim = ALL[name].claim
    assert (claim.exits == 1) is (claim.decisive is not None)
    agrees = claim.there in {0: {"met"}, 1: {"fails", "waits"}, 4: {"waits"}}[claim.exits]
    assert agrees is not bool(claim.because)
    re.compile(claim.says)
