"""What happened, told once: no fact is cut, a row unfolds, and one stays where one is."""

import re
from collections.abc import Iterator
from datetime import UTC
from functools import cache

import pytest
from msgspec.structs import replace
from rich.cells import cell_len

from podwatch import scenarios
from podwatch.core.beat import BeatGroup
from podwatch.core.board import Board
from podwatch.core.concepts import catalog
from podwatch.core.kube.container_spec import Container
from podwatch.core.session import Session
from podwatch.core.story_rows import STORY_LIMIT
from podwatch.core.story_table import story_table
from podwatch.core.stream import StreamItem, Tick
from podwatch.renderers.dashboard.beat_row import SIGNS
from podwatch.renderers.dashboard.entries import entries, entry_id
from podwatch.renderers.dashboard.keymap import moved
from podwatch.renderers.dashboard.layout import Layout
from podwatch.renderers.dashboard.regions import Content
from podwatch.renderers.dashboard.theme import ASCII, DEFAULT, SYMBOLS
from podwatch.renderers.dashboard.timeline import timeline
from podwatch.renderers.dashboard.view import view
from podwatch.renderers.dashboard.view_state import Region, Scene, ViewState
from podwatch.sources.recording import read
from tests import build
from tests.build import status, synced
from tests.renderers.dashboard.boards import (
    board,
    crashing,
    lesson,
    opened,
    pod,
    running,
    seen,
)

PEN = Layout(DEFAULT, UTC)
ON_IT = ViewState(focus=Region.TIMELINE)


@cache
def recorded(name: str) -> Board:
    """The board at the end of a lesson, with all that waited told."""
    session = Session(catalog())
    last = 0.0
    for item in read(scenarios.scenario(name).recording):
        session.feed(item)
        last = item.t
    session.feed(Tick(t=last + 5))
    return session.board


def plain(content: Content) -> str:
    return "\n".join(line.plain.rstrip() for line in content.lines)


def words(text: str) -> str:
    """Without blanks, as a fact may go on in another line."""
    return re.sub(r"\s+", "", text)


@pytest.mark.parametrize("width", [58, 60, 75, 80, 108, 122])
@pytest.mark.parametrize("name", scenarios.names())
def test_no_fact_is_cut_in_any_recording(name: str, width: int) -> None:
    """108 are the columns in the box of 110x34."""
    of = recorded(name)
    assert of.story
    told = timeline(of, ViewState(), width, 400, PEN)
    assert {cell_len(line.plain) for line in told.lines} <= {width}
    together = words(plain(told))
    for group in of.story:
        fact = group.lead.common_fact if group.pods > 1 else group.lead.fact
        assert words(PEN.say(fact)) in together, fact
        if width >= 108 and len(fact) <= 80 and not group.lead.subject:
            assert PEN.say(fact) in plain(told), "in one line"


@pytest.mark.parametrize("name", scenarios.names())
def test_the_clock_goes_back_row_by_row_in_any_recording(name: str) -> None:
    told = timeline(recorded(name), ViewState(), 108, 400, PEN)
    clocks = [row[1:9] for row in rows(told)]
    assert clocks == sorted(clocks, reverse=True)


def rows(content: Content) -> Iterator[str]:
    return (line.plain for line in content.lines if re.match(r" \d\d:\d\d:\d\d ", line.plain))


def test_a_row_is_a_beat_and_the_newest_stands_first() -> None:
    of = recorded("overview")
    told = timeline(of, ViewState(), 108, 100, PEN)
    assert len(list(rows(told))) == len(of.story) < len(of.timeline) / 3
    facts = [one.lead.common_fact if one.pods > 1 else one.lead.fact for one in reversed(of.story)]
    assert all(fact in row for fact, row in zip(facts, rows(told), strict=True))


def test_equal_beats_of_several_pods_are_one_row_with_their_number() -> None:
    shown = plain(timeline(recorded("overview"), ViewState(), 108, 100, PEN))
    assert "○ web-b7cf5fc67 ×2 " in shown
    narrow = plain(timeline(recorded("overview"), ViewState(), 58, 200, PEN))
    assert " ×2 " in narrow


