"""What a session tells, and what it keeps."""

from collections import Counter
from collections.abc import Iterable, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from podwatch.core.board import Board, Row
from podwatch.core.concepts import Catalog, catalog
from podwatch.core.events import HELD_PODS
from podwatch.core.folds import Folds
from podwatch.core.health import Health, health_of
from podwatch.core.kube import (
    OWNER_KINDS,
    Node,
    ObjectMeta,
    ObjectReference,
    Pod,
    PodEvent,
    ReplicaSet,
)
from podwatch.core.rows import GONE_LIMIT, REMEMBER_GONE
from podwatch.core.session import TIMELINE_LIMIT, Session
from podwatch.core.store import SILENCE
from podwatch.core.stream import Observed, Ref, Scope, StreamItem, Tick
from podwatch.core.timeline import (
    Explained,
    ExplainedEvent,
    ExplainedTransition,
    Listed,
    PodVersion,
    Stalled,
    TimelineEntry,
)
from podwatch.scenarios import scenario
from podwatch.sources.recording import read
from tests.build import (
    EVENTS,
    ONE_POD,
    PODS,
    REPLICA_SET,
    SELECTED,
    added,
    at,
    being_deleted,
    catalog_of,
    connected,
    deleted,
    deployment,
    ended,
    event,
    fed,
    feed,
    fetched,
    gap,
    in_phase,
    lesson,
    listed,
    modified,
    observed,
    opened,
    owned_by,
    pod,
    scaled,
    scope_of,
    status,
    synced,
    unreadable,
    up,
    waiting,
    watching,
)
from tests.strategies import arbitrary_pods, lives

NEW = pod()
EMPTY = Catalog(())
PRESENT = 'transition.facet = "existence"'


def event_of(session: Session, *items: StreamItem) -> ExplainedEvent:
    """The one Event that the items bring, and nothing else."""
    (news,) = feed(session, *items)
    assert isinstance(news, ExplainedEvent)
    return news


def told(session: Session, *items: StreamItem) -> list[str]:
    """The transitions and notices that the items bring, in few words."""
    return [words(one) for one in feed(session, *items) if isinstance(one, Explained)]


def words(one: Explained) -> str:
    if isinstance(one, ExplainedEvent):
        return f"{one.ref.title} event {one.event.reason}"
    transition = one.transition
    after = transition.after.value if transition.after else "nothing"
    inferred = " (inferred)" if transition.inferred else ""
    return " ".join(f"{one.ref.name} {transition.subject} {after}{inferred}".split())


def names(board: Board) -> list[str]:
    return [row.ref.name for row in board.rows if not row.gone]


def row_of(session: Session, uid: str) -> Row:
    (row,) = (row for row in session.board.rows if row.ref.uid == uid)
    return row


class TestFirstSight:
    def test_of_a_pod_that_was_there_is_no_transition(self) -> None:
        session = Session(EMPTY)
        (version,) = feed(session, opened(), listed(up()))[1:]
        assert isinstance(version, PodVersion)
        assert version.initial
        assert version.columns.status == "Running"
        assert names(session.board) == ["web"]

    def test_of_one_that_comes_after_the_list_is_its_creation(self) -> None:
        assert told(watching(), added(NEW)) == ["web present"]

    def test_of_one_that_comes_late_tells_all_that_it_already_has(self) -> None:
        assert told(watching(), added(up())) == [
            "web present",
            "web PodScheduled True",
            "web app running",
            "web Running",
            "web Ready True",
        ]

    def test_of_one_in_a_later_list_is_inferred(self) -> None:
        session = watching(gap())
        news = feed(session, listed(up(), 9))
        (version,) = (one for one in news if isinstance(one, PodVersion))
        assert not version.initial
        assert [words(one) for one in news if isinstance(one, ExplainedTransition)] == [
            "web present (inferred)",
            "web PodScheduled True (inferred)",
            "web app running (inferred)",
            "web Running (inferred)",
            "web Ready True (inferred)",
        ]

    def test_in_one_namespace_does_not_wait_for_another(self) -> None:
        other = Scope("Pod", "other")
        session = fed([opened(PODS, other), synced(scope=PODS)])
        assert told(session, listed(up("there"), scope=other)) == []
        assert told(session, added(NEW)) == ["web present"]


class TestChanges:
    def test_are_told_after_the_version_that_shows_them(self) -> None:
        session = watching(added(NEW))
        version, one = feed(session, modified(in_phase(NEW, "Running")))
        assert isinstance(version, PodVersion)
        assert isinstance(one, ExplainedTransition)
        assert one.pod == version.pod == in_phase(NEW, "Running")
        assert (one.at, one.t) == (at(2), 2)

    def test_the_same_version_again_is_no_news(self) -> None:
        session = watching(added(NEW))
        assert feed(session, added(NEW, 2), modified(NEW, 3), listed(NEW, 4)) == []

    def test_a_version_without_transitions_is_still_a_version(self) -> None:
        session = watching(added(NEW))
        (version,) = feed(session, modified(pod(version="2")))
        assert isinstance(version, PodVersion)

    def test_in_a_later_list_are_inferred(self) -> None:
        session = watching(added(NEW), gap())
        again = observed("MODIFIED", in_phase(NEW, "Running"), 9, initial=True)
        assert told(session, again) == ["web Running (inferred)"]

    def test_a_list_that_begins_again_tells_what_changed_meanwhile(self) -> None:
        session = fed([opened(), listed(NEW)])
        again = observed("MODIFIED", in_phase(NEW, "Running"), 1, initial=True)
        assert told(session, again) == ["web Running (inferred)"]

    def test_move_the_time_of_the_row_only_if_something_happened(self) -> None:
        session = watching(added(NEW, 1), modified(in_phase(NEW, "Running"), 5))
        feed(session, modified(in_phase(pod(version="9"), "Running"), 8))
        assert row_of(session, "web-uid").changed_t == 5

    def test_a_catalogue_explains_them(self) -> None:
        catalog = catalog_of(
            on_its_way=lesson("on-its-way", PRESENT, sentence="{pod.name} was stored.")
        )
        (_, one) = feed(watching(catalog=catalog), added(NEW))
        assert isinstance(one, ExplainedTransition)
        assert one.explanation.sentence == "web was stored."
        assert one.explanation.concept is not None
        assert one.explanation.concept.id == "on-its-way"


