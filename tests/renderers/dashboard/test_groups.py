"""Groups of Pods in the table: what is folded when, what stays a row, what the keys change."""

from collections.abc import Sequence

import pytest
from msgspec.structs import replace
from rich.cells import cell_len

from podwatch.core.board import Board
from podwatch.core.cards import of_moment
from podwatch.core.concepts import catalog
from podwatch.core.folds import Fold
from podwatch.core.kube import OwnerReference, Pod
from podwatch.core.stream import Key, StreamItem
from podwatch.renderers.dashboard.keymap import moved
from podwatch.renderers.dashboard.order import arranged
from podwatch.renderers.dashboard.table_row import without_term
from podwatch.renderers.dashboard.view_state import Sort, ViewState, scope
from tests.build import being_deleted, condition, owned_by
from tests.renderers.dashboard.boards import (
    board,
    crashing,
    creating,
    first_list,
    pod,
    running,
    seen,
    waiting,
)
from tests.renderers.dashboard.test_view import HOSTILE, picture, text

ROOM = ViewState(room=10)


def deployment(name: str) -> OwnerReference:
    return owned_by("ReplicaSet", f"{name}-846575c5cf", f"rs-{name}")


def replicas(name: str, number: int, **more: object) -> list[Pod]:
    return [
        running(f"{name}-846575c5cf-{n:05}", owner=deployment(name), **more) for n in range(number)
    ]


def failing(name: str, number: int, reason: str = "ErrImagePull") -> list[Pod]:
    return [
        waiting(f"{name}-846575c5cf-x{n:04}", reason, owner=deployment(name)) for n in range(number)
    ]


def of_(*pods: Pod, later: Sequence[StreamItem] = ()) -> Board:
    return board([*first_list(*pods), *later], catalog())


def rows(of: Board, look: ViewState = ROOM) -> list[str]:
    """`[web 7]` for a folded group, `{web 7}` for an open one, the name of a Pod."""
    said = []
    found = arranged(of, look)
    for one in found:
        if isinstance(one, Fold):
            name = f"{one.ref.name or 'cause'} {one.pods}"
            said.append(f"[{name}]" if found.groups.is_shut(one) else f"{{{name}}}")
        else:
            said.append(one.ref.name.replace("-846575c5cf", ""))
    return said


def key_of(name: str) -> Key:
    return ("", f"Deployment/default/{name}")


def test_a_workload_of_many_pods_is_one_row() -> None:
    assert rows(of_(*replicas("web", 7), running("bare"))) == ["bare", "[web 7]"]


def test_a_few_pods_stay_rows() -> None:
    assert rows(of_(*replicas("web", 3))) == ["web-00000", "web-00001", "web-00002"]


def test_without_room_smaller_workloads_are_folded_too_the_larger_first() -> None:
    pods = [*replicas("a", 4), *replicas("b", 4), *replicas("c", 3)]
    assert rows(of_(*pods), ViewState(room=11))[:4] == [f"a-{n:05}" for n in range(4)]
    assert rows(of_(*pods)) == ["[a 4]", "[b 4]", *(f"c-{n:05}" for n in range(3))]
    assert rows(of_(*pods), ViewState(room=3)) == ["[a 4]", "[b 4]", "[c 3]"]


def test_what_differs_from_its_group_is_a_row_below_it() -> None:
    pods = [*replicas("web", 7), *failing("web", 1)]
    assert rows(of_(*pods)) == ["[web 8]", "web-x0000"]
    assert rows(of_(*replicas("web", 4), *failing("web", 4))) == ["[web 8]"]
    selected = ViewState(room=10, selected=("", "uid-default-web-846575c5cf-00003"))
    assert rows(of_(*pods), selected) == ["[web 8]", "web-00003", "web-x0000"]


def test_a_replacement_and_what_it_replaces_are_rows_below_their_group() -> None:
    pods = replicas("web", 8)
    new = creating("web-846575c5cf-99999", owner=deployment("web"), age=-5)
    leaving = being_deleted(pods[0], 35)
    of = of_(*pods, later=[seen(5, leaving), seen(5.1, new, "ADDED"), seen(6, leaving, "DELETED")])
    assert rows(of)[0] == "[web 8]"
    assert {"web-00000", "web-99999"} <= set(rows(of))


