"""The tour on a terminal: each place looks as it shall at each size, and keys lead on."""

import io
import queue
import re
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import cast

import pytest
from rich.cells import cell_len

from podwatch.app.feeds import ATTENTIVE, Inbox
from podwatch.app.tour import Tour
from podwatch.app.tour.guide import Here
from podwatch.app.tour.kept import Keeper
from podwatch.app.tour.material import Pictured, pictured
from podwatch.app.tour.on_screen import ScreenGuide
from podwatch.app.tour.route import Place
from podwatch.course import Chapter, Link, Page, chapters
from podwatch.renderers import TerminalSignal
from podwatch.renderers.dashboard.canvas import Canvas
from podwatch.renderers.dashboard.keys import Key, Mouse
from podwatch.renderers.dashboard.theme import ASCII, DEFAULT, Theme
from tests.app.tour.scripted import CHAPTERS, SMALL
from tests.renderers.dashboard.drawn import ENTER, LEAVE, Emulated, console

SIZES = [(60, 15), (80, 24), (110, 34), (200, 50)]


class Typist:
    """Somebody at the keys: each key is typed when the screen is looked at, once it is still.

    `screens` are what they saw before each key.
    """

    def __init__(
        self, keys: Iterable[str], size: tuple[int, int] = (80, 24), theme: Theme = DEFAULT
    ) -> None:
        self._keys = iter(keys)
        self.console = console(*size)
        self.file = cast(io.StringIO, self.console.file)
        self.terminal = Emulated(*size)
        self.canvas = Canvas(self, self.console, keys=False, theme=theme)
        self.screens: list[str] = []
        self._read = 0

    def put(self, item: Key | Mouse | TerminalSignal) -> None:
        """Nothing is put: it is asked."""

    def get(self, **wait: float) -> Key:
        """A key, if nothing else is due soon."""
        if wait["timeout"] < ATTENTIVE:
            time.sleep(max(wait["timeout"], 0.0))
            raise queue.Empty
        written = self.file.getvalue()
        self.terminal.feed(written[self._read :])
        self._read = len(written)
        self.screens.append("\n".join(line.rstrip() for line in self.terminal.lines()))
        return Key(next(self._keys, "q"))


def taken(
    keys: Iterable[str],
    path: Path,
    size: tuple[int, int] = (80, 24),
    course: Sequence[Chapter] = CHAPTERS,
    chapter: int | None = None,
    theme: Theme = DEFAULT,
) -> tuple[Typist, Place | None, Tour]:
    typist = Typist(keys, size, theme)
    tour = Tour(course, Keeper(path / "tour.json"))
    guide = ScreenGuide(tour.answered, cast(Inbox, typist), typist.canvas)
    try:
        place = tour.tell(guide, chapter)
    finally:
        guide.close()
    return typist, place, tour


ON_TO_PLAY = ["enter", "enter", "2", "enter", "enter"]
"""From the opening over the page and the question, its reason and its outcome to the recording."""


def test_the_tour_leads_from_the_opening_to_the_ending_of_a_chapter(tmp_path: Path) -> None:
    typist, _, tour = taken([*ON_TO_PLAY, *["enter"] * 40], tmp_path)
    seen = "\n".join(typist.screens)
    for said in (
        "Chapter 1 of 2",
        "watch for   How a Job's Pod ends.",
        "What is a Pod?",
        "Now watch",
        "It is created, and starts.",
        "the real Pod",
        "In short: A small chapter",
        "✔ What is a Pod?",
        "next        2 Another one, about 1 minute",
        "That was the whole tour",
    ):
        assert said in seen, said
    assert re.search(r"▸ +restartPolicy: Never", seen)
    assert tour.state.read == ("small", "second")
    assert tour.state.answers["small.wrapper"].choice == 1


def test_the_terminal_is_taken_once_and_given_back(tmp_path: Path) -> None:
    typist, _, _ = taken([*ON_TO_PLAY, *["enter"] * 40], tmp_path)
    raw = typist.file.getvalue()
    assert raw.count(ENTER) == raw.count(LEAVE) == 1
    assert raw.count("\x1b[2J") == 2  # as it is entered, and for the first frame
    assert raw.rstrip().endswith(LEAVE)


def test_a_recording_waits_to_be_played_and_is_held(tmp_path: Path) -> None:
    typist, _, _ = taken([*ON_TO_PLAY, "x", "x", "enter", *["enter"] * 6, "x"], tmp_path)
    before = [one for one in typist.screens if "Now watch" in one]
    assert len(before) >= 3
    assert "Enter play it" in before[0]
    assert "no Pods yet" in before[0]
    held = [one for one in typist.screens if "Running" in one and "Enter go on" in one]
    assert held