class TestTheEnd:
    def test_is_told_after_the_last_changes(self) -> None:
        session = watching(added(up()))
        last = being_deleted(pod(status(ended("A", 0)), phase="Succeeded", node="worker"))
        assert told(session, deleted(last)) == [
            "web requested",
            "web PodScheduled nothing",
            "web app terminated",
            "web Succeeded",
            "web Ready nothing",
            "web absent",
        ]
        assert row_of(session, "web-uid").deleted
        assert names(session.board) == []

    def test_comes_once(self) -> None:
        session = watching(added(NEW))
        assert told(session, deleted(NEW, 3), deleted(NEW, 4)) == ["web absent"]

    def test_of_a_pod_that_was_never_seen_is_no_news(self) -> None:
        assert feed(watching(), deleted(NEW)) == []

    def test_that_a_later_list_shows_is_inferred(self) -> None:
        session = watching(added(NEW), gap())
        assert told(session, observed("DELETED", NEW, 9, initial=True)) == ["web absent (inferred)"]

    def test_the_same_name_with_a_new_uid_is_another_pod(self) -> None:
        session = watching(added(pod(uid="1")), deleted(pod(uid="1")))
        assert told(session, added(pod(uid="2"), 4)) == ["web present"]
        assert [(row.ref.uid, row.gone) for row in session.board.rows] == [
            ("1", "absent"),
            ("2", ""),
        ]


class TestASelection:
    """ADDED and DELETED also mean entering and leaving it."""

    def test_a_pod_without_conditions_was_created(self) -> None:
        session = watching(scope=SELECTED)
        assert told(session, added(NEW, scope=SELECTED)) == ["web present"]

    def test_a_pod_that_was_somewhere_now_matches(self) -> None:
        session = watching(scope=SELECTED)
        assert told(session, added(up(), scope=SELECTED)) == ["web matching"]

    def test_a_pod_that_another_list_shows_matches_since_then(self) -> None:
        session = watching(scope=SELECTED)
        assert told(session, listed(up(), 9, scope=SELECTED)) == ["web matching (inferred)"]

    @pytest.mark.parametrize(
        ("uid", "where"),
        [
            pytest.param("web-uid", "not matching", id="it is still there"),
            pytest.param("another", "absent", id="its name is another Pod's"),
            pytest.param("", "absent", id="there is none"),
            pytest.param(None, "out of sight", id="the answer could not be had"),
        ],
    )
    def test_a_pod_that_leaves_is_asked_for(self, uid: str | None, where: str) -> None:
        session = watching(added(NEW, scope=SELECTED), scope=SELECTED)
        assert told(session, fetched(NEW, uid), deleted(NEW, scope=SELECTED)) == [f"web {where}"]
        assert row_of(session, "web-uid").deleted is (where == "absent")

    def test_a_pod_that_leaves_and_was_not_asked_for_is_out_of_sight(self) -> None:
        session = watching(added(NEW, scope=SELECTED), scope=SELECTED)
        assert told(session, deleted(NEW, scope=SELECTED)) == ["web out of sight"]

    def test_a_pod_that_comes_back_matches_again(self) -> None:
        session = watching(added(NEW, scope=SELECTED), scope=SELECTED)
        feed(session, fetched(NEW, "web-uid"), deleted(NEW, scope=SELECTED))
        assert told(session, added(NEW, 9, scope=SELECTED)) == ["web matching"]
        assert names(session.board) == ["web"]

    def test_an_answer_is_good_for_one_leave(self) -> None:
        session = watching(added(NEW, scope=SELECTED), scope=SELECTED)
        feed(session, fetched(NEW, "web-uid"), deleted(NEW, scope=SELECTED))
        feed(session, added(NEW, 9, scope=SELECTED))
        assert told(session, deleted(NEW, 10, scope=SELECTED)) == ["web out of sight"]

    @pytest.mark.parametrize(
        ("scope", "selective"),
        [
            (PODS, False),
            (SELECTED, True),
            (ONE_POD, False),
            (Scope("Pod", "default", field_selector="metadata.name==web"), False),
            (Scope("Pod", "default", field_selector="status.phase=Running"), True),
            (Scope("Pod", "default", field_selector="metadata.name=web,status.phase=Failed"), True),
            (Scope("Pod", "default", "app=web", "metadata.name=web"), True),
        ],
        ids=["none", "labels", "a name", "a name, ==", "a field", "a name and a field", "both"],
    )
    def test_only_what_can_change_makes_one(self, scope: Scope, selective: bool) -> None:
        assert scope.selective is selective
        assert scope.name == ("" if selective or scope is PODS else "web")


