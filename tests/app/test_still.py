"""Stills of a recording: what is on the screen at that second."""

import json
from pathlib import Path

import pytest

from podwatch.app.cast import PlayedTime, cast
from podwatch.app.still import still
from podwatch.errors import PodwatchError
from podwatch.scenarios import scenario
from podwatch.sources.recording import read
from tests.renderers.dashboard.drawn import Emulated

SIZE = (110, 34)


def on_the_screen(film: Path, second: float) -> list[str]:
    """The projector's first lines, as the film has them at that second: a countdown is below."""
    terminal = Emulated(*SIZE)
    for line in film.read_text("utf-8").splitlines()[1:]:
        at, _, text = json.loads(line)
        if at > second + 0.1:
            break
        terminal.feed(text)
    return [line.rstrip() for line in terminal.lines()][1:16]


def quiet(recording: Path) -> list[float]:
    """Some moments around which nothing comes, as a frame waits for a tenth of a second."""
    times = [item.t for item in read(recording)]
    moments = (times[0] + number * 0.7 for number in range(1, int(times[-1] / 0.7)))
    found = [one - times[0] for one in moments if all(abs(one - t) > 0.15 for t in times)]
    return found[:: max(len(found) // 6, 1)]


@pytest.mark.parametrize("name", ["crash-loop", "graceful-end", "rolling-update", "preemption"])
def test_a_still_shows_the_card_that_is_on_the_screen_at_that_second(
    tmp_path: Path, name: str
) -> None:
    """D13. The projector shows nothing but its card."""
    film, picture = tmp_path / "film.cast", tmp_path / "still.txt"
    recording = scenario(name).recording
    cast(recording, film, SIZE, 1.0, projector=True)
    for second in quiet(recording):
        still(recording, picture, second, SIZE, projector=True)
        shown = picture.read_text("utf-8").splitlines()
        assert shown[1:16] == on_the_screen(film, second), second


def test_at_the_end_all_cards_are_read(tmp_path: Path) -> None:
    film, picture = tmp_path / "film.cast", tmp_path / "still.txt"
    recording = scenario("graceful-end").recording
    still(recording, picture, None, SIZE, projector=True)
    cast(recording, film, SIZE, 1.0, projector=True)
    assert "████" in picture.read_text("utf-8")
    later = picture.read_text("utf-8").splitlines()
    still(recording, picture, 1000.0, SIZE, projector=True)
    assert picture.read_text("utf-8").splitlines()[1:-1] == later[1:-1]


def test_a_still_of_a_recording_that_breaks_off_shows_what_came_before_it(tmp_path: Path) -> None:
    broken, picture = tmp_path / "broken.jsonl", tmp_path / "still.txt"
    lines = scenario("crash-loop").recording.read_bytes().splitlines(keepends=True)
    broken.write_bytes(b"".join(lines[:-3]) + b"{nonsense\n" + b"".join(lines[-3:]))
    with pytest.raises(PodwatchError):
        still(broken, picture, None, SIZE)
    assert "api" in picture.read_text("utf-8")


def test_a_moment_long_after_the_end_costs_no_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture, waits = tmp_path / "still.txt", list[float]()

    class Counted(PlayedTime):
        def wait(self, seconds: float | None) -> None:
            waits.append(seconds or 0.0)
            assert len(waits) < 3_000, "it goes through each second"
            super().wait(seconds)

    monkeypatch.setattr("podwatch.app.still.PlayedTime", Counted)
    still(scenario("crash-loop").recording, picture, 10_000_000.0, SIZE)
    assert sum(waits) > 9_999_000
    assert "115d" in picture.read_text("utf-8")
