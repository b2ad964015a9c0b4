"""The class as the stream shows it: who is there, who is stuck since when, what is solved now."""

from msgspec.structs import replace

from podwatch.core.classroom.tasks import Required, Task
from podwatch.core.expectations.expectation import READY, Target
from podwatch.core.kube import Deployment, ObjectMeta, Pod, ReplicaSet
from podwatch.core.kube.owner import OwnerSpec, OwnerStatus
from tests.build import at, ended, event, owned_by, pod, running, status, up, waiting
from tests.core.classroom.classes import (
    ALL,
    SCOPES,
    Room,
    crashed,
    kept,
    namespace,
    stamp,
    well,
)

CART = Task(
    name="cart",
    title="The cart does not start",
    required=(
        Required(target=Target("Deployment", "", "cart"), words=(READY,), still="It is not ready."),
    ),
)


def cart(of: str, ready: int = 0, created: float = 0.0, generation: int = 1) -> Deployment:
    return Deployment(
        metadata=ObjectMeta(
            name="cart",
            namespace=of,
            uid=f"{of}-cart",
            generation=generation,
            creation_timestamp=at(created),
        ),
        spec=OwnerSpec(replicas=1),
        status=OwnerStatus(
            observed_generation=generation,
            replicas=1,
            updated_replicas=1,
            ready_replicas=ready,
            available_replicas=ready,
        ),
    )


def cart_set(of: str, created: float = 0.0) -> ReplicaSet:
    return ReplicaSet(
        metadata=ObjectMeta(
            name="cart-5d9c",
            namespace=of,
            uid=f"{of}-set",
            creation_timestamp=at(created),
            owner_references=(owned_by("Deployment", "cart", f"{of}-cart"),),
        ),
        spec=OwnerSpec(replicas=1),
        status=OwnerStatus(replicas=1),
    )


def cart_pod(of: str, *, ready: bool, created: float = 0.0) -> Pod:
    made = well if ready else crashed
    return made(of, "cart-5d9c-x", created, owner=owned_by("ReplicaSet", "cart-5d9c", f"{of}-set"))


# ── who is there ──


def test_a_namespace_with_the_label_is_a_learner_and_no_other_is() -> None:
    room = Room(namespace("one", "anna"), well("one"), crashed("kube-system"))
    (row,) = room.board(5).learners
    assert (row.learner, row.namespace, row.pods) == ("anna", "one", 1)


def test_a_new_namespace_appears_and_one_that_is_deleted_goes() -> None:
    room = Room(namespace("one", "anna"))
    room.see(namespace("two", "ben"), 3)
    assert set(room.rows(4)) == {"one", "two"}
    leaving = replace(namespace("two").metadata, deletion_timestamp=at(5))
    room.see(replace(namespace("two"), metadata=leaving), 5, type_="MODIFIED")
    assert "being deleted" in room.rows(6)["two"].note
    room.see(namespace("two", "ben"), 7, type_="DELETED")
    assert set(room.rows(8)) == {"one"}


def test_two_learners_of_one_name_are_both_shown_with_their_namespaces() -> None:
    room = Room(namespace("a", "anna"), namespace("b", "anna"), namespace("c", "ben"))
    assert {row.title for row in room.board(1).learners} == {"anna (a)", "anna (b)", "ben"}


def test_a_namespace_that_is_named_is_a_learner_whatever_can_be_read_of_it() -> None:
    scopes = tuple(
        replace(one, namespace="one") for one in ALL if one.kind not in {"Namespace", "Node"}
    )
    room = Room(well("one"), named=("one", "two"), scopes=scopes)
    assert [row.learner for row in room.board(1).learners] == ["one", "two"]
    assert room.rows(2)["one"].pods == 1


def test_nothing_is_known_until_all_is_listed_or_refused() -> None:
    room = Room(namespace("one"))
    assert room.board(1).known
    room.session.store.synced.pop(SCOPES["ConfigMap"])
    assert not room.board(1).known
    room.forbid("ConfigMap")
    board = room.board(1)
    assert board.known
    (missing,) = board.missing
    assert missing == "exercises and answers are not known: no permission to list ConfigMaps"


# ── who is stuck ──


