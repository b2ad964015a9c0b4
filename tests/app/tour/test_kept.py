"""Where one is in the tour: kept, private, and no reason to fail."""

import stat
from pathlib import Path

import pytest

from podwatch.app.tour.kept import Keeper, TourState, state_file
from podwatch.core.learning import GivenAnswer

STATE = TourState(chapter="status", at=3, read=("why",), answers={"a.b": GivenAnswer(choice=2)})


def test_what_is_kept_comes_back_and_is_nobody_elses(tmp_path: Path) -> None:
    path = tmp_path / "state" / "podwatch" / "tour.json"
    Keeper(path).write(STATE)
    keeper = Keeper(path)
    assert keeper.read() == STATE
    assert keeper.problem == ""
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_new_tour_has_no_place_and_no_problem(tmp_path: Path) -> None:
    keeper = Keeper(tmp_path / "tour.json")
    assert keeper.read() == TourState()
    assert keeper.problem == ""


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b'{"chapter": 7}',
        b'{"at": "x"}',
        b"\xff\xfe",
        b"[" * 50_000,
        b'{"answers": {"a": 1}}',
    ],
    ids=["empty", "cut", "a list", "a number", "a text", "no text", "deep", "odd answers"],
)
def test_a_broken_file_is_said_and_the_tour_begins(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "tour.json"
    path.write_bytes(content)
    keeper = Keeper(path)
    assert keeper.read() == TourState()
    assert "it is broken" in keeper.problem
    keeper.write(STATE)
    assert Keeper(path).read() == STATE


def test_a_place_that_cannot_be_kept_is_said_once(tmp_path: Path) -> None:
    (tmp_path / "podwatch").write_text("a file where the folder should be")
    keeper = Keeper(tmp_path / "podwatch" / "tour.json")
    assert keeper.read() == TourState()
    keeper.write(STATE)
    said = keeper.problem
    assert said.startswith("where you are in the tour is not kept")
    keeper.write(STATE)
    assert keeper.problem == said


@pytest.mark.parametrize(
    ("environment", "path"),
    [
        ({"XDG_STATE_HOME": "/x", "HOME": "/h"}, "/x/podwatch/tour.json"),
        ({"HOME": "/h"}, "/h/.local/state/podwatch/tour.json"),
        ({"XDG_STATE_HOME": "rel", "HOME": "/h"}, "/h/.local/state/podwatch/tour.json"),
        ({"XDG_STATE_HOME": ""}, None),
    ],
)
def test_where_it_is_kept(environment: dict[str, str], path: str | None) -> None:
    found = state_file(environment)
    assert (str(found) if found is not None else None) == path


def test_without_a_place_nothing_is_written_and_it_is_said() -> None:
    keeper = Keeper(None)
    keeper.write(STATE)
    assert keeper.read() == TourState()
    assert "HOME is not set" in keeper.problem
