"""The live watch: what is followed, and what `r` begins to follow."""

from pathlib import Path

from podwatch.app.feeds import Following, Inbox
from podwatch.app.recording_key import ToggledRecorder
from podwatch.app.watch import LiveStream, Watch, scopes
from podwatch.core.concepts import Catalog
from podwatch.core.expectations import Target
from podwatch.core.kube import Job, Pod
from podwatch.core.selection import scopes_of
from podwatch.core.session import Session
from podwatch.core.stream import Item, Observed, Opened, RecordedItem
from podwatch.sources.recording import read
from tests import build as pods
from tests.fake_api import FakeApi, access, listing, pod
from tests.sources.cluster.follow import SOON

KINDS = {"Pod", "Event", "Job", "Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "Node"}


def test_r_records_owners_and_nodes_which_are_followed_from_then_on_and_once(
    tmp_path: Path,
) -> None:
    following, session = Following(), Session(Catalog(()))
    inbox = following.inbox
    with FakeApi([listing(pod("once", 3))], only="/jobs") as api:
        options = Watch(access=access(tmp_path, api.url), namespaces=("shop",))
        stream = LiveStream(options, following)
        r = ToggledRecorder(tmp_path, lambda: stream.for_a_recording(session.opening()))
        stream.open()
        try:
            while not session.store.complete:
                take(inbox, session, r)
            assert not any(request.path.endswith("/jobs") for request in api.requests)
            assert "recording to" in r.toggle()
            while session.store.owner("Job", "shop", "once") is None:
                take(inbox, session, r)
            r.toggle()
            r.toggle()
            r.stop()
            lists = [request.path for request in api.requests if not request.is_watch]
            assert sum(path.endswith("/jobs") for path in lists) == 1
        finally:
            assert stream._cluster is not None
            stream._cluster.stop()
    first, again = sorted(tmp_path.glob("podwatch-*.jsonl"), key=lambda path: len(path.name))
    for recording in (first, again):
        opened, *items = read(recording)
        assert isinstance(opened, Opened)
        assert {scope.kind for scope in opened.scopes} == KINDS
        observed = [item.object for item in items if isinstance(item, Observed)]
        assert [type(one) for one in observed if not isinstance(one, Pod)] == [Job]


def take(inbox: Inbox, session: Session, recording_key: ToggledRecorder) -> None:
    item = inbox.get(timeout=SOON)
    assert isinstance(item, Item), item
    recording_key.write(item)
    session.feed(item)


def test_of_a_workload_its_pods_what_is_between_and_all_events_are_followed() -> None:
    options = Watch(targets=(Target("Deployment", "shop", "web"), Target("Pod", "", "db")))
    kinds = [(one.kind, one.place) for one in scopes(options, "here", recorded=False)]
    assert kinds == [
        ("Pod", "shop/deployment/web"),
        ("Event", "shop"),
        ("Deployment", "shop/web"),
        ("ReplicaSet", "shop"),
        ("Pod", "here/db"),
        ("Event", "here"),
    ]


def test_what_is_about_nothing_that_is_watched_is_passed_over() -> None:
    following = Following()
    inbox = following.inbox
    other = pods.pod(name="other", owner=pods.owned_by("StatefulSet", "db"))
    mine = pods.pod(name="db-0", owner=pods.owned_by("StatefulSet", "web"))
    scope, *more = scopes_of("StatefulSet", "default", "web")
    items: list[RecordedItem] = [pods.opened(scope, *more), pods.synced(0, more[1])]
    items += (pods.added(one, scope=scope) for one in (other, mine))
    for item in items:
        inbox.put(item)
    assert following.waiting
    assert [following.get(0) for _ in items] == [*items[:2], items[3], None]