class TestReplacement:
    def test_by_its_replica_set(self) -> None:
        session = watching(*gone(of_deployment("web-1")))
        news = feed(session, added(of_deployment("web-2"), 6))
        came, replaced = (one for one in news if isinstance(one, ExplainedTransition))
        assert words(came) == "web-2 present"
        assert words(replaced) == "web-1 web-2 replaced (inferred)"
        assert replaced.pod.metadata.name == "web-1"
        assert row_of(session, "web-1-uid").replaced_by == row_of(session, "web-2-uid").ref
        assert row_of(session, "web-2-uid").replaces == row_of(session, "web-1-uid").ref

    def test_is_not_claimed_across_the_replica_sets_of_a_rollout(self) -> None:
        session = watching(*gone(of_deployment("web-1", "5d9c")))
        assert told(session, added(of_deployment("web-2", "77af"), 6)) == ["web-2 present"]

    def test_of_one_that_was_scaled_away_is_not_claimed(self) -> None:
        old = of_deployment("web-1")
        too_many = scaled(ReplicaSet, "web-5d9c", wanted=1, there=2)
        session = watching(added(too_many), added(old))
        feed(session, modified(being_deleted(old), 2))
        assert told(session, added(of_deployment("web-2"), 3)) == ["web-2 present"]

    def test_of_one_that_was_deleted_after_the_other_was_created_is_not_claimed(self) -> None:
        old = of_deployment("web-1")
        session = watching(added(old), modified(being_deleted(old, 60, 30)))
        early = of_deployment("web-2")
        early = replace(early, metadata=replace(early.metadata, creation_timestamp=at(10)))
        assert told(session, added(early, 70)) == ["web-2 present"]
        late = replace(early, metadata=replace(early.metadata, creation_timestamp=at(30), uid="3"))
        assert len(told(session, added(late, 71))) == 2

    def test_in_an_indexed_job_is_of_the_same_index(self) -> None:
        failed = in_phase(of_job("j-1-x", index="1"), "Failed")
        session = watching(added(of_job("j-1-x", index="1")), modified(failed))
        assert told(session, added(of_job("j-2-y", index="2"), 6)) == ["j-2-y present"]
        assert len(told(session, added(of_job("j-1-z", index="1"), 7))) == 2

    def test_of_a_pod_that_had_ended_before_the_watch_began_came_before_it_too(self) -> None:
        old = in_phase(of_deployment("web-1"), "Failed", "Evicted")
        session = fed([opened(), listed(old), synced()])
        assert told(session, added(of_deployment("web-2"), 6)) == ["web-2 present"]

    def test_leaves_the_new_pod_one_whose_wait_is_told(self) -> None:
        session = watching(*gone(of_deployment("web-1")), added(of_deployment("web-2"), 6))
        (silence,) = feed(session, Tick(t=16))
        assert isinstance(silence, Stalled)
        assert silence.ref.name == "web-2"

    def test_of_one_that_is_still_being_deleted(self) -> None:
        old = being_deleted(of_deployment("web-1"))
        session = watching(added(of_deployment("web-1")), modified(old))
        assert "web-1 web-2 replaced (inferred)" in told(session, added(of_deployment("web-2"), 3))
        feed(session, modified(being_deleted(old, 9, 1), 4))
        assert row_of(session, "web-1-uid").replaced_by == row_of(session, "web-2-uid").ref

    def test_of_one_that_is_well_is_not_claimed(self) -> None:
        session = watching(added(of_deployment("web-1")))
        assert told(session, added(of_deployment("web-2"))) == ["web-2 present"]

    def test_of_one_among_several_is_not_claimed(self) -> None:
        one, other = gone(of_deployment("web-1")), gone(of_deployment("web-2"))
        session = watching(one[0], other[0], one[1], other[1])
        assert told(session, added(of_deployment("web-3"), 6)) == ["web-3 present"]

    def test_is_claimed_once_for_each_pod(self) -> None:
        session = watching(*gone(of_deployment("web-1")))
        feed(session, added(of_deployment("web-2"), 6))
        assert told(session, added(of_deployment("web-3"), 7)) == ["web-3 present"]

    def test_of_a_bare_pod_is_never_claimed(self) -> None:
        session = watching(*gone(pod(name="a")))
        assert told(session, added(pod(name="b"), 6)) == ["b present"]

    def test_in_a_stateful_set_has_the_same_name(self) -> None:
        session = watching(*gone(of_set("db-0", "1")), *gone(of_set("db-1", "2")))
        assert told(session, added(of_set("db-1", "3"), 6)) == [
            "db-1 present",
            "db-1 db-1 replaced (inferred)",
        ]
        assert row_of(session, "3").replaces == Ref("default", "db-1", "2")
        assert row_of(session, "1").replaced_by is None

    def test_in_a_stateful_set_that_grows_is_not_claimed(self) -> None:
        session = watching(*gone(of_set("db-0", "1")))
        assert told(session, added(of_set("db-2", "2"), 6)) == ["db-2 present"]

    def test_by_a_job_is_of_a_pod_that_failed(self) -> None:
        session = watching(added(of_job("j-1")), modified(in_phase(of_job("j-1"), "Failed")))
        assert told(session, added(of_job("j-2"), 6)) == [
            "j-2 present",
            "j-1 j-2 replaced (inferred)",
        ]

    def test_by_a_job_is_not_of_a_pod_that_succeeded(self) -> None:
        done = in_phase(of_job("j-1"), "Succeeded")
        session = watching(added(of_job("j-1")), modified(done), deleted(done))
        assert told(session, added(of_job("j-2"), 6)) == ["j-2 present"]

    def test_of_one_that_was_adopted(self) -> None:
        bare = pod(name="web-1")
        adopted = replace(bare, metadata=of_deployment("web-1").metadata)
        session = watching(added(bare), modified(adopted), deleted(adopted))
        assert "web-1 web-2 replaced (inferred)" in told(session, added(of_deployment("web-2"), 6))

    def test_of_one_that_its_controller_let_go_is_not_claimed(self) -> None:
        owned = of_deployment("web-1")
        released = pod(name="web-1")
        session = watching(added(owned), modified(released), deleted(released))
        assert told(session, added(of_deployment("web-2"), 6)) == ["web-2 present"]
        assert told(session, added(pod(name="late"), 7 + REMEMBER_GONE)) == ["late present"]