def test_a_pods_start_is_told_in_tenths_of_a_second_since_its_creation() -> None:
    shown = list(rows(timeline(recorded("two-containers"), ViewState(), 108, 100, PEN)))
    since = [re.search(r"\+(\d+\.\d) s $", row) for row in reversed(shown)]
    seconds = [float(found[1]) for found in since if found]
    assert len(seconds) == len(shown) - 1, "all but the creation itself"
    assert seconds == sorted(seconds)


def test_the_container_is_named_where_a_pod_has_several() -> None:
    assert "server: running" in plain(timeline(recorded("two-containers"), ON_IT, 108, 50, PEN))
    assert "app: running" not in plain(timeline(recorded("crash-loop"), ON_IT, 108, 50, PEN))


def test_the_names_of_pods_and_containers_give_way_to_what_happened() -> None:
    long, name = "logs-of-everything-" + "x" * 40, "\u202eweb"
    two = [Container(name=long, image="a"), Container(name="app", image="b")]
    before, after = (
        pod(name, status(state, "a", name=long), status(build.running(), "b"), containers=two)
        for state in (build.running(), build.ended("a", 3))
    )
    items: list[StreamItem] = [
        opened(),
        seen(1, before, "ADDED", initial=True),
        synced(1),
        seen(9, after),
    ]
    told = plain(timeline(board(items, catalog()), ON_IT, 108, 50, PEN))
    assert re.search(r"✖ \\u202eweb  logs-of-everything-x+…: exit 3", told), told


def test_only_what_is_in_scope_is_told_and_the_rest_is_counted() -> None:
    """D6: the filter, `f` and a selection left all other Pods in the timeline."""
    of = recorded("overview")
    api = next(row.ref for row in of.rows if row.ref.name == "api")
    for look in (ViewState(filter="api"), ViewState(selected=api.key)):
        told = timeline(of, look, 108, 100, PEN)
        assert told.right is not None
        assert re.fullmatch(r" \d+ elsewhere ", told.right[0][0])
        for other in ("web-", "report-", "typo"):
            assert other not in plain(told)
        assert "exit 1" in plain(told)
    trouble = plain(timeline(of, ViewState(trouble_only=True), 108, 100, PEN))
    assert "report-" not in trouble
    assert "typo" in trouble
    everything = timeline(of, ViewState(), 108, 100, PEN)
    assert everything.right == []


def test_a_row_of_several_pods_tells_of_those_in_scope_what_happened_then() -> None:
    names = ("x-a", "x-b", "y-c")
    session = build.fed([build.opened(), build.synced()], catalog())
    for t, run, code in ((2.0, "A", 1), (4.0, "B", 2)):
        over = build.ended(run, code, began=t - 1, finished=t)
        for state in (build.running(t - 1), over):
            for name in names:
                one = build.status(state, run)
                session.feed(build.added(build.pod(one, name=name, uid=name, phase="Running"), t))
    listed = entries(session.board, ViewState(filter="x-"))
    rows = [row for row in listed if isinstance(row, BeatGroup) and row.pods == 2]

    facts = [row.lead.fact for row in rows if row.lead.kind == "ended"]
    assert [fact[:6] for fact in facts] == ["exit 2", "exit 1"]


def test_a_row_unfolds_into_its_parts_with_change_and_sentence() -> None:
    of = recorded("crash-loop")
    look = moved(moved(ON_IT, "end", of, 20), "o", of, 20)
    shown = plain(timeline(of, look, 108, 60, PEN))
    assert "created\n" in shown
    assert "Somebody created this Pod directly" in shown or "created this Pod" in shown
    again = moved(look, "o", of, 20)
    assert not again.unfolded
    assert "(inferred)" not in plain(timeline(of, ON_IT, 108, 60, PEN))


def test_every_part_of_every_row_can_be_reached() -> None:
    of = recorded("crash-loop")
    look = replace_all(of)
    seen_parts = ""
    for _ in entries(of, look):
        told = timeline(of, look, 58, 8, PEN)
        seen_parts += words(plain(told))
        look = settled(moved(look, "down", of, told.shown), told)
    for group in of.story:
        for part in group.lead.parts:
            explanation = getattr(part, "explanation", None)
            if explanation is not None:
                sentence = explanation.sentence
                assert words(PEN.say(sentence[1:])) in seen_parts