def test_many_pods_with_one_cause_are_one_row_whosever_they_are() -> None:
    pods = [pod for n in range(12) for pod in failing(f"app{n:02}", 5)]
    bare = [waiting(f"bare-{n}", "ErrImagePull") for n in range(9)]
    of = of_(*pods, *bare, *replicas("web", 7))
    assert rows(of) == ["[cause 69]", "[web 7]"]
    assert "⊞ 69 Pods" in text(of, 110, 34)


def test_a_workload_with_more_than_that_trouble_keeps_its_row() -> None:
    pods = [pod for n in range(12) for pod in failing(f"app{n:02}", 5)]
    of = of_(*pods, running("app00-846575c5cf-00000", owner=deployment("app00")))
    assert rows(of) == ["[cause 60]", "[app00 6]"]


def test_trouble_comes_first_where_rows_do_not_fit() -> None:
    pods = [running(f"bare-{n:02}") for n in range(20)]
    of = of_(*pods, crashing("z-loop", 3, backing_off=True, ended=-5))
    assert rows(of)[:2] == ["z-loop", "bare-00"]
    assert rows(of, ViewState(room=30))[-1] == "z-loop"


def test_the_cards_pod_takes_one_row_and_no_more_from_what_is_in_trouble() -> None:
    pods = [running(f"bare-{n:02}") for n in range(20)]
    loops = [crashing(f"z-{n}", 3, backing_off=True, ended=-5) for n in range(3)]
    of = of_(*pods, *loops, later=[seen(20, creating("bare-99", age=0), "ADDED")])
    card = of_moment(of)
    assert card is not None
    assert card.beat.ref.name == "bare-99"
    shown = rows(of, ViewState(room=8, card=card))
    assert shown[:3] == ["z-0", "z-1", "z-2"]
    assert shown[7] == "bare-99"
    assert sorted(shown) == sorted(rows(of, ViewState(room=30)))


def test_the_group_of_the_cards_pod_comes_with_it() -> None:
    new = creating("web-846575c5cf-new", owner=deployment("web"), age=0)
    pods = [running(f"bare-{n:02}") for n in range(20)]
    of = of_(*pods, *replicas("web", 8), later=[seen(20, new, "ADDED")])
    shown = rows(of, ViewState(room=8, card=of_moment(of)))
    assert shown[6:8] == ["[web 9]", "web-new"]
    assert shown.count("[web 9]") == 1


@pytest.mark.parametrize("sort", Sort)
def test_groups_stand_in_every_order(sort: Sort) -> None:
    of = of_(*replicas("web", 7, age=500), *failing("app", 8), running("bare", age=5))
    found = rows(of, ViewState(room=10, sort=sort))
    first = {Sort.NAME: "[app 8]", Sort.TROUBLE: "[app 8]", Sort.AGE: "bare"}
    assert sorted(found) == ["[app 8]", "[web 7]", "bare"]
    assert found[0] == first.get(sort, found[0])


def test_o_unfolds_the_group_that_is_selected_and_folds_it_again() -> None:
    of = of_(*replicas("web", 7), running("bare"))
    look = moved(ROOM, "end", of, 10)
    assert look.selected == key_of("web")
    look = moved(look, "o", of, 10)
    assert rows(of, look) == ["bare", "{web 7}", *(f"web-{n:05}" for n in range(7))]
    within = moved(moved(look, "down", of, 10), "o", of, 10)
    assert within.selected == key_of("web")
    assert rows(of, within) == ["bare", "[web 7]"]
    assert rows(of, moved(within, "enter", of, 10)) == rows(of, look)


def test_g_unfolds_all_and_folds_all() -> None:
    of = of_(*replicas("a", 7), *replicas("b", 2))
    assert rows(of) == ["[a 7]", "b-00000", "b-00001"]
    unfolded = moved(ROOM, "g", of, 10)
    assert "[" not in "".join(rows(of, unfolded))
    assert "{b 2}" in rows(of, unfolded)
    folded = moved(unfolded, "g", of, 10)
    assert rows(of, folded) == ["[a 7]", "[b 2]"]
    assert rows(of, moved(folded, "esc", of, 10)) == rows(of)


def test_a_bare_pod_has_nothing_to_fold() -> None:
    of = of_(running("bare"))
    look = moved(moved(ROOM, "down", of, 10), "o", of, 10)
    assert "nothing to fold" in look.message


def test_a_group_is_about_its_pods() -> None:
    of = of_(*replicas("web", 7), *failing("web", 1), running("bare"))
    assert len(scope(of, ViewState(selected=key_of("web"))) or ()) == 8
    trouble = ViewState(selected=key_of("web"), trouble_only=True)
    assert scope(of, trouble) == frozenset({("", "uid-default-web-846575c5cf-x0000")})