def of_deployment(name: str, template: str = "5d9c") -> Pod:
    return pod(
        name=name,
        owner=owned_by("ReplicaSet", f"web-{template}"),
        labels={"pod-template-hash": template},
    )


def of_set(name: str, uid: str) -> Pod:
    return pod(name=name, uid=uid, owner=owned_by("StatefulSet", "db"))


def of_job(name: str, index: str = "") -> Pod:
    labels = {"batch.kubernetes.io/job-completion-index": index} if index else {}
    return pod(name=name, owner=owned_by("Job", "j"), restart_policy="Never", labels=labels)


def gone(one: Pod) -> tuple[Observed, Observed]:
    return added(one, 1), deleted(one, 5)


class TestEvents:
    def test_are_told_at_their_own_time(self) -> None:
        session = watching(added(NEW))
        notice = event_of(session, added(event("Scheduled", NEW, seen=1), 3))
        assert (notice.at, notice.seen) == (at(3), at(1))
        assert notice.ref.uid == "web-uid"

    def test_without_a_uid_are_about_the_pod_of_that_name_that_is_there(self) -> None:
        """The taint eviction controller gives none."""
        gone, there = pod(name="web", uid="1"), pod(name="web", uid="2")
        session = watching(added(gone), deleted(gone, 2), added(there, 3))
        about = ObjectReference(kind="Pod", namespace="default", name="web")
        one = event_of(session, added(event("TaintManagerEviction", about), 4))
        assert one.ref.uid == "2"
        feed(session, deleted(there, 4.5))
        left = event_of(session, added(event("TaintManagerEviction", about, uid="y"), 4.6))
        assert left.ref.uid == "2", "of those that went the last one"
        nobody = ObjectReference(kind="Pod", namespace="default", name="we")
        other = event_of(session, added(event("TaintManagerEviction", nobody, uid="x"), 5))
        assert other.ref.uid == ""
        assert session.board.row(other.ref) is None

    def test_of_the_first_list_are_old(self) -> None:
        session = fed([opened(), listed(up()), synced()])
        assert told(session, listed(event("Started", up()))) == []

    def test_of_the_first_list_are_told_when_they_happen_again(self) -> None:
        session = fed([listed(event("BackOff", up(), count=4)), synced(scope=EVENTS)])
        assert told(session, modified(event("BackOff", up(), count=4))) == []
        assert told(session, modified(event("BackOff", up(), count=5))) == ["web event BackOff"]

    def test_of_a_later_list_are_told(self) -> None:
        session = watching(added(NEW))
        assert told(session, listed(event("Pulled", NEW), 9)) == ["web event Pulled"]

    def test_with_the_same_count_are_no_news(self) -> None:
        session = watching(added(NEW), added(event("BackOff", NEW)))
        assert told(session, added(event("BackOff", NEW)), listed(event("BackOff", NEW))) == []

    def test_that_are_deleted_are_no_news(self) -> None:
        session = watching(added(NEW), added(event("BackOff", NEW)))
        assert told(session, deleted(event("BackOff", NEW))) == []

    @pytest.mark.parametrize("kind", ["Node", "PersistentVolumeClaim", "CronJob", ""])
    def test_about_other_kinds_are_ignored(self, kind: str) -> None:
        about = ObjectReference(kind=kind, namespace="default", name="web", uid="web-uid")
        warning = event("FailedCreate", about, type_="Warning")
        assert feed(watching(added(NEW)), added(warning)) == []

    @pytest.mark.parametrize("kind", OWNER_KINDS)
    def test_that_warn_about_a_workload_name_it(self, kind: str) -> None:
        about = ObjectReference(kind=kind, namespace="default", name="web", uid="web-uid")
        notice = event_of(watching(), added(event("FailedCreate", about, type_="Warning")))
        assert notice.ref == Ref("default", "web", "web-uid", kind=kind)
        assert notice.ref.title == f"{kind}/web"

    def test_about_a_workload_that_warn_of_nothing_are_ignored(self) -> None:
        assert feed(watching(), added(event("SuccessfulCreate", REPLICA_SET))) == []

    def test_about_a_workload_that_is_watched_are_all_told(self) -> None:
        session = watching(scope=replace(scope_of("Pod"), owner="Deployment/web"))
        notice = event_of(session, added(event("SuccessfulCreate", REPLICA_SET)))
        assert notice.ref.title == "ReplicaSet/web-5d9c"

    def test_belong_to_the_uid_and_not_to_the_name(self) -> None:
        old, new = pod(uid="1"), pod(uid="2", node="worker")
        session = watching(added(old), deleted(old), added(new, 4))
        late, own = feed(session, added(event("Killing", old), 5), added(event("Pulled", new), 6))
        assert isinstance(late, ExplainedEvent)
        assert isinstance(own, ExplainedEvent)
        assert (late.ref.uid, own.ref.uid) == ("1", "2")

    def test_about_a_pod_that_nobody_saw_still_name_it(self) -> None:
        notice = event_of(watching(), added(event("Killing", pod(name="before"))))
        assert notice.ref.name == "before"

    def test_about_a_static_pod_carry_its_config_hash(self) -> None:
        static = pod(name="etcd-cp", uid="1", mirror="abc")
        session = watching(added(static))
        notice = event_of(session, added(about_mirror("Pulled")))
        assert notice.ref.uid == "1"

    def test_about_a_static_pod_find_its_next_mirror(self) -> None:
        old, new = (pod(name="etcd-cp", uid=uid, mirror="abc") for uid in ("1", "2"))
        session = watching(added(old), deleted(old, 5), added(new, 6))
        late = 7 + REMEMBER_GONE
        feed(session, Tick(t=late), modified(pod(name="etcd-cp", uid="2", mirror="abc"), late))
        notice = event_of(session, added(about_mirror("Pulled"), late))
        assert notice.ref.uid == "2"


