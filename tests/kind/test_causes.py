"""Does podwatch name the cause? Broken workloads that no scenario has, asked about one by one.

All that are asked about are made once, at the same time; `podwatch explain` is asked about each
as soon as it is broken, and about all of them at the end: live, and from what kubectl prints.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass

import pytest
from _pytest.mark import ParameterSet
from pytest_kind import KindCluster

from tests.claims import Line, telling, unexplained
from tests.command import called
from tests.kind import causes
from tests.kind.causes import broken
from tests.kind.stage import call, podwatch

pytestmark = pytest.mark.kind

PRINTED = (
    "pods,events,deployments,replicasets,statefulsets,jobs,persistentvolumeclaims,storageclasses"
)
RAW = (
    r"OCI runtime create failed",
    r"failed to create containerd task",
    r"rpc error",
    r"\d+/\d+ nodes are available",
    r"preemption",
    r"\n",
)
"""What shows that a message is quoted whole, where its innermost cause was to be told."""


def asked(names: Iterable[str]) -> list[ParameterSet]:
    """Names for a test, those that take long with their mark."""
    long = {name for name in names if broken(name).cause.tier == "full"}
    return [pytest.param(name, marks=[pytest.mark.full] * (name in long)) for name in names]


ALL = asked(causes.names())
PODS = asked([name for name in causes.names() if broken(name).cause.concept])


@dataclass(frozen=True, slots=True)
class Told:
    """What podwatch said of the workloads.

    `live`: by a workload's name, once it was broken; what was written on standard error where
    there was no answer. `amiss`: what is amiss in the whole cluster at the end. `printed`: by a
    Pod's uid, then, from a file. `watched`: what happened in the whole cluster meanwhile.
    """

    live: dict[str, Line | str]
    amiss: list[Line]
    printed: dict[str, Line]
    watched: list[Line]

    def of(self, name: str) -> Line:
        """What was said of a workload; the test fails if that is nothing."""
        said = self.live.get(name, "it did not get into its broken state in time")
        if isinstance(said, str):
            pytest.fail(said, pytrace=False)
        return said

    def at_the_end(self, name: str) -> Line:
        """What was said of its Pod from a file; the test is skipped if that is gone."""
        said = self.printed.get(self.of(name)["uid"])
        if said is None:
            pytest.skip("the Pod is gone")
        return said


@pytest.fixture(scope="module")
def told(
    cluster: KindCluster, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Told:
    wanted = {
        item.callspec.params.get("name")
        for item in request.session.items
        if isinstance(item, pytest.Function) and hasattr(item, "callspec")
    }
    all_ = [broken(name) for name in causes.names() if name in wanted]
    folder = tmp_path_factory.mktemp("causes")
    where = {"KUBECONFIG": str(cluster.kubeconfig_path)}
    live: dict[str, Line | str] = {}
    with (
        causes.namespaces(all_, cluster, folder),
        podwatch("causes", ["ns", "-A"], cluster.kubeconfig_path, folder / "stderr") as watch,
    ):
        watch.until_listed()
        causes.make(all_, cluster, folder)
        for one, target in causes.shown(all_, watch, cluster):
            answer = called("explain", target, "-n", one.space, "-o", "json", **where)
            lines = answer.stdout.splitlines()
            live[one.name] = json.loads(lines[0]) if lines else answer.stderr
        amiss = called("explain", "-A", "-o", "json", **where).stdout.splitlines()
        printed = json.loads(call(cluster, "get", PRINTED, "-A", "-o", "json"))
        nodes = json.loads(call(cluster, "get", "nodes", "-o", "json"))
        watched = list(watch.parsed)
    file = folder / "printed.json"
    file.write_text(json.dumps({**printed, "items": printed["items"] + nodes["items"]}), "utf-8")
    from_file = called("explain", "-f", str(file), "-o", "json").stdout.splitlines()
    by_uid = {one["uid"]: one for one in map(json.loads, from_file)}
    return Told(live, [json.loads(line) for line in amiss], by_uid, watched)


@pytest.mark.parametrize("name", ALL)
def test_the_first_sentence_names_the_cause(name: str, told: Told) -> None:
    first = told.of(name)["sentences"][0]
    assert broken(name).unsaid(first) == [], first


@pytest.mark.parametrize("name", PODS)
def test_a_file_that_kubectl_printed_tells_the_same(name: str, told: Told) -> None:
    first = told.at_the_end(name)["sentences"][0]
    assert broken(name).unsaid(first) == [], first


@pytest.mark.parametrize("name", ALL)
def test_it_is_in_the_list_of_what_is_amiss_with_its_cause(name: str, told: Told) -> None:
    one = broken(name)
    found = [line for line in told.amiss if line.get("namespace") == one.space]
    begun = all(line["state"] == "ready-for-now" for line in found)
    if begun and one.cause.concept == "crash-loop-back-off":
        pytest.skip("its next run had just begun")
    if not found and one.cause.concept:
        told.at_the_end(name)  # left out if it is gone
    assert [line for line in found if line["who"] and not one.unsaid(line["sentence"])], found


@pytest.mark.parametrize("name", ALL)
def test_the_cause_is_in_plain_words(name: str, told: Told) -> None:
    first = told.of(name)["sentences"][0]
    assert [raw for raw in RAW if re.search(raw, first)] == [], first


@pytest.mark.parametrize("name", PODS)
def test_who_can_change_it_and_how_is_said_and_where_to_read_on(name: str, told: Told) -> None:
    first = told.of(name)["findings"][0]
    if first["role"] == "fine":
        pytest.skip("its next run had just begun")
    assert first["role"] in {"cause", "wait"}
    assert first["who"]
    assert first["cure"] or first["tries"]
    assert first["concept"] in {broken(name).cause.concept, "restarted"}


@pytest.mark.parametrize("name", ALL)
def test_every_text_is_complete(name: str, told: Told) -> None:
    incomplete = [text for text in told.of(name)["sentences"] if "(not known)" in text]
    assert incomplete == []


def test_everything_that_happens_meanwhile_is_explained(told: Told) -> None:
    assert unexplained(list(telling(told.watched))) == []
