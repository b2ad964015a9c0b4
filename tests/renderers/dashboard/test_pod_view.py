"""The Pod view's picture, without a terminal."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC

import pytest
from rich.cells import cell_len

from podwatch import scenarios
from podwatch.core.board import Board, Row
from podwatch.core.concepts import catalog
from podwatch.core.session import Session
from podwatch.core.stream import StreamItem, Tick
from podwatch.renderers.dashboard.layout import Layout
from podwatch.renderers.dashboard.pod_view import pod_view
from podwatch.renderers.dashboard.theme import ASCII, DEFAULT, Theme
from podwatch.renderers.dashboard.view_state import ViewState
from podwatch.sources.recording import read
from tests import build
from tests.build import condition, synced
from tests.renderers.dashboard.boards import board, event, lesson, opened, running, seen, waiting

PEN = Layout(DEFAULT, UTC)


def after(name: str, t: float | None = None) -> Board:
    session = Session(catalog())
    for item in read(scenarios.scenario(name).recording):
        if t is not None and item.t > t:
            session.feed(Tick(t=t))
            break
        session.feed(item)
    return session.board


def row_of(of: Board, name: str = "") -> Row:
    return next(row for row in of.rows if row.ref.name.startswith(name))


def text(of: Board, name: str = "", size: tuple[int, int] = (110, 60), pen: Layout = PEN) -> str:
    """The picture without the sides of the box around it."""
    return "".join(f"{line.strip('┃').rstrip()}\n" for line in drawn(of, name, size, pen))


def drawn(of: Board, name: str, size: tuple[int, int], pen: Layout = PEN) -> list[str]:
    lines, _ = pod_view(of, row_of(of, name), *size, pen, ViewState())
    return [line.plain for line in lines]


@pytest.mark.parametrize("theme", [DEFAULT, ASCII], ids=["unicode", "ascii"])
@pytest.mark.parametrize(
    "name",
    ["init-containers", "crash-loop", "missing-image", "sidecar", "overview", "readiness-gate"],
)
def test_every_size_is_filled_exactly(name: str, theme: Theme) -> None:
    of, pen = after(name), Layout(theme, UTC)
    for row in of.rows[:2]:
        for width in (60, 77, 78, 80, 110, 125, 126, 200, 300):
            for height in (1, 2, 3, 4, 15, 24, 45, 100):
                for scroll in (0, 3, 500):
                    look = ViewState(lines_scroll=scroll)
                    lines, _ = pod_view(of, row, width, height, pen, look)
                    assert len(lines) == height
                    assert {cell_len(line.plain) for line in lines} == {width}


def test_phase_status_and_ready_stand_side_by_side() -> None:
    line = text(after("crash-loop")).splitlines()[1]
    assert line.strip().split("   ")[:3] == ["phase Running", "STATUS Error", "Ready False"]


def test_the_conditions_are_in_the_order_of_a_start() -> None:
    shown = text(after("two-containers"))
    places = [
        shown.index(f"✔ {name} ")
        for name in (
            "PodScheduled",
            "PodReadyToStartContainers",
            "Initialized",
            "ContainersReady",
            "Ready",
        )
    ]
    assert places == sorted(places)


def test_a_readiness_gate_that_nobody_set_is_a_condition_too() -> None:
    of = after("readiness-gate", 1.2)
    gate = row_of(of).pod.spec.readiness_gates[0].condition_type
    assert any(f"· {gate}" in line and "not set yet" in line for line in text(of).splitlines())


def test_of_a_condition_only_what_is_not_as_usual_is_said() -> None:
    usual = condition("Ready", "True", "AsUsual")
    missing = condition("ContainersReady", "False", "ContainersNotReady")
    own = condition("example.com/Paid", "True", "Invoice")
    one = build.pod(conditions=[usual, missing, own])
    of = board([opened(), seen(0.05, one, "ADDED", initial=True), synced()])
    shown = text(of, size=(70, 60)).splitlines()
    last = next(number for number, line in enumerate(shown) if "example.com/Paid" in line)
    assert shown[last - 2 : last + 1] == [
        " ○ ContainersReady False ContainersNotReady",
        " ✔ Ready",
        " · example.com/Paid True",
    ]


def test_what_replaced_a_pod_tells_more_than_that_it_is_gone() -> None:
    shown = text(board(lesson()), "web-846575c5cf-jc8jz").splitlines()[2]
    assert shown.endswith("; replaced by web-846575c5cf-x9k2p")


def test_where_there_is_no_room_for_the_last_restart_their_number_is_shown() -> None:
    wide, narrow = (text(after("crash-loop"), size=(width, 40)) for width in (80, 70))
    assert "RESTARTS 2 (17s ago)" in wide.splitlines()[1]
    assert narrow.splitlines()[1].endswith("RESTARTS 2")


def test_the_start_has_a_bar_for_each_stage_and_names_the_slowest() -> None:
    shown = text(after("init-containers"))
    assert "start  10.6 s to Ready, slowest: migrate ran" in shown
    marked = [line for line in shown.splitlines() if "◀" in line]
    assert len(marked) == 1
    assert "migrate ran" in marked[0]
    assert "██" in marked[0]
    assert marked[0].endswith("5.0 s ◀")
    assert "was there" in next(line for line in shown.splitlines() if "app image" in line)


def test_stages_that_are_ahead_have_no_bar() -> None:
    shown = text(after("missing-image"))
    assert "start  under way: image" in shown
    assert next(line for line in shown.splitlines() if " ready " in line).rstrip().endswith("·")


def test_whole_seconds_are_said_to_be_such() -> None:
    of = board([opened(), seen(0.05, running("web"), "ADDED", initial=True), synced()])
    assert "in whole seconds" in text(of, "web")


def test_each_container_has_a_lane_with_all_that_it_went_through() -> None:
    shown = text(after("crash-loop"), size=(80, 24)).splitlines()
    lane = next(line for line in shown if line.startswith(" app  "))
    states = "".join(dict.fromkeys(lane.split()[1]))
    assert states == "○◉✖↻"
    assert lane.count("✖") > 1
    for name in ("wait-for-database", "migrate", "app"):
        assert any(
            line.startswith(f" {name} ") and "○" in line
            for line in text(after("init-containers")).splitlines()
        )


def test_an_end_with_a_pause_behind_it_is_drawn_as_both() -> None:
    lane = next(
        line for line in text(after("crash-loop", 20)).splitlines() if line.startswith(" app  ")
    )
    assert re.search(r"◉✖↻{5,}$", lane.rstrip())


def test_what_it_waits_for_is_said_with_its_countdown() -> None:
    shown = text(after("crash-loop", 12)).splitlines()
    assert re.match(r" next start in \d+ s or later: Container app ends again and", shown[3])


def test_a_lane_says_what_was_before_the_watch_began() -> None:
    of = board([opened(), seen(0.05, running("web"), "ADDED", initial=True), synced(), Tick(t=9)])
    lane = next(line for line in text(of, "web").splitlines() if line.startswith(" app  "))
    assert lane.split()[1].startswith("··")
    assert lane.rstrip().endswith("◉")


def test_events_stand_at_their_own_time() -> None:
    web = waiting("web", "ErrImagePull")
    items: list[StreamItem] = [
        opened(),
        seen(0.05, web, "ADDED", initial=True),
        synced(),
        seen(30, event(web, "Failed", "no such image", t=12)),
    ]
    assert re.search(r"10:00:12 +app event: Failed|10:00:12 ✖ ", text(board(items), "web"))


def test_other_pods_are_not_in_its_timeline() -> None:
    of = board(lesson())
    assert of.beats_of(row_of(of, "web-846575c5cf-x9k2p").ref)
    told = text(of, "web-846575c5cf-x9k2p").partition("what happened")[2]
    assert "+0.0 s" in told or "10:00:39" in told
    assert "10:00:39" not in text(of, "api").partition("what happened")[2]


def test_a_replacement_says_whom_it_replaces() -> None:
    of = board(lesson())
    assert "replaces web-846575c5cf-jc8jz" in text(of, "web-846575c5cf-x9k2p")
    assert "replaced by web-846575c5cf-x9k2p" in text(of, "web-846575c5cf-jc8jz")


@pytest.mark.parametrize(
    "size", [(60, 15), (80, 24), (100, 30), (110, 34), (140, 45), (200, 60)], ids=str
)
@pytest.mark.parametrize("name", ["crash-loop", "init-containers"])
def test_all_of_a_pod_can_be_scrolled_to_at_every_size(name: str, size: tuple[int, int]) -> None:
    """No line is lost: what happened is not cut where the screen ends."""
    of = after(name)
    row = row_of(of)
    unfolded = ViewState(pod_unfolded=True)
    whole, first = pod_view(of, row, size[0], 300, PEN, unfolded)
    assert first == 0
    facts = [beat.fact for beat in of.beats_of(row.ref)]
    for look in (ViewState(), unfolded):
        seen: list[str] = []
        scroll, last = 0, -1
        while last != scroll:
            lines, last = pod_view(of, row, *size, PEN, replace(look, lines_scroll=scroll))
            seen += [line.plain for line in lines]
            if any(f" {PEN.symbol('down')}" in line.plain for line in (lines[0], lines[-1])):
                scroll = last + 1
        together = squeezed(seen)
        assert all(squeezed([fact]) in together for fact in facts)
        assert all(f"─ {kind} " in "".join(seen) for kind in ("container", "Pod shop"[:3]))
    assert len(whole) == 300


def squeezed(lines: list[str]) -> str:
    """The words only, as a line's end may stand between them."""
    return re.sub(r"\W+", "", "".join(line.strip("┃ ") for line in lines))