def about_mirror(reason: str) -> PodEvent:
    return event(
        reason, ObjectReference(kind="Pod", namespace="default", name="etcd-cp", uid="abc")
    )


class TestEventsOfASelection:
    """They wait for their Pod: of those that are not selected nothing is told."""

    def test_that_warn_about_a_workload_are_told_if_it_has_a_selected_pod(self) -> None:
        warning = event("FailedCreate", REPLICA_SET, type_="Warning")
        session = watching(scope=SELECTED)
        assert told(session, added(warning)) == []
        web = owned_by("ReplicaSet", "web-5d9c", REPLICA_SET.uid)
        assert told(session, added(pod(owner=web), scope=SELECTED)) == ["web present"]
        assert told(session, added(warning)) == ["ReplicaSet/web-5d9c event FailedCreate"]

    def test_wait_until_their_pod_appears(self) -> None:
        session = watching(scope=SELECTED)
        assert told(session, added(event("Scheduled", NEW), 1)) == []
        assert told(session, added(NEW, 2, scope=SELECTED)) == [
            "web present",
            "web event Scheduled",
        ]

    def test_without_a_uid_wait_for_the_pod_of_that_name(self) -> None:
        about = ObjectReference(kind="Pod", namespace="default", name="web")
        session = watching(added(event("TaintManagerEviction", about)), scope=SELECTED)
        assert told(session, added(pod(name="other"), scope=SELECTED)) == ["other present"]
        assert told(session, added(NEW, scope=SELECTED)) == [
            "web present",
            "web event TaintManagerEviction",
        ]

    def test_are_history_for_a_pod_that_begins_to_match(self) -> None:
        session = watching(added(event("Pulled", up())), scope=SELECTED)
        assert told(session, added(up(), scope=SELECTED)) == ["web matching"]
        assert told(session, added(event("Pulled", up()))) == []

    def test_wait_for_a_pod_of_the_first_list(self) -> None:
        session = fed([opened(SELECTED, EVENTS), synced(scope=EVENTS)])
        feed(session, added(event("Pulled", up())))
        assert told(session, listed(up(), scope=SELECTED)) == ["web event Pulled"]

    def test_wait_for_a_static_pod(self) -> None:
        session = watching(added(about_mirror("Pulled")), scope=SELECTED)
        static = pod(name="etcd-cp", uid="1", mirror="abc")
        assert told(session, added(static, scope=SELECTED)) == [
            "etcd-cp present",
            "etcd-cp event Pulled",
        ]

    def test_are_told_once(self) -> None:
        session = watching(scope=SELECTED)
        feed(session, added(event("Scheduled", NEW)), added(event("Scheduled", NEW)))
        assert told(session, added(NEW, scope=SELECTED)) == ["web present", "web event Scheduled"]
        assert told(session, added(event("Scheduled", NEW))) == []

    def test_of_the_first_list_do_not_wait(self) -> None:
        session = fed([opened(SELECTED, EVENTS), listed(event("Pulled", NEW)), synced()])
        assert told(session, added(NEW, scope=SELECTED)) == ["web present"]

    def test_are_told_as_they_stand_by_then(self) -> None:
        session = watching(scope=SELECTED)
        feed(session, added(event("BackOff", NEW)), modified(event("BackOff", NEW, count=7)))
        *_, notice = feed(session, added(NEW, scope=SELECTED))
        assert isinstance(notice, ExplainedEvent)
        assert notice.event.times == 7

    def test_do_not_wait_for_ever(self) -> None:
        session = watching(scope=SELECTED)
        for number in range(HELD_PODS):
            feed(session, added(event("Pulled", pod(name=f"other-{number}"))))
        feed(session, added(event("Scheduled", NEW)))
        assert told(session, added(NEW, scope=SELECTED)) == ["web present", "web event Scheduled"]
        oldest = pod(name="other-0")
        assert told(session, added(oldest, scope=SELECTED)) == ["other-0 present"]


