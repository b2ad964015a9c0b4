"""Snapshots: the same board gives the same bytes, which load nothing from elsewhere."""

import re
from itertools import pairwise
from pathlib import Path

import pytest

from podwatch.errors import ExitCode, PodwatchError
from podwatch.renderers.dashboard.snapshot import snapshot
from podwatch.renderers.dashboard.view_state import first_look
from tests.command import called
from tests.renderers.dashboard.boards import board, lesson, opened
from tests.renderers.dashboard.test_view import HOSTILE_ITEMS


@pytest.mark.parametrize("kind", ["svg", "html", "txt"])
def test_a_still_shows_the_board_and_is_the_same_each_time(tmp_path: Path, kind: str) -> None:
    of = board([*lesson(), *HOSTILE_ITEMS[1:3]])
    for name in ("one", "two"):
        snapshot(of, tmp_path / f"{name}.{kind}", 110, 34)
    one, two = ((tmp_path / f"{name}.{kind}").read_text("utf-8") for name in ("one", "two"))
    assert one == two
    assert "CrashLoopBackOff" in one
    assert "\x1b" not in one


def test_a_still_loads_nothing_from_elsewhere(tmp_path: Path) -> None:
    path = tmp_path / "still.svg"
    snapshot(board(lesson()), path, 110, 34)
    assert "@font-face" not in path.read_text("utf-8")
    assert "url(http" not in path.read_text("utf-8")


def test_the_words_of_a_still_keep_their_columns_in_any_font(tmp_path: Path) -> None:
    path = tmp_path / "still.svg"
    snapshot(board(lesson()), path, 110, 34)
    words = re.findall(r"<text [^>]*>([^<]*)</text>", path.read_text("utf-8"))
    assert len(words) > 100
    assert not [word for word in words if word.startswith("&#160;") or "&#160;&#160;" in word]


def test_a_still_is_drawn_in_colour_whatever_the_variables_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    snapshot(board(lesson()), tmp_path / "one.svg", 110, 34)
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "40")
    snapshot(board(lesson()), tmp_path / "two.svg", 110, 34)
    assert (tmp_path / "one.svg").read_bytes() == (tmp_path / "two.svg").read_bytes()


def test_a_still_is_dark_or_light(tmp_path: Path) -> None:
    path = tmp_path / "still.svg"
    made = []
    for options in ((), ("--theme", "dark"), ("--theme", "light")):
        done = called("demo", "readiness-late", "--snapshot", str(path), *options)
        assert done.returncode == 0, done.stderr
        made.append(path.read_text("utf-8"))
    assert made[0] == made[1]
    assert 'fill="#181b21"' in made[0]
    assert 'fill="#ffffff"' in made[2]


def test_a_film_is_dark_or_light(tmp_path: Path) -> None:
    for theme, ground in (("dark", "#181b21"), ("light", "#ffffff")):
        path = tmp_path / f"{theme}.cast"
        done = called("demo", "readiness-late", "--cast", str(path), "--theme", theme)
        assert done.returncode == 0, done.stderr
        assert f'"bg": "{ground}"' in path.read_text("utf-8").splitlines()[0]


def test_an_unknown_kind_of_snapshot_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(PodwatchError) as raised:
        snapshot(board([opened()]), tmp_path / "still.png", 80, 24)
    assert raised.value.exit_code == ExitCode.USAGE
    assert ".svg, .html or .txt" in raised.value.hint


def test_a_still_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    with pytest.raises(PodwatchError, match="can't be written"):
        snapshot(board([opened()]), tmp_path / "missing" / "still.svg", 80, 24)


def test_large_letters_are_shapes_whose_lines_touch_each_other(tmp_path: Path) -> None:
    path = tmp_path / "still.svg"
    snapshot(board(lesson()), path, 110, 34, first_look(projector=True))
    drawn = path.read_text("utf-8")
    assert not re.search("[█▀▄]", drawn)
    shapes = re.findall(
        r'<rect class="podwatch-r\d+" x="([\d.]+)" y="([\d.]+)" width="[\d.]+" height="([\d.]+)"',
        drawn,
    )
    assert len(shapes) > 50
    column = sorted(
        (float(y), float(high))
        for x, y, high in shapes
        if x == min(shapes, key=lambda one: float(one[0]))[0]
    )
    touching = [y + high >= below for (y, high), (below, _) in pairwise(column)]
    assert touching.count(True) > 5
