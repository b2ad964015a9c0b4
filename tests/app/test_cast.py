"""Films of the dashboard and stills of a live watch."""

import json
import time
from pathlib import Path

import pytest

from podwatch.app.cast import cast
from podwatch.app.feeds import Inbox, LiveFeed
from podwatch.app.run import run
from podwatch.core.session import Session
from podwatch.core.stream import StreamItem
from podwatch.errors import ExitCode, PodwatchError
from podwatch.renderers.dashboard.snapshot import Snapshot
from podwatch.scenarios import scenario
from tests.renderers.dashboard.boards import lesson, small_catalog
from tests.renderers.dashboard.drawn import Emulated

Film = tuple[dict[str, object], list[tuple[float, str, str]]]
"""Its header, and its events."""


def film_of(name: str, to: Path, speed: float = 1.0) -> Film:
    cast(scenario(name).recording, to, (100, 30), speed)
    header, *events = (json.loads(line) for line in to.read_text("utf-8").splitlines())
    return header, events


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Film:
    return film_of("crash-loop", tmp_path_factory.mktemp("film") / "one.cast")


def test_a_film_has_the_formats_header(film: Film) -> None:
    header, events = film
    assert (header["version"], header["width"], header["height"]) == (2, 100, 30)
    theme = header["theme"]
    assert isinstance(theme, dict)
    assert len(theme["palette"].split(":")) == 16
    assert {kind for _, kind, _ in events} == {"o"}


def test_a_films_times_are_the_recordings(film: Film) -> None:
    _, events = film
    lines = scenario("crash-loop").recording.read_text("utf-8").splitlines()
    lasted = json.loads(lines[-1])["t"] - json.loads(lines[0])["t"]
    times = [t for t, _, _ in events]
    assert times == sorted(times)
    assert times[-1] == pytest.approx(lasted + 4.0, abs=0.3)  # the last picture stays


def test_a_film_begins_with_where_it_was_recorded(film: Film) -> None:
    _, events = film
    first = next(text for _, _, text in events if "podwatch" in text)
    assert "kind-podwatch · crash-loop" in first


def test_a_film_ends_with_what_the_dashboard_showed_last(film: Film) -> None:
    _, events = film
    leaving = next(number for number, (_, _, text) in enumerate(events) if "?1049l" in text)
    terminal = Emulated(100, 30)
    terminal.feed("".join(text for _, _, text in events[:leaving]))
    shown = "\n".join(terminal.lines())
    assert "api" in shown
    assert "Running" in shown
    assert "watched " in events[leaving + 1][2]


def test_the_same_recording_gives_the_same_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    film_of("overview", tmp_path / "one.cast")
    changed = {"NO_COLOR": "1", "TERM": "linux", "COLUMNS": "40", "TZ": "Asia/Tokyo"}
    for name, value in changed.items():
        monkeypatch.setenv(name, value)
    film_of("overview", tmp_path / "two.cast")
    assert (tmp_path / "one.cast").read_bytes() == (tmp_path / "two.cast").read_bytes()


def test_a_film_at_ten_times_the_speed_is_shorter(tmp_path: Path) -> None:
    _, slow = film_of("overview", tmp_path / "slow.cast")
    _, fast = film_of("overview", tmp_path / "fast.cast", speed=10.0)
    assert fast[-1][0] - 4 == pytest.approx((slow[-1][0] - 4) / 10, abs=0.3)
    assert len(fast) < len(slow)


def test_a_film_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    with pytest.raises(PodwatchError, match="can't be written"):
        cast(scenario("fast-pod").recording, tmp_path / "missing" / "x.cast", (80, 24), 100.0)


def test_a_film_longer_than_a_day_is_refused_before_it_is_played(tmp_path: Path) -> None:
    far = tmp_path / "far.jsonl"
    *lines, last = scenario("fast-pod").recording.read_text("utf-8").splitlines()
    t = json.loads(lines[1])["t"] + 86_401
    far.write_text("\n".join([*lines, json.dumps(json.loads(last) | {"t": t})]) + "\n")
    began = time.process_time()
    with pytest.raises(PodwatchError, match="longer than a day") as raised:
        cast(far, tmp_path / "film.cast", (80, 24), 1.0)
    assert raised.value.exit_code is ExitCode.USAGE
    assert time.process_time() - began < 3


# ── stills of now ──


def watched(items: list[StreamItem], to: Path, timeout: float = 5.0) -> None:
    inbox: Inbox = Inbox()
    for item in items:
        inbox.put(item)  # type: ignore[arg-type]
    clock = iter(range(1000))
    feed = LiveFeed(inbox, lambda: float(next(clock)))
    run(feed, Session(small_catalog()), Snapshot(to, (110, 34)), timeout=timeout)


def test_a_still_of_now_is_taken_once_all_is_listed(tmp_path: Path) -> None:
    items = [item for item in lesson() if item.t <= 0.1]
    watched(items, tmp_path / "now.txt", timeout=900)
    shown = (tmp_path / "now.txt").read_text("utf-8")
    assert "web-846575c5cf-25vhc" in shown
    assert "recorded" not in shown.splitlines()[0]


def test_before_all_is_listed_there_is_no_still(tmp_path: Path) -> None:
    watched([item for item in lesson() if item.t < 0.1], tmp_path / "now.txt", timeout=3)
    assert not (tmp_path / "now.txt").exists()


def test_a_still_of_an_unknown_kind_is_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(PodwatchError) as raised:
        Snapshot(tmp_path / "now.png", (80, 24))
    assert raised.value.exit_code is ExitCode.USAGE
