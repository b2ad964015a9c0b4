"""The projector's picture, without a terminal."""

import re
from collections.abc import Callable
from datetime import UTC
from functools import cache

import pytest
from msgspec.structs import replace
from rich.cells import cell_len

from podwatch import scenarios
from podwatch.app.deeds import played_items
from podwatch.core.beat import Beat
from podwatch.core.board import Board
from podwatch.core.concepts import catalog
from podwatch.core.session import Session
from podwatch.core.stream import StreamItem
from podwatch.core.text import capitalized
from podwatch.renderers.dashboard.layout import Layout
from podwatch.renderers.dashboard.letters import large, lettered
from podwatch.renderers.dashboard.playing import ending, opening
from podwatch.renderers.dashboard.projected import as_it_was, place_of, word
from podwatch.renderers.dashboard.projector import projected_texts, projector
from podwatch.renderers.dashboard.theme import ASCII, DEFAULT
from podwatch.renderers.playback import Lesson
from podwatch.sources.recording import read
from tests.build import status, synced, waiting
from tests.renderers.dashboard.boards import (
    board,
    creating,
    lesson,
    many,
    opened,
    pod,
    running,
    seen,
)

PEN = Layout(DEFAULT, UTC)


@cache
def told(name: str) -> tuple[tuple[Board, Beat], ...]:
    """The beats of a scenario that matter, each with the board of its moment."""
    session = Session(catalog())
    return tuple(
        (session.board, telling.beat)
        for item in played_items(scenarios.scenario(name).recording)
        for telling in session.feed(item).beats
        if telling.told and telling.beat.matters
    )


def of_kind(name: str, kind: str, nth: int = -1) -> tuple[Board, Beat]:
    return [one for one in told(name) if one[1].kind == kind][nth]


def at_end(name: str, kind: str) -> tuple[Board, Beat]:
    """The newest beat of that kind as the end of the recording has it."""
    of = board(read(scenarios.scenario(name).recording), catalog())
    beats = [beat for known in of.beats.values() for beat in known if beat.kind == kind]
    return of, beats[-1]


def last_of(of: Board) -> Beat | None:
    """The newest beat that matters."""
    beats = [group.lead for group in of.story if group.lead.matters]
    return beats[-1] if beats else None


def text(of: Board, beat: Beat | None, width: int = 80, height: int = 24) -> str:
    lines = projector(of, beat, width, height, PEN)
    return "\n".join(line.plain.rstrip() for line in lines) + "\n"


@pytest.mark.parametrize("name", scenarios.names())
def test_every_beat_of_every_scenario_fits_each_size(name: str) -> None:
    for of, beat in told(name):
        for width, height in ((60, 13), (110, 32), (200, 58)):
            lines = projector(of, beat, width, height, PEN)
            assert len(lines) == height
            assert {cell_len(line.plain) for line in lines} == {width}
        plain = projector(of, beat, 80, 22, Layout(ASCII, UTC))
        assert "".join(line.plain for line in plain).isascii()


def letters(text: str) -> str:
    """Without what lines and rows are broken at."""
    return re.sub(r"[^a-z0-9]", "", text.lower())