class TestTheListOfAWorkload:
    SCOPE = replace(scope_of("Pod"), owner="Deployment/web")

    HEAD = Scope("Deployment", "default", field_selector="metadata.name=web")

    def test_awaits_it_if_it_is_not_there(self) -> None:
        session = Session(EMPTY)
        lists = (synced(scope=self.HEAD), synced(scope=self.SCOPE))
        complete = feed(session, opened(self.SCOPE, self.HEAD), *lists)[-1]
        assert isinstance(complete, Listed)
        assert complete.awaited == "default/deployment/web"

    def test_awaits_nothing_if_it_is_there_without_pods(self) -> None:
        session = fed([opened(self.SCOPE, self.HEAD), listed(deployment(), scope=self.HEAD)])
        complete = feed(session, synced(scope=self.HEAD), synced(scope=self.SCOPE))[-1]
        assert isinstance(complete, Listed)
        assert (complete.pods, complete.awaited) == (0, "")

    def test_counts_its_pods_only(self) -> None:
        own = pod(name="a", owner=owned_by("Deployment", "web"))
        session = fed([opened(self.SCOPE), *(listed(one, scope=self.SCOPE) for one in (own, NEW))])
        (complete,) = feed(session, synced(scope=self.SCOPE))
        assert isinstance(complete, Listed)
        assert complete.pods == 1


class TestTheListOfOnePod:
    def test_awaits_it_if_it_is_not_there(self) -> None:
        session = Session(EMPTY)
        (complete,) = feed(session, opened(ONE_POD), synced(scope=ONE_POD))[1:]
        assert isinstance(complete, Listed)
        assert complete.awaited == "default/web"
        assert session.board.awaited == ("default/web",)

    def test_is_as_usual_if_it_is_there(self) -> None:
        session = fed([opened(ONE_POD), listed(up(), scope=ONE_POD)])
        (complete,) = feed(session, synced(scope=ONE_POD))
        assert isinstance(complete, Listed)
        assert (complete.pods, complete.awaited) == (1, "")

    def test_awaits_no_longer_when_it_comes(self) -> None:
        session = watching(scope=ONE_POD)
        assert told(session, added(NEW, scope=ONE_POD)) == ["web present"]
        assert session.board.awaited == ()

    def test_awaits_still_after_a_gap(self) -> None:
        session = watching(scope=ONE_POD)
        _, complete = feed(session, gap(scope=ONE_POD), synced(9, ONE_POD))
        assert isinstance(complete, Listed)
        assert complete.awaited == "default/web"

    def test_does_not_await_a_pod_that_was_deleted(self) -> None:
        session = watching(added(NEW, scope=ONE_POD), deleted(NEW, scope=ONE_POD), scope=ONE_POD)
        _, complete = feed(session, gap(scope=ONE_POD), synced(9, ONE_POD))
        assert isinstance(complete, Listed)
        assert complete.awaited == ""


class TestLists:
    def test_say_how_many_pods_a_namespace_has(self) -> None:
        session = fed([opened(), listed(pod(name="a")), listed(pod(name="b"))])
        (complete,) = feed(session, synced(clock_skew=0.5))
        assert complete == Listed(at=at(0), t=0, scope=PODS, pods=2, clock_skew=0.5, again=False)
        assert session.board.synced

    def test_of_events_say_nothing(self) -> None:
        session = Session(EMPTY)
        assert feed(session, synced(scope=EVENTS)) == []
        assert not session.board.synced

    def test_after_a_gap_say_that_they_came_again(self) -> None:
        session = watching(added(NEW), deleted(NEW))
        told_gap, complete = feed(session, gap(), synced(9))
        assert told_gap == gap()
        assert isinstance(complete, Listed)
        assert complete.again
        assert complete.pods == 0

    def test_that_repeat_what_is_known_bring_no_history(self) -> None:
        session = watching(added(up()), added(NEW_OTHER))
        assert told(session, gap(), listed(up(), 9), listed(NEW_OTHER, 9), synced(9)) == []


NEW_OTHER = pod(name="other")


