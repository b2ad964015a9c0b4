"""Equal parts of many objects are kept once, and stay equal."""

import json
import tracemalloc
from copy import deepcopy

from hypothesis import given

from podwatch.core.kube import Pod
from podwatch.core.kube.decode import decoder
from podwatch.core.kube.shared import share, share_with
from tests.bench.server import pod
from tests.strategies import arbitrary_pods

decoded = decoder(Pod)


def fresh(number: int) -> Pod:
    """A Pod of the usual size, with no object in common with any other."""
    return decoded(json.dumps(pod(number)))


def shared(*pods: Pod) -> tuple[Pod, ...]:
    share(pods)
    return pods


def test_what_repeats_is_one_object() -> None:
    one, other = shared(fresh(1), fresh(41))
    assert one.spec.node_name is other.spec.node_name
    assert one.spec.tolerations is other.spec.tolerations
    assert one.metadata.owner_references is other.metadata.owner_references
    assert one.spec.containers is other.spec.containers
    assert one.status.container_statuses[0].image is other.status.container_statuses[0].image


def test_what_repeats_in_labels_that_differ_is_one_object() -> None:
    one, other = shared(fresh(1), fresh(101))
    assert one.metadata.labels != other.metadata.labels
    assert one.metadata.labels["team"] is other.metadata.labels["team"]


def test_it_takes_a_third_of_the_memory() -> None:
    texts = [json.dumps(pod(number)) for number in range(200)]
    tracemalloc.start()
    pods = [decoded(text) for text in texts]
    before, _ = tracemalloc.get_traced_memory()
    share(pods)
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert after < before / 3


@given(arbitrary_pods(), arbitrary_pods())
def test_it_changes_no_value(one: Pod, other: Pod) -> None:
    before = deepcopy((one, other))
    assert shared(one, other) == before


def test_a_new_version_keeps_what_did_not_change() -> None:
    before, after = fresh(1), fresh(1)
    share_with(before, after)
    assert after.spec is before.spec
    assert after.metadata.labels is before.metadata.labels
    assert after == fresh(1)


def test_a_new_version_has_what_changed() -> None:
    before, after = fresh(1), fresh(2)
    share_with(before, after)
    assert after == fresh(2)