def test_what_is_too_high_for_the_screen_says_that_it_goes_on() -> None:
    of = recorded("crash-loop")
    look = moved(moved(ON_IT, "o", of, 2), "down", of, 2)
    assert timeline(of, look, 58, 2, PEN).lines[-1].plain.rstrip().endswith("…")


def replace_all(of: Board) -> ViewState:
    """With every row unfolded."""
    return ViewState(
        focus=Region.TIMELINE, unfolded=frozenset(group.lead.group for group in of.story)
    )


def settled(look: ViewState, told: Content) -> ViewState:
    from dataclasses import replace as with_

    return with_(look, timeline_scroll=min(look.timeline_scroll, max(told.shown - 1, 0)))


def test_one_stays_at_a_row_while_newer_ones_come() -> None:
    before = board(lesson(), catalog())
    look = moved(moved(ON_IT, "down", before, 5), "down", before, 5)
    at = look.entry
    listed = entries(before, look)
    assert at == entry_id(listed[2])
    items = [*lesson(), seen(50, crashing("api", 5, backing_off=False, ended=50, age=62))]
    items.append(seen(51, running("newcomer"), "ADDED"))
    after = board(items, catalog())
    assert len(after.story) > len(before.story)
    for of in (before, after):
        told = timeline(of, look, 108, 5, PEN)
        lines = [line.plain for line in told.lines]
        group = next(one for one in entries(of, look) if entry_id(one) == at)
        assert isinstance(group, BeatGroup)
        assert group.lead.fact in lines[2], "where it was on the screen"


def test_without_the_focus_the_newest_is_seen() -> None:
    of = board(lesson(), catalog())
    assert timeline(of, ViewState(), 108, 3, PEN).first == 0
    back = moved(moved(ON_IT, "end", of, 3), "esc", of, 3)
    assert timeline(of, back, 108, 3, PEN).first == 0


def test_enter_opens_the_pod_of_the_row() -> None:
    of = recorded("two-containers")
    look = moved(moved(ON_IT, "o", of, 10), "down", of, 10)
    opened = moved(look, "enter", of, 10)
    assert opened.scene is Scene.POD
    assert opened.selected == of.rows[0].ref.key


def test_that_older_ones_are_not_kept_is_said_at_the_end() -> None:
    of = recorded("crash-loop")
    group = of.story[0]
    story = tuple(
        replace(group, lead=replace(group.lead, group=number)) for number in range(STORY_LIMIT)
    )
    full = replace(of, story=story)
    assert "not kept" not in plain(timeline(full, ON_IT, 108, 8, PEN))
    look = moved(ON_IT, "end", full, 8)
    assert "older ones are not kept any more" in plain(timeline(full, look, 108, 8, PEN))


@pytest.mark.parametrize(("name", "kind"), [("job-fails", "over"), ("graceful-end", "ended")])
def test_what_has_failed_is_not_ticked_off(name: str, kind: str) -> None:
    """What only follows from a cause is no trouble of its own, but nothing well either."""
    of = recorded(name)
    lead = next(one.lead for one in of.story if one.lead.kind == kind)
    assert lead.weight != "trouble" or kind == "ended"
    drawn = plain(timeline(of, ON_IT, 140, 60, PEN))
    row = next(line for line in drawn.splitlines() if lead.fact in line)
    assert PEN.symbol("ended") not in row


def test_every_sign_is_of_a_kind_of_beat_and_a_symbol() -> None:
    assert set(SIGNS) <= set(story_table().kinds)
    assert set(SIGNS.values()) <= set(SYMBOLS)


def test_the_timeline_is_ascii_where_there_is_nothing_else() -> None:
    of = recorded("overview")
    look = replace_all(of)
    made = view(of, 110, 34, look, theme=ASCII, tz=UTC)
    assert all(line.plain.isascii() for line in made.lines)