class TestTheBoard:
    def test_has_its_rows_in_the_order_of_their_names(self) -> None:
        session = watching(added(pod(name="b")), added(pod(name="c")), added(pod(name="a")))
        assert names(session.board) == ["a", "b", "c"]

    def test_is_frozen(self) -> None:
        session = watching(added(NEW))
        before = session.board
        feed(session, added(NEW_OTHER), modified(in_phase(NEW, "Running")))
        assert names(before) == ["web"]
        assert before.transitions == 1

    def test_keeps_the_newest_of_the_timeline_and_counts_the_rest(self) -> None:
        session = watching(gap(0, 0))
        for number in range(TIMELINE_LIMIT):
            feed(session, added(pod(name=f"pod-{number}"), number))
        board = session.board
        assert len(board.timeline) == TIMELINE_LIMIT
        assert board.dropped == 1
        assert (board.transitions, board.notices, board.gaps) == (TIMELINE_LIMIT, 0, 1)

    def test_counts_what_was_told(self) -> None:
        session = watching(added(NEW), added(event("Pulled", NEW)), gap())
        board = session.board
        assert (board.transitions, board.notices, board.gaps, board.dropped) == (1, 1, 1, 0)
        assert len(board.timeline) == 3

    def test_knows_the_connections(self) -> None:
        lost = connected(1, "reconnecting", "refused")
        session = watching()
        assert feed(session, lost) == [lost]
        assert session.board.connections == {PODS: lost}

    def test_takes_the_same_state_again_for_a_sign_of_life(self) -> None:
        live, again = (connected(t, "live") for t in (1.0, 60.0))
        session = watching(live)
        assert feed(session, again) == []
        assert session.board.connections == {PODS: live}

    def test_says_how_long_a_live_stream_has_been_silent(self) -> None:
        session = watching(connected(1, "live"), added(NEW, 3))
        silences = [(feed(session, Tick(t=t)), session.board.silent)[1] for t in (67.0, 68.0, 70.5)]
        assert silences == [0, SILENCE, SILENCE + 2.5]

    @pytest.mark.parametrize("state", ["reconnecting", "listing", "forbidden"])
    def test_calls_only_what_is_live_silent(self, state: str) -> None:
        session = watching(connected(1, state), Tick(t=99.0))
        assert session.board.silent == 0

    def test_tells_the_clusters_time(self) -> None:
        session = watching(synced(2, clock_skew=-0.5), added(NEW, 4), Tick(t=6.0))
        board = session.board
        assert board.t == 6
        assert board.now == at(5.5)

    def test_has_the_last_items_time_where_the_clusters_is_in_no_year(self) -> None:
        assert watching(synced(2, clock_skew=1e300)).board.now == at(2)

    def test_has_no_time_before_anything_came(self) -> None:
        assert Session(EMPTY).board.now is None

    def test_uses_the_columns_of_the_servers_version(self) -> None:
        one = pod(status(ended("A", 0), name="a"), status(ended("B", 1), name="b"), phase="Running")
        session = fed([opened(version="v1.34.2"), listed(one)])
        assert session.board.rows[0].columns.status == "Completed"

    def test_says_what_could_not_be_read(self) -> None:
        bad = unreadable()
        assert feed(watching(), bad) == [bad]

    def test_ignores_what_it_does_not_show(self) -> None:
        node = observed("ADDED", Node(metadata=ObjectMeta(name="worker")), scope=Scope("Node"))
        assert feed(watching(), node, Tick(t=5)) == []


class TestTheClock:
    def test_wakes_for_ages_once_a_second(self) -> None:
        session = watching(added(NEW, 3.25))
        assert session.wakes_at() == 4
        feed(session, Tick(t=4.0))
        assert session.wakes_at() == 5

    def test_wakes_for_a_silence_if_there_is_nothing_else(self) -> None:
        session = watching(connected(1.5, "live"))
        assert session.wakes_at() == 1.5 + SILENCE
        feed(session, Tick(t=70.0))
        assert session.wakes_at() == 71

    def test_sleeps_while_there_is_nothing(self) -> None:
        assert watching().wakes_at() is None

    def test_never_goes_back(self) -> None:
        session = watching(added(NEW, 5), added(NEW_OTHER, 4.5))
        assert session.board.t == 5


class TestPodsThatAreGone:
    def test_are_forgotten_after_a_while(self) -> None:
        session = watching(added(of_deployment("web-1"), 1), deleted(of_deployment("web-1"), 5))
        feed(session, added(NEW, 5 + REMEMBER_GONE))
        assert len(session.board.rows) == 2
        feed(session, modified(in_phase(NEW, "Running"), 5.1 + REMEMBER_GONE))
        assert names(session.board) == ["web"]
        assert len(session.board.rows) == 1
        assert told(session, added(of_deployment("web-2"), 70)) == ["web-2 present"]

    def test_leave_nothing_behind(self) -> None:
        session = watching(*gone(of_deployment("web-1")))
        assert session.board.leaving
        feed(session, connected(7 + REMEMBER_GONE, "live"))
        kept = vars(session.pods)
        folds = vars(kept.pop("folds"))
        assert folds.pop("_frozen") == Folds()
        assert not any(folds.values())
        assert not any(kept.values())

    def test_are_forgotten_before_that_where_there_are_many(self) -> None:
        pods = [pod(name=f"web-{number}", uid=str(number)) for number in range(GONE_LIMIT + 5)]
        session = watching(*map(added, pods), *(deleted(one, 5) for one in pods))
        feed(session, modified(in_phase(NEW, "Running"), 5.1))
        left = [row.ref.uid for row in session.board.rows if row.gone]
        assert sorted(left, key=int) == [str(number) for number in range(5, GONE_LIMIT + 5)]

    def test_are_not_forgotten_by_our_clock_but_by_what_comes(self) -> None:
        session = watching(*gone(of_deployment("web-1")))
        feed(session, Tick(t=6 + REMEMBER_GONE))
        late = added(of_deployment("web-2"), 4 + REMEMBER_GONE)
        assert "web-1 web-2 replaced (inferred)" in told(session, late)

    def test_and_came_back_with_another_name_do_no_harm(self) -> None:
        session = watching(*gone(pod(name="a", uid="1")), added(pod(name="m")))
        feed(session, added(pod(name="z", uid="1"), 6), deleted(pod(name="z", uid="1"), 7))
        feed(session, added(NEW, 9 + REMEMBER_GONE))
        assert names(session.board) == ["m", "web"]

    def test_and_came_back_stay(self) -> None:
        session = watching(*leaves_and_returns(5, 8), scope=SELECTED)
        feed(session, added(NEW_OTHER, 6 + REMEMBER_GONE, scope=SELECTED))
        assert names(session.board) == ["other", "web"]

    def test_again_are_kept_since_the_last_time(self) -> None:
        session = watching(*leaves_and_returns(5, 8), scope=SELECTED)
        feed(session, fetched(NEW, "", 50), deleted(NEW, 50, scope=SELECTED))
        feed(session, added(NEW_OTHER, 6 + REMEMBER_GONE, scope=SELECTED))
        assert row_of(session, "web-uid").deleted
        feed(session, added(pod(name="last"), 51 + REMEMBER_GONE, scope=SELECTED))
        assert names(session.board) == ["last", "other"]
        assert len(session.board.rows) == 2