def test_a_pod_that_was_in_trouble_before_counts_from_when_it_was_made() -> None:
    row = Room(namespace("one"), crashed("one", created=10), at_t=100).rows(100)["one"]
    assert row.trouble
    assert row.stuck == 90
    assert row.cause.startswith("CrashLoopBackOff")


def test_trouble_of_what_a_controller_made_long_ago_is_stuck_too() -> None:
    one = crashed("one", created=40, owner=owned_by("Job", "nightly-1", "job"))
    assert Room(namespace("one"), one, at_t=100).rows(100)["one"].stuck == 60


def test_the_longest_stuck_comes_first_and_who_gets_on_last() -> None:
    room = Room(
        *(namespace(name) for name in ("fine", "long", "short", "none")),
        well("fine"),
        crashed("long", created=10),
        crashed("short", created=50),
        at_t=100,
    )
    assert [row.namespace for row in room.board(100).learners] == ["long", "short", "fine", "none"]


def test_trouble_that_begins_while_one_looks_counts_from_then() -> None:
    room = Room(namespace("one"), well("one", created=0), at_t=500)
    assert room.rows(500)["one"].stuck is None
    room.see(crashed("one", created=0), 600, type_="MODIFIED")
    assert room.rows(600)["one"].stuck == 0
    assert room.rows(630)["one"].stuck == 30


def test_what_somebody_changes_is_progress_and_what_a_controller_does_is_not() -> None:
    room = Room(
        namespace("one"), cart("one"), cart_set("one"), cart_pod("one", ready=False), at_t=300
    )
    assert room.rows(300)["one"].stuck == 300
    again = crashed("one", "cart-5d9c-y", 310, owner=owned_by("ReplicaSet", "cart-5d9c", "one-set"))
    room.see(again, 310)
    assert room.rows(320)["one"].stuck == 320
    room.see(cart("one", generation=2), 330, type_="MODIFIED")
    assert room.rows(340)["one"].stuck == 10


def test_a_crash_loop_that_runs_for_a_moment_is_still_stuck() -> None:
    room = Room(namespace("one"), crashed("one"), at_t=100)
    cause = room.rows(100)["one"].cause
    assert cause
    for t in (110, 125):
        room.see(well("one", created=0), t, type_="MODIFIED")
        assert (room.rows(t)["one"].stuck, room.rows(t)["one"].cause) == (t, cause)
    row = room.rows(160)["one"]
    assert (row.trouble, row.stuck) == (False, None)


def test_who_first_sees_a_crash_loop_while_it_runs_sees_trouble_too() -> None:
    one = well("one", created=0)
    runs = replace(
        one.status.container_statuses[0],
        restart_count=4,
        state=running(95),
        last_state=ended(exit_code=3, began=60, finished=65),
    )
    one = replace(one, status=replace(one.status, container_statuses=(runs,)))
    row = Room(namespace("one"), one, at_t=100).rows(100)["one"]
    assert row.trouble
    assert "restarted" in row.cause


def test_deleting_what_is_wrong_mends_it_at_once() -> None:
    room = Room(namespace("one"), crashed("one"), at_t=100)
    assert room.rows(100)["one"].trouble
    room.see(crashed("one"), 105, type_="DELETED")
    assert not room.rows(106)["one"].trouble


def test_a_run_that_failed_is_past_once_its_job_has_a_newer_pod() -> None:
    job = owned_by("Job", "import", "job")
    old = pod(name="import-a", namespace="one", uid="a", created=0, phase="Failed", owner=job)
    room = Room(namespace("one"), old, well("one", "import-b", 20, owner=job), at_t=100)
    assert not room.rows(100)["one"].trouble


def test_a_workload_whose_pods_are_refused_is_stuck_though_it_has_none() -> None:
    made = replace(
        cart_set("one"),
        status=OwnerStatus(replicas=0),
    )
    room = Room(namespace("one"), made, at_t=10)
    assert not room.rows(10)["one"].trouble
    about = event(
        "FailedCreate",
        replace(
            event("x", up()).involved_object,
            kind="ReplicaSet",
            namespace="one",
            name="cart-5d9c",
            uid="one-set",
        ),
        message='pods "cart-5d9c-x" is forbidden: exceeded quota: learner, requested: pods=1, '
        "used: pods=5, limited: pods=5",
        type_="Warning",
        seen=20,
    )
    room.see(about, 20)
    assert "quota" in room.rows(21)["one"].cause


