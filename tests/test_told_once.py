"""What happens is told once, over all bundled recordings: how many lines, and what repeats."""

from datetime import UTC

import pytest

from podwatch.core.beat import Beat
from podwatch.core.concepts import catalog
from podwatch.core.session import Session
from podwatch.core.story_table import PartRow, story_table
from podwatch.core.timeline import ExplainedEvent, ExplainedTransition
from podwatch.renderers.lines import Lines
from podwatch.scenarios import names, scenario
from podwatch.sources.recording import read
from tests import repetition

REPETITION = 0.05
"""The largest share of lines that may repeat a cause."""


def lines(name: str, *, since: str = "", until: str = "~") -> list[str]:
    """The lines about what happened in a recording, without lessons; a part by their time."""
    texts: list[str] = []
    renderer, session = Lines(texts.append, lambda: None, UTC), Session(catalog())
    for item in read(scenario(name).recording):
        renderer.show(session.feed(item))
    renderer.show(session.end())
    renderer.close()
    told = [text for text in texts if text[9] != "·" and " * " not in text]
    return [text for text in told if since <= text[:8] <= until]


def told_beats(name: str) -> list[Beat]:
    session = Session(catalog())
    updates = [session.feed(item) for item in read(scenario(name).recording)]
    return [one.beat for update in (*updates, session.end()) for one in update.beats]


def test_few_lines_repeat_a_cause() -> None:
    told = [repetition.beats(name) for name in names()]
    repeat = sum(len(repetition.repeating(one)) for one in told)
    assert repeat / sum(map(len, told)) <= REPETITION


def test_the_rules_find_what_the_lines_of_each_part_repeat() -> None:
    told = [repetition.unfolded(name) for name in names()]
    repeat = sum(len(repetition.repeating(one)) for one in told)
    assert repeat / sum(map(len, told)) > 0.5


def test_a_pod_that_starts_is_a_few_lines() -> None:
    assert len(lines("single-container")) <= 6


def test_an_image_that_is_missing_is_told_in_four_lines() -> None:
    found = lines("missing-image", since="22:16:35", until="22:17:02")
    assert len(found) <= 4
    for term in ("ErrImagePull: docker.io has no image busybox:1.36-typo", "ImagePullBackOff, try"):
        assert sum(term in line for line in found) == 1


def test_a_deletion_is_told_in_four_lines() -> None:
    found = lines("graceful-end", since="22:49:07")
    found = found[[" deletion requested" in line for line in found].index(True) :]
    assert len(found) <= 4


def test_who_is_preempted_is_told_so_in_one_line() -> None:
    found = [line.partition("/humble ")[2] for line in lines("preemption") if "/humble " in line]
    assert sum("priority" in line or "reempt" in line for line in found) == 1


def test_what_keeps_a_pod_from_moving_is_not_said_twice() -> None:
    found = lines("missing-image")
    still = [line for line in found if "no change for" in line]
    assert [line.count("docker.io") for line in still] == [0]
    assert "To fix it: Correct the image name" in still[0]


def test_what_happens_again_in_a_moment_is_not_told_again() -> None:
    found = [line for line in lines("quota") if "FailedCreate" in line]
    assert len(found) == 1


@pytest.mark.parametrize("name", names())
def test_lines_are_in_the_order_of_their_times(name: str) -> None:
    times = [line[:8] for line in lines(name)]
    assert times == sorted(times)


def test_every_row_of_the_table_is_used_in_a_recording() -> None:
    table, used = story_table(), list[PartRow]()
    for name in names():
        for beat in told_beats(name):
            for part in beat.parts:
                if isinstance(part, ExplainedTransition | ExplainedEvent):
                    used.append(table.row(part))
    ids = set(map(id, used))
    assert [row.concepts for row in table.rows if id(row) not in ids] == []


def test_every_kind_of_beat_is_in_a_recording() -> None:
    kinds = {beat.kind for name in names() for beat in told_beats(name)}
    assert story_table().kinds.keys() - kinds == UNSEEN.keys()


UNSEEN = {
    "other": "a transition or an Event of a lesson that no row is about, or of none",
    "found": "recordings begin with no Pods",
    "deed": "what a person did is known of a lesson, not of its recording",
    "network": "nothing else follows for a while: its Events were lost",
    "network-stopped": "its end is not known",
    "initialized": "it is lost again, and nothing says why",
    "waiting": "a container waits again, and its end is not known",
    "phase": "its containers are not known",
    "disruption": "the deletion is late, or does not come",
}
"""Kinds that no recording has, each with why it is there."""
