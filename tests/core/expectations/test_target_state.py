"""Which Pods are a target's."""

from tests import build as pods
from tests.build import added
from tests.core.expectations.judging import ROLLOUT, current, verdict_of


def test_pods_of_a_deployment_with_a_longer_name_are_not_its_own() -> None:
    other = pods.pod(name="other", owner=pods.owned_by("ReplicaSet", "web-api-6d8", "set9"))
    assert verdict_of([*current(pods.deployment(2, 2)), added(other)], target=ROLLOUT).pods == ()