@pytest.mark.parametrize("name", scenarios.names())
def test_status_and_sentence_are_whole_and_nothing_is_cut(name: str) -> None:
    for of, beat in told(name):
        then = as_it_was(beat, of)
        assert then is not None or beat.ref.kind != "Pod" or beat.kind == "deed"
        sentence = capitalized(beat.sentence)
        drawn = lettered(sentence[:30], 10_000, 4, PEN)
        for width, height in ((80, 22), (140, 43)):
            shown = text(of, beat, width, height)
            assert then is None or then.gone or then.columns.status in shown
            assert letters(sentence[:40]) in letters(shown) or drawn[1][:20] in shown
            cause = beat.because.fact if beat.because is not None else ""
            own = (beat.fact + beat.sentence + cause).count("…")
            assert shown.count("…") <= own + (len(beat.ref.name) > width // 2)


@pytest.mark.parametrize("name", scenarios.names())
def test_no_word_is_so_long_that_it_has_to_be_written_small(name: str) -> None:
    for of, beat in told(name):
        term = word(beat, as_it_was(beat, of))
        assert any("█" in line for line in large(term, 100, 16, PEN)), term


@pytest.mark.parametrize("width", [60, 71, 80, 120, 300])
@pytest.mark.parametrize("height", [4, 15, 24, 45, 100])
def test_every_size_is_filled_exactly(width: int, height: int) -> None:
    for of in (board([]), board(many(3)), board(lesson())):
        lines = projector(of, last_of(of), width, height, PEN)
        assert [cell_len(line.plain) for line in lines] == [width] * height


def test_what_it_became_is_written_in_letters() -> None:
    web = creating("web", age=0)
    ready_now = running("web", age=0)
    items: list[StreamItem] = [opened(), synced(), seen(1, web, "ADDED"), seen(5, ready_now)]
    of = board(items, catalog())
    shown = text(of, last_of(of), 110, 32)
    for line in large("ready", 100, 16, PEN):
        assert line in shown


def test_what_it_was_stands_before_what_it_became() -> None:
    assert "N O T   R E A D Y  ━━━▶" in text(*of_kind("overview", "ready", 0), 110, 32)
    assert "━━━▶" not in text(*of_kind("crash-loop", "created", 0), 110, 32)
    assert "━━━▶" not in text(*of_kind("evicted", "over", 0), 110, 32)


def test_a_container_that_waits_in_a_crash_loop_has_the_term_as_its_word() -> None:
    of, beat = of_kind("crash-loop", "ended")
    then = as_it_was(beat, of)
    assert then is not None
    assert word(beat, then) == "exit 1"
    waits = pod("api", status(waiting("CrashLoopBackOff")))
    assert word(beat, replace(then, pod=waits)) == "CrashLoopBackOff"


def test_the_longest_reason_is_drawn_whole_at_80_columns() -> None:
    """D9: `CreateContainerConfigErr` was sliced."""
    of, beat = at_end("missing-config", "config-failed")
    for width, height in ((80, 22), (140, 43)):
        shown = text(of, beat, width, height)
        assert "✖ CreateContainerConfigError" in shown
        for line in large("CreateContainerConfigError", width * 9 // 10, 11, PEN):
            assert line in shown


def test_it_says_how_the_pod_stood_then_and_not_how_it_stands_now() -> None:
    now = told("crash-loop")[-1][0]
    _, created = told("crash-loop")[0]
    created = next(beat for beat in now.beats_of(created.ref) if beat.kind == "created")
    shown = text(now, created)
    assert "○ Pending" in shown
    assert "✖" not in shown


def test_it_says_which_beat_of_its_pod_it_is() -> None:
    of = told("graceful-end")[-1][0]
    beats = [beat for beat in of.beats_of(told("graceful-end")[0][1].ref) if beat.matters]
    for number, beat in enumerate(beats, 1):
        assert place_of(beat, of) == f"{number} of {len(beats)}"
        assert f"{number} of {len(beats)}" in text(of, beat)


def test_the_lifeline_ends_with_the_state_of_then() -> None:
    of = told("crash-loop")[-1][0]
    running_ = next(beat for beat in of.beats_of(told("crash-loop")[0][1].ref) if beat.times == 1)
    shown = text(of, running_, 110, 32)
    assert "back-off" not in shown
    assert "waiting ━━ ◉ ready" in text(*of_kind("crash-loop", "ready", 0))
    # Its Event came before the version that shows it.
    assert "waiting ━━ ✖ failed" in text(*at_end("missing-config", "config-failed"))


def test_the_fact_does_not_repeat_the_word_nor_the_sentence_the_fact() -> None:
    shown = text(*of_kind("crash-loop", "ended"), 110, 32)
    assert "\n".join(f"     {line}" for line in lettered("3rd run;", 200, 4, PEN)[:3]) in shown
    of, beat = at_end("missing-image", "pull-failed")
    once = replace(beat, times=1)
    assert text(of, once, 80, 22).count("has no image") == 1


@pytest.mark.parametrize(
    ("name", "kind", "said"),
    [
        ("missing-secret-volume", "mount-failed", "failed mount"),
        ("evicted", "over", "evicted"),
        ("quota", "workload", "failed create"),
    ],
)
def test_an_event_has_the_name_of_its_lesson_as_its_reason_says_less(
    name: str, kind: str, said: str
) -> None:
    of, beat = of_kind(name, kind, 0)
    assert word(beat, as_it_was(beat, of)) == said


@pytest.mark.parametrize(
    ("name", "kind", "said"),
    [
        ("resize", "resize", "resize done"),
        ("readiness-gate", "gate", "gate not met"),
        ("scheduling-gate", "unscheduled", "SchedulingGated"),
        ("sigterm-ignored", "stalled", "waits"),
        ("graceful-end", "ended", "exit 143"),
        ("overview", "deed", "kubectl delete"),
    ],
)
def test_the_word_is_what_people_call_it(name: str, kind: str, said: str) -> None:
    of, beat = of_kind(name, kind)
    assert word(beat, as_it_was(beat, of)) == said


def test_a_countdown_is_only_of_what_has_not_come_yet() -> None:
    of, beat = of_kind("crash-loop", "ended")
    assert "Next start in" in text(of, beat)
    older = next(one for one in of.beats_of(beat.ref) if one.kind == "scheduled")
    assert "Next start in" not in text(of, older)
    stalled = next(one for one in of.beats_of(beat.ref) if one.kind == "stalled")
    assert not re.search("next +next", text(of, stalled))


def test_before_anything_happened_it_says_how_many_pods_there_are() -> None:
    shown = text(board(many(3)), None)
    assert "◉ 3 ready" in shown
    assert "Nothing has changed yet" in shown


def test_a_transition_looks_like_this(is_golden: Callable[[str, str], None]) -> None:
    of = board(lesson())
    is_golden("projector-80x24", text(of, last_of(of)))


@pytest.mark.parametrize(("width", "height"), [(60, 15), (80, 24), (110, 34), (200, 60)])
def test_what_is_read_before_and_after_a_lesson_is_large_too(width: int, height: int) -> None:
    told = Lesson("A title", "A summary.", "Watch this.", "The point.", "podwatch demo x", "Next")
    for slide in (opening(told), ending(told)):
        lines = projected_texts(slide, width, height, PEN)
        assert [line.cell_len for line in lines] == [width] * height
        assert sum(bool(line.plain.strip()) for line in lines) >= height // 3
