"""Pods that belong together: of a workload, or in trouble for one cause."""

from collections.abc import Callable, Sequence

from hypothesis import given
from hypothesis import strategies as st

from podwatch.core.board import Board
from podwatch.core.folds import folds_of
from podwatch.core.health import Health
from podwatch.core.kube import Pod
from podwatch.core.stream import StreamItem
from tests.build import added, being_deleted, deleted, fed, modified, opened, owned_by, synced
from tests.renderers.dashboard.boards import crashing, first_list, running, waiting

WEB = owned_by("ReplicaSet", "web-846575c5cf", "rs-1")
DB = owned_by("StatefulSet", "db", "sts-1")
KINDS: dict[str, Callable[..., Pod]] = {
    "ready": running,
    "no image": lambda name, **more: waiting(name, "ErrImagePull", **more),
    "crash loop": lambda name, **more: crashing(name, 3, backing_off=True, ended=-5, **more),
}


@st.composite
def streams(draw: st.DrawFn) -> list[StreamItem]:
    """Pods of two workloads and bare ones that come, change and go."""
    items: list[StreamItem] = [opened(), synced()]
    living: dict[str, Pod] = {}
    for t in range(draw(st.integers(1, 20))):
        name = draw(st.sampled_from(["web-846575c5cf-a", "web-846575c5cf-b", "db-0", "bare", "b2"]))
        owner = WEB if name.startswith("web") else DB if name == "db-0" else None
        one = KINDS[draw(st.sampled_from(sorted(KINDS)))](name, owner=owner)
        if name in living and draw(st.booleans()):
            items.append(deleted(being_deleted(living.pop(name)), t + 1))
            continue
        items.append((modified if name in living else added)(one, t + 1))
        living[name] = one
    return items


@given(streams(), st.data())
def test_what_is_brought_up_to_date_is_what_is_made_anew(
    items: list[StreamItem], data: st.DataObject
) -> None:
    session = fed(items[:2])
    for item in items[2:]:
        session.feed(item)
        if data.draw(st.booleans()):
            session.freeze()
    copied = session.fork().board
    for board in (session.board, copied):
        anew = folds_of(board.rows)
        assert board.folds.workloads == anew.workloads
        assert board.folds.causes == anew.causes
        assert (board.folds.loose, board.folds.troubled) == (anew.loose, anew.troubled)


def board_of(*pods: Pod) -> Board:
    return fed(first_list(*pods)).board


def news(of: Board, key: str) -> Sequence[tuple[int, str]]:
    return [(one.pods, one.fact) for one in of.folds.workloads["", key].news]


def test_a_deployment_is_named_through_its_replica_set() -> None:
    of = board_of(running("web-846575c5cf-a", owner=WEB), running("db-0", owner=DB))
    assert {fold.ref.title for fold in of.folds.workloads.values()} == {
        "Deployment/web",
        "StatefulSet/db",
    }


def test_a_cause_is_told_once_with_how_many_have_it() -> None:
    pods = [
        crashing(f"web-846575c5cf-{n}", 3 + n, backing_off=True, ended=-5 - n, owner=WEB)
        for n in range(3)
    ]
    pods.append(waiting("web-846575c5cf-z", "ErrImagePull", owner=WEB))
    of = board_of(*pods, running("web-846575c5cf-y", owner=WEB))
    known = news(of, "Deployment/default/web")
    assert [number for number, _ in known] == [3, 1]
    assert known[0][1].startswith("CrashLoopBackOff: exit code 1")
    assert "run" not in known[0][1]
    fold = of.folds.workloads["", "Deployment/default/web"]
    assert (fold.pods, fold.ready_text, fold.health) == (5, "1/5", Health.TROUBLE)


def test_one_cause_of_many_workloads_is_one() -> None:
    pods = [waiting(f"bare-{n}", "ErrImagePull") for n in range(3)]
    of = board_of(*pods, waiting("web-846575c5cf-z", "ErrImagePull", owner=WEB))
    assert [fold.pods for fold in of.folds.causes.values()] == [4]


def test_a_pod_that_is_gone_is_not_counted() -> None:
    one, other = (running(f"web-846575c5cf-{n}", owner=WEB) for n in "ab")
    of = fed([*first_list(one, other), deleted(being_deleted(one), 5)]).board
    fold = of.folds.workloads["", "Deployment/default/web"]
    assert (fold.pods, len(fold.rows)) == (1, 2)