# ── exercises ──


def test_an_exercise_that_is_open_counts_from_its_start_and_says_what_is_still_wrong() -> None:
    state = kept("one", exercise="cart", started__cart=stamp(40))
    room = Room(namespace("one"), state, cart("one"), tasks=(CART,), at_t=100)
    row = room.rows(100)["one"]
    assert (row.open, row.stuck, row.cause) == (True, 60, "It is not ready.")
    assert (row.exercise, row.solved) == ("cart", ())


def test_an_exercise_in_which_a_look_finds_nothing_wrong_is_left_to_its_check() -> None:
    state = kept("one", exercise="cart", started__cart=stamp(40))
    mended = (cart("one", 1), cart_set("one"), cart_pod("one", ready=True))
    row = Room(namespace("one"), state, *mended, tasks=(CART,), at_t=100).rows(100)["one"]
    assert (row.open, row.unchecked, row.cause) == (True, True, "")


def test_what_was_solved_and_is_broken_again_is_not_solved_now() -> None:
    state = kept("one", exercise="cart", started__cart=stamp(40), solved__cart=stamp(60))
    mended = (cart("one", 1), cart_set("one"), cart_pod("one", ready=True))
    room = Room(namespace("one"), state, *mended, tasks=(CART,), at_t=100)
    assert room.rows(100)["one"].solved == ("cart",)
    room.see(cart("one", 0), 110, type_="MODIFIED")
    room.see(cart_pod("one", ready=False), 110, type_="MODIFIED")
    row = room.rows(111)["one"]
    assert (row.solved, row.undone, row.open) == ((), ("cart",), True)


def test_what_was_solved_and_tidied_up_stays_solved() -> None:
    state = kept("one", exercise="cart", started__cart=stamp(40), solved__cart=stamp(60))
    row = Room(namespace("one"), state, tasks=(CART,), at_t=100).rows(100)["one"]
    assert (row.solved, row.open, row.stuck) == (("cart",), False, None)


def test_an_exercise_that_is_unknown_here_is_open_and_nothing_is_claimed_of_it() -> None:
    state = kept("one", exercise="newer", started__newer=stamp(40))
    row = Room(namespace("one"), state, tasks=(CART,), at_t=100).rows(100)["one"]
    assert (row.open, row.unchecked, row.cause) == (True, False, "")


def test_a_hint_is_progress() -> None:
    state = kept("one", exercise="cart", started__cart=stamp(0))
    room = Room(namespace("one"), state, cart("one"), tasks=(CART,), at_t=100)
    assert room.rows(100)["one"].stuck == 100
    room.see(
        kept("one", exercise="cart", started__cart=stamp(0), hints__cart="1"), 110, type_="MODIFIED"
    )
    row = room.rows(115)["one"]
    assert (row.hints, row.stuck) == (1, 5)


def test_times_in_the_future_and_nonsense_are_not_believed() -> None:
    state = kept(
        "one",
        exercise="cart",
        started__cart=stamp(20),
        solved__other=stamp(10_000_000),
        hints__cart="many",
        answer__phase="[[[",
    )
    row = Room(namespace("one"), state, tasks=(CART,), at_t=100).rows(100)["one"]
    assert (row.stuck, row.hints, row.solved) == (80, 0, ())


def test_a_config_map_that_is_deleted_takes_what_it_said_with_it() -> None:
    state = kept("one", exercise="cart", started__cart=stamp(20))
    room = Room(namespace("one"), state, tasks=(CART,), at_t=100)
    room.see(state, 110, type_="DELETED")
    assert room.rows(111)["one"].exercise == ""


# ── the newest Pod ──


def test_the_newest_pod_says_what_it_does() -> None:
    late = pod(
        status(waiting("ContainerCreating")), name="late", namespace="one", uid="late", created=60
    )
    room = Room(namespace("one"), well("one", "early", 10), at_t=100)
    room.see(late, 101)
    row = room.rows(105)["one"]
    assert (row.pods, row.pod) == (2, "late")
    assert row.doing
