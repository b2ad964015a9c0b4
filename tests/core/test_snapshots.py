"""One version of a Pod, without a clock and without what is around it, says what a watch knows.

And what is past is told as past: nothing is promised that is over.
"""

from collections.abc import Iterator

import pytest

from podwatch.core.diagnosis import diagnosed
from podwatch.core.finding import Diagnosis
from podwatch.core.kube import KubeObject, Pod, PodEvent
from podwatch.core.stream import Observed
from podwatch.core.surroundings import Objects
from podwatch.scenarios import names, scenario
from podwatch.sources.recording import read
from tests.build import being_deleted, pod, running, status

every_recording = pytest.mark.parametrize("name", names())
Both = tuple[Pod, Diagnosis, Diagnosis]

NOT_IN_THE_POD = {
    ("node-does-not-report", "node-silent"): "whether a Node reports, its own object says",
    ("ready-for-now", "ready-after-failures"): "only a clock says how long ago the last run ended",
    ("node-does-not-report", "ready"): "its controller has not set the Pods' Ready to False yet",
}
"""What a watch says first and a snapshot can't, with the reason."""


def versions(name: str) -> Iterator[Both]:
    """Each version of each Pod, as a watch and as a snapshot explain it."""
    known: dict[tuple[type, str], KubeObject] = {}
    for item in read(scenario(name).recording):
        if not isinstance(item, Observed):
            continue
        one = item.object
        key = type(one), one.metadata.uid
        if item.type == "DELETED" and not isinstance(one, PodEvent):
            known.pop(key, None)
            continue
        known[key] = one
        if isinstance(one, Pod):
            about = [
                told
                for told in known.values()
                if isinstance(told, PodEvent) and told.involved_object.uid in one.event_uids
            ]
            live = diagnosed(one, Objects(known.values()).around(one), item.at)
            yield one, live, diagnosed(one, Objects([one, *about]).around(one))


@every_recording
def test_a_snapshot_says_first_what_a_watch_says_first(name: str) -> None:
    for _, live, snapshot in versions(name):
        pair = live.first.state, snapshot.first.state
        assert pair[0] == pair[1] or pair in NOT_IN_THE_POD


@every_recording
def test_what_is_over_waits_for_nothing(name: str) -> None:
    for one, *both in versions(name):
        deleting = one.metadata.deletion_timestamp is not None
        for finding in (found for diagnosis in both for found in diagnosis.findings):
            waits = finding.role == "wait"
            assert not (waits and deleting) or finding.symptom.part == "deletion"
            assert not (waits and one.status.is_over) or deleting


PROMISES = ("starts it again", "starts again", "next start", "tries again", "goes on by itself")


@every_recording
def test_what_is_over_is_promised_no_start(name: str) -> None:
    for one, *both in versions(name):
        if not one.status.is_over and one.metadata.deletion_timestamp is None:
            continue
        for finding in (found for diagnosis in both for found in diagnosis.findings):
            if finding.role != "note":
                assert not any(words in finding.sentence for words in PROMISES)
                assert not any(words in finding.waits_for for words in PROMISES)


@every_recording
def test_a_next_start_is_told_only_of_what_is_down(name: str) -> None:
    for _, *both in versions(name):
        for finding in (found for diagnosis in both for found in diagnosis.findings):
            if "next start" in finding.waits_for:
                assert finding.symptom.state is not None
                assert finding.symptom.state.value in {"waiting", "terminated"}


def test_a_deletion_by_force_needs_no_clock() -> None:
    one = being_deleted(pod(status(running(), "A"), node="worker"), grace=0)
    assert diagnosed(one).first.state == "forced"
