"""What is said of an exercise whose state is not as it shall be."""

from unittest.mock import Mock

import pytest

from podwatch.app.exercise import judge
from podwatch.app.expect import Expect, decided
from podwatch.course.checks import ExerciseCheck
from podwatch.course.judged import Judged, Standing
from podwatch.renderers.verdict.evidence import Evidence
from podwatch.scenarios import scenario


def judged(monkeypatch: pytest.MonkeyPatch, lesson: str, target: str, words: str) -> Judged:
    """What came of a check about what a lesson's recording ends with."""

    def replayed(_options: Expect, _line: object) -> Evidence:
        recording = scenario(lesson).recording
        given = Expect(replay=recording, targets=(target,), words=[words], environment={})
        return decided(given, None)

    monkeypatch.setattr(judge, "decided", replayed)
    check = ExerciseCheck(still="It is not so.", target=target, expect=words)
    return judge._state(check, Mock(), "shop", Mock(), Mock())


def test_of_pods_that_are_fine_it_is_said_what_is_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = judged(monkeypatch, "single-container", "pod/hello", "deleted")
    assert found.standing is Standing.NOT_YET
    assert found.said
    assert "Nothing is wrong" not in found.said[0]
    assert "deleted" in found.said[0]


def test_the_cause_is_that_of_the_pod_in_trouble(monkeypatch: pytest.MonkeyPatch) -> None:
    found = judged(monkeypatch, "missing-image", "pod/typo", "ready")
    assert (found.standing, found.pod) == (Standing.NOT_YET, "typo")
    assert found.said[0].startswith("Pod typo: ")
