"""Each exercise on a real cluster, as a learner does it: what solves it, and what does not."""

from pathlib import Path

import pytest
from pytest_kind import KindCluster

from tests.kind.exercises import names, proved

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