def leaves_and_returns(left: float, back: float) -> list[StreamItem]:
    return [
        added(NEW, 1, scope=SELECTED),
        fetched(NEW, "web-uid", left),
        deleted(NEW, left, scope=SELECTED),
        added(NEW, back, scope=SELECTED),
    ]


# ── properties ──


def any_items(pods: st.SearchStrategy[Pod]) -> st.SearchStrategy[list[Observed]]:
    return st.lists(
        st.builds(
            observed,
            st.sampled_from(["ADDED", "MODIFIED", "DELETED"]),
            pods | pods.map(lambda one: event("Pulled", one)),
            st.floats(0, 300),
            scope=st.sampled_from([PODS, SELECTED]),
            initial=st.booleans(),
        ),
        max_size=8,
    )


@settings(max_examples=50)
@given(any_items(arbitrary_pods()))
def test_the_same_item_twice_brings_no_news_the_second_time(items: Iterable[Observed]) -> None:
    session = watching(scope=SELECTED)
    for item in items:
        session.feed(item)
        assert session.feed(item).entries == ()


@settings(max_examples=50)
@given(any_items(arbitrary_pods()), st.lists(st.floats(0, 300), max_size=8))
def test_ticks_change_nothing_of_what_is_told(
    items: Sequence[Observed], ticks: Sequence[float]
) -> None:
    with_ticks, without = watching(scope=SELECTED), watching(scope=SELECTED)
    for number, item in enumerate(items):
        if number < len(ticks):
            assert moved(with_ticks, Tick(t=ticks[number])) == []
        assert moved(with_ticks, item) == moved(without, item)


def moved(session: Session, item: StreamItem) -> list[TimelineEntry]:
    """What an item brings but silences: those come with the Tick, or with the item after it."""
    return [one for one in session.feed(item).entries if not isinstance(one, Stalled)]


def test_a_silence_is_the_same_whether_a_tick_or_the_next_item_brings_it() -> None:
    with_ticks, without = watching(listed(NEW)), watching(listed(NEW))
    early = with_ticks.feed(Tick(t=10.4)).entries
    late = modified(in_phase(NEW, "Running"), 300)
    assert [type(one) for one in early] == [Stalled]
    assert not any(isinstance(one, Stalled) for one in with_ticks.feed(late).entries)
    assert without.feed(late).entries[:1] == early


@settings(max_examples=50)
@given(any_items(arbitrary_pods()))
def test_any_items_in_any_order_leave_a_board(items: Iterable[Observed]) -> None:
    session = Session(EMPTY)
    for item in items:
        session.feed(item)
        board = session.board
        assert [row.ref for row in board.rows] == sorted(row.ref for row in board.rows)
        assert board.dropped == 0
    assert sum(session.board.counts.values()) == len(names(session.board))


@given(lives())
def test_a_life_that_is_listed_again_brings_no_history(versions: Sequence[Pod]) -> None:
    session = watching(*(modified(one, t) for t, one in enumerate(versions)))
    end = len(versions)
    assert feed(session, listed(versions[-1], end)) == []
    assert [type(one) for one in feed(session, synced(end))] == [Listed]


def test_a_waiting_pod_and_one_in_trouble_are_counted_apart() -> None:
    crashing = pod(status(waiting("CrashLoopBackOff"), "A"), name="bad", phase="Running")
    session = watching(added(NEW), added(crashing), added(up("good")))
    assert session.board.counts == {"waiting": 1, "trouble": 1, "ready": 1}


def test_a_stream_that_goes_on_with_another_server_has_its_columns() -> None:
    half = in_phase(pod(status(ended("A", 0)), status(ended("B", 1), name="b")), "Running")
    session = watching(added(NEW), replace(opened(), server_version="v1.34.2"))
    (version, *_) = feed(session, modified(half))
    assert isinstance(version, PodVersion)
    assert version.columns.status == "Completed"  # since 1.35: Error
    assert [row.columns for row in session.board.rows] == [version.columns]


def _health(row: Row) -> Health:
    return health_of(row.pod, row.around, gone=False)


@pytest.mark.parametrize(
    "name", ["overview", "rolling-update", "drain", "pod-replaced", "selection"]
)
def test_the_counts_are_those_of_the_rows_at_every_moment(name: str) -> None:
    watched = Session(catalog())
    for item in read(scenario(name).recording):
        watched.feed(item)
        board = watched.board
        assert board.counts == Counter(_health(row) for row in board.rows if not row.gone)
    later = board.t + 2 * REMEMBER_GONE  # what is gone is forgotten by then
    watched.feed(connected(later, "live"))
    board = watched.board
    assert not any(row.gone for row in board.rows)
    assert board.counts == Counter(_health(row) for row in board.rows)


def test_a_container_that_waits_for_its_next_start_is_trouble_whatever_it_ended_with() -> None:
    """Through most of the pause STATUS says Completed then."""
    ended_well = ended("B", 0, began=8, finished=10)
    again = pod(status(ended_well, restarts=2), phase="Running", node="worker")
    assert row_of(watching(listed(again), synced()), "web-uid").health == "trouble"
    first = pod(status(ended_well), phase="Running", node="worker")
    assert row_of(watching(listed(first), synced()), "web-uid").health == "trouble"
