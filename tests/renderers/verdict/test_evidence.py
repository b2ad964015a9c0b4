"""What a verdict is shown with agrees with what the dashboard shows."""

from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from podwatch.core.concepts import catalog
from podwatch.core.expectations import Expectations, Outcome, Target
from podwatch.core.kube import Container
from podwatch.core.session import Session
from podwatch.core.stream import StreamItem
from podwatch.renderers.verdict.evidence import Evidence, gathered
from tests.build import ended, listed, opened, pod, status, synced

HALF_FAILED = pod(
    status(ended("A", 0), name="first"),
    status(ended("B", 1), name="second"),
    containers=[Container(name="first"), Container(name="second")],
    phase="Failed",
    restart_policy="Never",
)


def evidence(*items: StreamItem) -> Evidence:
    session = Session(catalog(), Expectations(targets=(Target("Pod", "default", "web"),)))
    for item in items:
        session.feed(item)
    assert session.judge is not None
    verdict = session.judge.end()
    assert verdict is not None
    return gathered(session.board, verdict)


@pytest.mark.parametrize(
    ("version", "shown"), [("v1.34.0", "Completed"), ("v1.35.0", "Error")], ids=["1.34", "1.35"]
)
def test_the_status_of_a_story_is_the_one_of_the_servers_version(version: str, shown: str) -> None:
    (story,) = evidence(opened(version=version), listed(HALF_FAILED), synced()).stories
    assert story.status == shown


def test_a_verdict_after_the_last_day_of_the_calendar_has_no_date() -> None:
    at_the_end = replace(opened(), at=datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC))
    made = evidence(at_the_end, synced())
    assert (made.verdict.outcome, made.at) == (Outcome.TIMED_OUT, None)
