"""What of the stream can change a verdict."""

from msgspec.structs import replace

from podwatch.core.concepts import catalog
from podwatch.core.expectations.target_state import TargetState
from podwatch.core.expectations.tracking import Tracking
from podwatch.core.kube import Workload
from podwatch.core.store import Store
from tests import build as pods
from tests.build import added
from tests.cases import cases
from tests.core.expectations.judging import ROLLOUT

SET = pods.replica_set(1)


@cases(
    "made touches",
    {
        "the target": (pods.deployment(), True),
        "its ReplicaSet": (SET, True),
        "another one's": (replace(SET, metadata=replace(SET.metadata, name="db-1")), False),
        "one elsewhere": (replace(SET, metadata=replace(SET.metadata, namespace="shop")), False),
    },
)
def test_only_an_owner_that_can_be_a_targets_is_judged(made: Workload, touches: bool) -> None:
    tracking = Tracking([TargetState(ROLLOUT)], catalog(), Store())
    assert tracking.touched_by(added(made), ()) is touches
