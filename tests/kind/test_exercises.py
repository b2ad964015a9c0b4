"""Each exercise on a real cluster, as a learner does it: what solves it, and what does not."""

from pathlib import Path

import pytest
from pytest_kind import KindCluster

from tests.kind.exercises import FOLDER, Shell, Unexpected, learner, names, proved

pytestmark = pytest.mark.kind

QUICK = "cart-image"
"""The one that is not only in the full tier: there it is started, checked at once, solved."""


def test_an_exercise_is_not_solved_until_it_is(cluster: KindCluster) -> None:
    outcomes = proved(QUICK, Path(cluster.kubeconfig_path), only=["solution"], at_once=True)
    assert [f"{one.case.name}: {one.wrong}" for one in outcomes if one.wrong] == []


@pytest.mark.full
@pytest.mark.parametrize("name", names())
def test_what_solves_it_and_what_does_not(name: str, cluster: KindCluster) -> None:
    outcomes = proved(name, Path(cluster.kubeconfig_path))
    assert [f"{one.case.name}: {one.wrong}" for one in outcomes if one.wrong] == []


ELSEWHERE = (
    *("get pods -n default", "list namespaces", "list nodes", "create namespaces"),
    *("get secrets", "create rolebindings", "patch roles", "create serviceaccounts"),
    *(
        "create serviceaccounts --subresource=token",
        "delete nodes",
        "get configmaps -n kube-system",
    ),
)


@pytest.mark.full
def test_a_learner_may_do_nothing_but_the_exercises(cluster: KindCluster) -> None:
    with learner(Shell(Path(cluster.kubeconfig_path), FOLDER), "exercise-role") as shell:
        assert shell.kubectl("auth can-i create deployments").strip() == "yes"
        may = []
        for what in ELSEWHERE:
            try:
                may.append((what, shell.kubectl(f"auth can-i {what}")))
            except Unexpected:  # the exit code of "no"
                continue
        assert may == []