def test_the_header_stays_while_the_rest_is_scrolled() -> None:
    of = after("init-containers")
    row = row_of(of)
    end, last = pod_view(of, row, 80, 24, PEN, ViewState(lines_scroll=500))
    assert 0 < last < 100
    assert end[-1].plain.startswith(" ╰─")  # the anatomy's lower side
    assert "◉ shop" in end[0].plain
    assert "phase Running" in end[1].plain
    assert pod_view(of, row, 140, 100, PEN, ViewState(lines_scroll=9))[1] == 0


def test_o_unfolds_the_parts_of_what_happened() -> None:
    of = after("crash-loop")
    row = row_of(of)
    folded, unfolded = (
        "\n".join(line.plain for line in pod_view(of, row, 110, 250, PEN, look)[0])
        for look in (ViewState(), ViewState(pod_unfolded=True))
    )
    assert "app waiting → running" not in folded
    assert "app waiting → running" in unfolded
    assert "The kubelet started it again in the same Pod; this is its 3rd run." in unfolded


@pytest.mark.parametrize("size", [(80, 24), (140, 45)], ids=["80x24", "140x45"])
def test_a_pod_looks_like_this(
    size: tuple[int, int], is_golden: Callable[[str, str], None]
) -> None:
    picture = drawn(board(lesson()), "api", size)
    is_golden(f"pod-{size[0]}x{size[1]}", "".join(f"{line.rstrip()}\n" for line in picture))
