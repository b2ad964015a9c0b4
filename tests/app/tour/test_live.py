"""The tour on a cluster: what was seen there is played, or its recording with the reason why."""

from collections.abc import Sequence
from pathlib import Path
from unittest.mock import Mock

import pytest
from msgspec.structs import replace

from podwatch.app.tour import Tour, live
from podwatch.app.tour.guide import Here
from podwatch.app.tour.kept import Keeper
from podwatch.app.tour.live import QUIET, Performance
from podwatch.app.tour.material import Played, played
from podwatch.app.tour.route import Jump, Move
from podwatch.core.question import Moment
from podwatch.core.stream import KeptItem
from podwatch.course import Chapter, Play
from podwatch.errors import PodwatchError
from podwatch.scenarios import Scenario, scenario
from podwatch.sources.recording import read
from tests.app.tour.scripted import SMALL, Scripted

SEEN = list(read(scenario("job-succeeds").recording))


class OnStage:
    """A lesson that needs a few looks until it is there."""

    def __init__(self, items: Sequence[KeptItem], failure: PodwatchError | None = None) -> None:
        self.items = [*items]
        self.told = ""
        self.failure = failure
        self._looks = 0

    def has(self, play: Play) -> bool:
        assert play.scenario == "job-succeeds"
        self._looks += 1
        return self._looks > 2


class OnACluster:
    """Performs one lesson, or none."""

    def __init__(self, stage: OnStage | None) -> None:
        self._stage = stage
        self.prepared: list[int] = []

    def prepare(self, chapter: Chapter, at: int) -> None:
        self.prepared.append(at)
        assert chapter is SMALL

    def of(self, play: Play) -> OnStage | None:
        return self._stage if play in SMALL.scenes else None

    def why_not(self, lesson: Scenario) -> str:
        return f"{lesson.name} takes minutes"


class Watching(Scripted):
    """Keeps what it was given to play."""

    def __init__(self) -> None:
        super().__init__()
        self.played: list[Played] = []

    def play(self, here: Here, play: Play, played: Played) -> Move | Jump:
        self.played.append(played)
        return super().play(here, play, played)


def taken(path: Path, stage: OnStage | None) -> tuple[Watching, OnACluster]:
    guide, live = Watching(), OnACluster(stage)
    Tour((SMALL,), Keeper(path / "tour.json"), live).tell(guide)
    return guide, live


def test_what_was_seen_on_the_cluster_is_played_once_it_is_there(tmp_path: Path) -> None:
    guide, live = taken(tmp_path, OnStage(SEEN))
    assert [one for one in guide.told if "waited" in one] == ["small 3 waited", "small 5 waited"]
    assert [one.live for one in guide.played] == [True, True]
    assert [*guide.played[0].items] == [*played(SMALL, 3).items]
    assert live.prepared[0] == 0
    assert not guide.notes


def test_what_could_not_be_performed_is_played_from_its_recording(tmp_path: Path) -> None:
    guide, _ = taken(tmp_path, OnStage((), PodwatchError("the cluster is gone", "make one")))
    assert [one.live for one in guide.played] == [False, False]
    assert guide.notes == ["the cluster is gone: make one. This is a recording."] * 2


def test_what_is_not_performed_says_why(tmp_path: Path) -> None:
    guide, _ = taken(tmp_path, None)
    assert guide.notes == ["This is a recording. Job-succeeds takes minutes."] * 2
    assert not any("waited" in one for one in guide.told)


def test_a_lesson_that_brings_nothing_any_more_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Performance, "_perform", lambda _: None)
    monkeypatch.setattr(live, "Kubectl", Mock())
    performance = Performance(Mock(), scenario("job-succeeds"))
    play = Play(scenario="job-succeeds", see="", until=Moment(concept="failed"))
    performance.items = [replace(SEEN[0], t=0.0)]
    assert not performance.has(play)
    performance.items = [replace(SEEN[0], t=-QUIET - 1.0)]
    assert performance.has(play)
    assert str(performance.failure) == "Nothing has happened on your cluster for 120 s"