def test_left_goes_back_and_brackets_go_by_chapter(tmp_path: Path) -> None:
    typist, place, _ = taken(["enter", "left", "]", "enter", "[", "[", "q"], tmp_path)
    heads = [
        next(
            one for one in ("Chapter 1 of 2", "Chapter 2 of 2", "A Job", "Nothing.") if one in seen
        )
        for seen in typist.screens
    ]
    assert heads == [
        "Chapter 1 of 2",
        "A Job",
        "Chapter 1 of 2",
        "Chapter 2 of 2",
        "Nothing.",
        "Chapter 2 of 2",
        "Chapter 1 of 2",
    ]
    assert place == Place(0, 0)


def test_the_list_of_chapters_goes_where_it_is_asked_to(tmp_path: Path) -> None:
    typist, place, _ = taken(["c", "down", "enter", "q"], tmp_path)
    assert "▸  1    A small chapter" in typist.screens[1]
    assert place == Place(1, 0)
    typist, place, _ = taken(["enter", "c", "esc", "q"], tmp_path, chapter=0)
    assert place == Place(0, 1)
    assert typist.screens[-1] == typist.screens[1]


def test_who_comes_back_is_told_where_they_were(tmp_path: Path) -> None:
    taken(["enter", "enter", "q"], tmp_path)
    typist, _, _ = taken(["enter"], tmp_path)
    assert "You were in chapter 1 of 2: A small chapter, 2 of 5." in typist.screens[0]
    assert "What is a Pod?" in typist.screens[1]
    typist, place, _ = taken(["r"], tmp_path)
    assert place == Place(0, 0)


def test_a_question_is_skipped_with_esc(tmp_path: Path) -> None:
    _, place, tour = taken(["enter", "enter", "esc", "q"], tmp_path)
    assert place == Place(0, 3)
    assert not tour.state.answers


def test_the_keys_are_listed_and_do_what_they_say(tmp_path: Path) -> None:
    typist, _, _ = taken(["?", "esc", "q"], tmp_path)
    assert "all chapters" in typist.screens[1]
    assert "record" not in typist.screens[1]


def test_a_long_sheet_is_read_to_its_end_first(tmp_path: Path) -> None:
    long = Chapter(
        name="long",
        number=1,
        title="Long",
        minutes=1,
        watch_for="",
        summary=(),
        scenes=(Page(text="\n\n".join(f"Paragraph {n}." for n in range(20))),),
    )
    typist, place, _ = taken(["enter"] * 5 + ["q"], tmp_path, (60, 15), (long,))
    more = [one for one in typist.screens if "Enter read on" in one]
    assert len(more) == 3
    assert all(f"Paragraph {n}." in "".join(typist.screens) for n in range(20))
    assert place == Place(0, 2)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("theme", [DEFAULT, ASCII], ids=["symbols", "ascii"])
@pytest.mark.parametrize("chapter", chapters(), ids=lambda one: one.name)
def test_every_page_of_the_tour_can_be_read_at_every_size(
    chapter: Chapter, theme: Theme, size: tuple[int, int]
) -> None:
    for at, scene in enumerate(chapter.scenes, 1):
        if not isinstance(scene, Page):
            continue
        typist = Typist(["enter"] * 30, size, theme)
        guide = ScreenGuide(lambda *_: None, cast(Inbox, typist), typist.canvas)
        guide.page(Here(chapter, (chapter,), at), scene, pictured(chapter, at))
        guide.close()
        assert all(cell_len(line) <= size[0] for one in typist.screens for line in one.split("\n"))
        seen = re.sub(r"\W+", "", "".join(typist.screens))
        words = scene.text.split()
        assert all(re.sub(r"\W+", "", word) in seen for word in words)
        assert "Enter go on" in typist.screens[-1]


def test_a_small_chapter_fits_a_small_screen(tmp_path: Path) -> None:
    typist, _, _ = taken([*ON_TO_PLAY, *["enter", "enter", "1"] * 20], tmp_path, (60, 15), (SMALL,))
    assert all(len(one.split("\n")) == 15 for one in typist.screens)
    assert any("In short" in one for one in typist.screens)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_commands_and_addresses_are_whole_at_every_size(size: tuple[int, int]) -> None:
    page = Page(
        text="Type this.",
        commands=("kubectl create deployment hello --image=nginx --replicas=2 --port=80",),
        links=(
            Link(text="More", page="/docs/tutorials/kubernetes-basics/deploy-app/deploy-intro/"),
        ),
    )
    typist = Typist(["enter"] * 4, size)
    guide = ScreenGuide(lambda *_: None, cast(Inbox, typist), typist.canvas)
    guide.page(Here(SMALL, (SMALL,), 1), page, Pictured())
    guide.close()
    seen = "".join("".join(typist.screens).split())
    assert "".join(page.commands[0].split()) in seen
    assert f"kubernetes.io{page.links[0].page}" in seen