def test_a_filter_is_about_pods_and_groups_what_it_leaves() -> None:
    of = of_(*replicas("web", 9), *failing("web", 8), running("bare"))
    assert rows(of, ViewState(room=10, trouble_only=True)) == ["[web 8]"]
    assert rows(of, ViewState(room=10, filter="bare")) == ["bare"]


def test_a_groups_row_says_how_many_stand_how_and_why() -> None:
    of = of_(*replicas("web", 30), *failing("web", 2))
    line = next(one.plain for one in picture(of, 160, 45).lines if "⊞ web" in one.plain)
    assert " 30/32 " in line
    assert " ErrImagePull " in line
    assert "◉ 30 ✖ 2  2 " in line
    assert "Pods 32" in text(of, 160, 45)


def unschedulable(name: str) -> Pod:
    message = (
        "0/2 nodes are available: 1 node(s) didn't match Pod's node affinity/selector, "
        "1 node(s) had untolerated taint(s). no new claims to deallocate, preemption: 0/2 nodes "
        "are available: 2 Preemption is not helpful for scheduling."
    )
    scheduled = condition("PodScheduled", "False", "Unschedulable", message)
    one = pod(name, phase="Pending", conditions=[scheduled])
    return replace(one, spec=replace(one.spec, node_name="", node_selector={"type": "gpu"}))


@pytest.mark.parametrize(
    ("width", "said"),
    [
        (300, "Unschedulable: 1 node does not have type=gpu"),
        (140, "1 node does not have type=gpu"),
        (110, "✖ 1200  1 node does not have type=gpu"),
        (80, "✖ 1200  "),
    ],
)
def test_thousands_of_pods_that_wait_for_one_reason_are_one_row(width: int, said: str) -> None:
    of = of_(*(unschedulable(f"train-{n:04}") for n in range(1200)))
    shown = [one.plain for one in picture(of, width, 45).lines]
    assert sum("train-" in line and "Pending" in line for line in shown) <= 1
    assert "⊞ 1,200 Pods" in (line := next(line for line in shown if "⊞" in line))
    assert said in line


def test_a_cause_is_one_though_the_scheduler_has_counted_its_nodes_again() -> None:
    pods = [unschedulable(f"train-{n}") for n in range(8)]
    others = [unschedulable(f"train-{n}") for n in range(8, 16)]
    for one in others:
        (scheduled,) = one.status.conditions
        message = scheduled.message.replace("0/2", "0/3").replace(": 1 node(s)", ": 2 node(s)")
        status = replace(one.status, conditions=(replace(scheduled, message=message),))
        pods.append(replace(one, status=status))
    assert rows(of_(*pods)) == ["[cause 16]"]


def test_a_cause_that_is_unfolded_leaves_its_workloads() -> None:
    of = of_(*(pod for n in range(12) for pod in failing(f"app{n:02}", 5)))
    look = moved(moved(ROOM, "home", of, 10), "o", of, 10)
    assert rows(of, look) == [f"[app{n:02} 5]" for n in range(12)]
    assert look.selected == key_of("app00")


@pytest.mark.parametrize("width", [20, 60, 80, 110, 200])
def test_a_workload_of_any_name_fills_its_row_exactly(width: int) -> None:
    own, wide = owned_by("StatefulSet", HOSTILE, "u1"), owned_by("DaemonSet", "東京-" * 20, "u2")
    pods = [waiting(f"{HOSTILE}{n}", "ErrImagePull", owner=own, uid=f"h{n}") for n in range(8)]
    pods += [running(f"東京{n}", owner=wide, uid=f"w{n}") for n in range(8)]
    of = of_(*pods)
    for height in (15, 34):
        for all_shut in (None, True, False):
            for line in picture(of, width, height, ViewState(all_shut=all_shut)).lines:
                assert cell_len(line.plain) == width
                assert "\x1b" not in line.plain


@pytest.mark.parametrize(
    ("fact", "said"),
    [
        ("ErrImagePull: docker.io has no image web:2", "docker.io has no image web:2"),
        ("crash loop: exit code 1 after 2 s", "exit code 1 after 2 s"),
        ("readiness probe of app fails: it reports an error", "readiness probe fails"),
        ("no ConfigMap settings", "no ConfigMap settings"),
    ],
)
def test_what_there_is_room_for_says_by_itself_what_is_the_matter(fact: str, said: str) -> None:
    assert without_term(fact) == said
