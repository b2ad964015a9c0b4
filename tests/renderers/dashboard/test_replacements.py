"""Rows of Pods that replace one another: each is drawn once, whatever came after what."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from podwatch.core.board import Board, Row
from podwatch.core.folds import Fold
from podwatch.core.kube import Pod
from podwatch.core.stream import Scope, StreamItem
from podwatch.renderers.dashboard.keymap import moved
from podwatch.renderers.dashboard.order import arranged
from podwatch.renderers.dashboard.view import view
from podwatch.renderers.dashboard.view_state import Sort, ViewState, card_shown, marked
from tests.build import added, being_deleted, deleted, fed, modified, opened, owned_by, pod, synced

SORTS = st.sampled_from(list(Sort))
_OWNERS = {
    "StatefulSet": owned_by("StatefulSet", "web"),
    "other StatefulSet": owned_by("StatefulSet", "db"),
    "ReplicaSet": owned_by("ReplicaSet", "web-5d9c"),
    "DaemonSet": owned_by("DaemonSet", "agent"),
    "Job": owned_by("Job", "once"),
}


@st.composite
def replaced_pods(draw: st.DrawFn) -> list[StreamItem]:
    """Pods of several controllers that come and go, a few names and any order of the uids."""
    items: list[StreamItem] = [opened(), synced()]
    living: list[Pod] = []
    uids = iter(draw(st.permutations([f"{number:02}" for number in range(12)])))
    t = 1.0
    for uid in uids:
        t += draw(st.sampled_from([0.1, 1.0, 7.0]))
        ending = draw(st.lists(st.sampled_from(living), unique_by=id)) if living else []
        for one in ending:
            items.append(modified(being_deleted(one), t))
            if draw(st.booleans()):
                items.append(deleted(being_deleted(one), t))
                living.remove(one)
        owner = _OWNERS[draw(st.sampled_from(sorted(_OWNERS)))]
        made = pod(name=draw(st.sampled_from(["web-0", "web-1"])), uid=uid, owner=owner)
        living.append(made)
        items.append(added(made, t))
    return items


def board_of(items: Sequence[StreamItem]) -> Board:
    return fed(items).board


def chain(*uids: str) -> list[StreamItem]:
    """One StatefulSet's Pod, deleted and made anew again and again within a few seconds."""
    items: list[StreamItem] = [opened(), synced()]
    for number, uid in enumerate(uids):
        one = pod(name="web-0", uid=uid, owner=_OWNERS["StatefulSet"])
        items += [added(one, number + 0.1), deleted(being_deleted(one), number + 0.9)]
    return items[:-1]


def pods(rows: Sequence[Row | Fold]) -> list[Row]:
    """Without the rows of groups."""
    return [row for row in rows if isinstance(row, Row)]


def assert_each_once(rows: Sequence[Row], board: Board) -> None:
    assert sorted(row.ref for row in rows) == [row.ref for row in board.rows]


@given(items=replaced_pods(), sort=SORTS)
def test_each_row_is_drawn_once_and_the_frame_ends(items: list[StreamItem], sort: Sort) -> None:
    for end in range(2, len(items) + 1):
        board = board_of(items[:end])
        gone_long = {row.ref for row in board.rows if row.gone and row.gone_t <= board.t - 8}
        rows = pods(arranged(board, ViewState(sort=sort, all_shut=False)))
        assert sorted(row.ref for row in rows) == [
            row.ref for row in board.rows if row.ref not in gone_long
        ]
    view(board, 100, 30, ViewState(sort=sort))
    view(board, 60, 15, ViewState(sort=sort, all_shut=True))


@settings(max_examples=300)
@given(data=st.data())
def test_each_row_is_drawn_once_whatever_its_links_say(data: st.DataObject) -> None:
    """Even circles, which no stream is known to give."""
    board = board_of([opened(), synced(), *(added(pod(name="web-0", uid=u), 1) for u in "abcde")])
    refs = st.none() | st.sampled_from([row.ref for row in board.rows])
    rows = tuple(
        replace(row, replaces=data.draw(refs), replaced_by=data.draw(refs)) for row in board.rows
    )
    linked = replace(board, rows=rows, leaving=tuple(row for row in rows if row.replaced_by))
    assert_each_once(pods(arranged(linked, ViewState(sort=data.draw(SORTS)))), linked)


@pytest.mark.parametrize("uids", ["abc", "cba", "bac", "bca", "dacb", "dcba"], ids=list)
def test_a_pod_that_is_replaced_twice_is_followed_through_its_uids(uids: str) -> None:
    board = board_of(chain(*uids))
    assert [row.ref.uid for row in arranged(board, ViewState())] == list(uids)


def test_pods_of_two_clusters_that_are_alike_to_the_uid_are_two() -> None:
    here, there = (Scope("Pod", "default", cluster=name) for name in ("here", "there"))
    of = board_of(
        [
            opened(here, there),
            *(synced(scope=scope) for scope in (here, there)),
            *(
                added(pod(name="web-0", uid="a"), t, scope=scope)
                for t, scope in ((1, here), (2, there))
            ),
        ]
    )
    first, second = pods(arranged(of, ViewState()))
    assert_each_once([first, second], of)
    assert [entry.t for entry in of.timeline_of(second.ref)] == [2]
    look = moved(moved(ViewState(), "home", of, 9), "down", of, 9)
    assert look.selected == second.ref.key
    card = card_shown(of, look)
    assert card is not None
    assert card.beat.t == 2
    assert [row.ref for row in of.rows if row.ref.key == marked(of, look)] == [second.ref]
