"""Recordings: exact, readable to the point where they were cut, and clear about the rest."""

import errno
import os
import signal
import subprocess
import sys
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from podwatch.core.kube import Condition, Deployment, Node, ObjectMeta, Pod, PodCondition, PodEvent
from podwatch.core.kube.node import NodeStatus
from podwatch.core.kube.owner import OwnerStatus
from podwatch.core.kube.pod_status import (
    ContainerState,
    ContainerStatus,
    PodStatus,
    Terminated,
    Waiting,
)
from podwatch.core.stream import (
    FORMAT,
    Connection,
    Deed,
    Fetched,
    Gap,
    Observed,
    Opened,
    RecordedItem,
    Ref,
    Scope,
    StreamItem,
    Synced,
    Tick,
    Unreadable,
)
from podwatch.errors import ExitCode, PodwatchError
from podwatch.sources.recording import Recorder, length, read
from tests.cases import cases
from tests.disk import room_for

AT = datetime(2026, 1, 1, 10, 0, 0, 123456, tzinfo=UTC)
PODS = Scope("Pod", "shop", "app=web", "status.phase=Running")
OPENED = Opened(t=0, at=AT, format=FORMAT, server_version="v1.37.2", context="k", scopes=(PODS,))
POD = Pod(
    metadata=ObjectMeta(name="a", namespace="shop", uid="u", labels={"message": "kept"}),
    status=PodStatus(
        message="secret",
        conditions=(PodCondition(type="Ready", status="False", message="secret"),),
        container_statuses=(
            ContainerStatus(
                name="app",
                state=ContainerState(waiting=Waiting(reason="Waits", message="secret")),
                last_state=ContainerState(terminated=Terminated(exit_code=1, message="secret")),
            ),
        ),
    ),
)
OTHERS = (
    PodEvent(message="secret", reason="Unhealthy"),
    Deployment(status=OwnerStatus(conditions=(Condition(type="Available", message="secret"),))),
    Node(status=NodeStatus(conditions=(Condition(type="Ready", message="secret"),))),
)


def observed(item: Pod | PodEvent | Deployment | Node, t: float = 1.0) -> Observed:
    return Observed(t=t, at=AT, scope=PODS, type="MODIFIED", object=item)


EVERYTHING: list[RecordedItem] = [
    OPENED,
    observed(POD),
    *(observed(item) for item in OTHERS),
    Fetched(t=1.1, at=AT, ref=Ref("shop", "a", "u"), uid=None),
    Fetched(t=1.2, at=AT, ref=Ref("shop", "a", "u"), uid=""),
    Synced(t=2.5, at=AT, scope=PODS, clock_skew=-3.25),
    Gap(t=3, at=AT, scope=PODS, since=AT, until=AT + timedelta(seconds=5), reason="410", dropped=7),
    Connection(t=4, at=AT, scope=PODS, state="live", cause="why: ünï\n\x1b[31m"),
    Unreadable(t=5, at=AT, scope=PODS, ref="shop/b", error="bad"),
]


def reading(path: Path) -> tuple[list[RecordedItem], PodwatchError]:
    """What was read before the error, and the error."""
    items: list[RecordedItem] = []
    with pytest.raises(PodwatchError) as raised:
        items.extend(read(path))
    assert raised.value.exit_code == ExitCode.UNREADABLE
    assert raised.value.hint
    return items, raised.value


def write_items(path: Path, items: Iterable[StreamItem]) -> None:
    with Recorder(path) as recorder:
        for item in items:
            recorder.write(item)


def test_what_is_read_is_what_was_written(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    write_items(path, EVERYTHING)
    assert list(read(path)) == EVERYTHING
    assert len(path.read_bytes().splitlines()) == len(EVERYTHING)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.text(),
    st.floats(0, 1e9),
    st.datetimes(timezones=st.just(UTC)),
    st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=3),
)
def test_any_text_and_time_survives(
    tmp_path: Path, text: str, t: float, at: datetime, labels: dict[str, str]
) -> None:
    path = tmp_path / "r.jsonl"
    item = Observed(
        t=t,
        at=at,
        scope=PODS,
        type="ADDED",
        object=Pod(metadata=ObjectMeta(name=text, labels=labels)),
    )
    write_items(path, [OPENED, item])
    assert list(read(path)) == [OPENED, item]


def test_what_no_cluster_told_is_never_recorded(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    deed = Deed(at=OPENED.at, t=1, ref=Ref("default", "web", "u1"), command="kubectl get pods")
    write_items(path, [OPENED, Tick(t=1), deed])
    assert list(read(path)) == [OPENED]


def test_its_length_is_known_without_reading_all_of_it(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    write_items(path, [OPENED, Synced(at=OPENED.at, t=OPENED.t + 42.5, scope=Scope("Pod"))])
    assert length(path) == 42.5
    path.write_bytes(path.read_bytes() + b'{"item": "synced", "t": 99')
    assert length(path) == 42.5


@pytest.mark.parametrize("content", [b"", b"\n", b"no recording", b"no\nrecording\n"])
def test_the_length_of_what_is_no_recording_is_not_known(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "r.jsonl"
    path.write_bytes(content)
    assert length(path) is None
    assert length(tmp_path / "missing.jsonl") is None


def test_a_pipe_keeps_what_it_has_for_who_plays_it() -> None:
    ours, theirs = os.pipe()
    os.write(theirs, b'{"t":0}\n{"t":9}\n')
    os.close(theirs)
    assert length(Path(f"/dev/fd/{ours}")) is None
    assert os.read(ours, 100) == b'{"t":0}\n{"t":9}\n'
    os.close(ours)


def test_messages_can_be_left_out_and_nothing_else_is(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    with Recorder(path, redact_messages=True) as recorder:
        for item in EVERYTHING:
            recorder.write(item)
    assert b"secret" not in path.read_bytes()
    pods = [item.object for item in read(path) if isinstance(item, Observed)]
    assert isinstance(pods[0], Pod)
    assert pods[0].metadata == POD.metadata
    assert pods[0].status.container_statuses[0].state.waiting == Waiting(reason="Waits")
    assert len(list(read(path))) == len(EVERYTHING)


def test_a_killed_process_leaves_what_it_had_written(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    program = f"""
import sys, time
from pathlib import Path
from tests.sources.test_recording import EVERYTHING, Recorder
with Recorder(Path({str(path)!r})) as recorder:
    for item in EVERYTHING:
        recorder.write(item)
    print("written", flush=True)
    time.sleep(60)
"""
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.send_signal(signal.SIGKILL)
    assert list(read(path)) == EVERYTHING


LINE = msgspec.json.encode(observed(POD))
"""A good line that follows the first."""


@pytest.mark.parametrize(
    ("line", "words"),
    [
        pytest.param(LINE[:-20], "ends in the middle", id="cut off"),
        pytest.param(b"{}\n", "item", id="no item"),
        pytest.param(b"[1, 2]\n", "Expected", id="another JSON"),
        pytest.param(b"hello\n", "malformed", id="a text"),
        pytest.param(b'{"item":"future","t":1}\n', "future", id="an unknown item"),
        pytest.param(b'{"item":"tick","t":1}\n', "tick", id="a tick"),
        pytest.param(LINE.replace(b'"a"', b'"\xff"') + b"\n", "", id="invalid UTF-8"),
        pytest.param(b"[" * 100_000 + b"\n", "", id="deep nesting"),
        pytest.param(b'{"item":"' + b"x" * 5_000_000 + b'"}\n', "", id="a gigantic line"),
        pytest.param(b"\x00\x01\x02\n", "", id="bytes"),
    ],
)
def test_a_bad_line_is_named_after_everything_before_it_was_read(
    tmp_path: Path, line: bytes, words: str
) -> None:
    path = tmp_path / "r.jsonl"
    write_items(path, [OPENED, observed(POD)])
    with path.open("ab") as file:
        file.write(line)
    items, error = reading(path)
    assert items == [OPENED, observed(POD)]
    assert "line 3" in error.message
    assert str(path) in error.message
    assert words in error.message
    assert len(error.message) < 1_000


@cases(
    "content words",
    {
        "an empty file": (b"", "not a recording of podwatch"),
        "YAML": (b"apiVersion: v1\n", "not a recording of podwatch"),
        "another item first": (LINE + b"\n", "not a recording of podwatch"),
        "another JSON": (b'{"t": 1}\n', "not a recording of podwatch"),
        "a picture": (b"\x89PNG\r\n\x1a\n" * 99, "not a recording of podwatch"),
        "deep nesting": (b"[" * 100_000, "not a recording of podwatch"),
        "a newer format": (
            b'{"item":"opened","t":0,"at":"2026-01-01T00:00:00Z","format":99,"new":[1]}\n',
            "format 99",
        ),
        "cut in its first line": (msgspec.json.encode(OPENED)[:40], "line 1"),
    },
)
def test_what_is_no_recording_is_said_so(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "r.jsonl"
    path.write_bytes(content)
    items, error = reading(path)
    assert items == []
    assert words in error.message


def test_a_newer_recording_needs_a_newer_podwatch(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    path.write_bytes(b'{"item":"opened","t":0,"at":"x","format":2}\n')
    assert reading(path)[1].hint == "update podwatch"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        pytest.param("missing.jsonl", os.strerror(errno.ENOENT), id="a missing file"),
        pytest.param("", os.strerror(errno.EISDIR), id="a folder"),
        pytest.param("nul\0byte", "null byte", id="an impossible name"),
        pytest.param("x" * 300, os.strerror(errno.ENAMETOOLONG), id="a name that is too long"),
    ],
)
def test_a_file_that_can_not_be_read_is_named(tmp_path: Path, name: str, words: str) -> None:
    _, error = reading(tmp_path / name)
    assert words in error.message


@pytest.mark.parametrize(
    ("name", "words"),
    [
        pytest.param("no/such/folder.jsonl", os.strerror(errno.ENOENT), id="a missing folder"),
        pytest.param("", os.strerror(errno.EISDIR), id="a folder"),
    ],
)
def test_a_file_that_can_not_be_written_is_refused_at_once(
    tmp_path: Path, name: str, words: str
) -> None:
    with pytest.raises(PodwatchError) as raised, Recorder(tmp_path / name):
        pass
    assert raised.value.exit_code == ExitCode.UNREADABLE
    assert words in raised.value.message


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a disk that is always full")
def test_a_full_disk_is_said() -> None:
    with pytest.raises(PodwatchError) as raised, Recorder(Path("/dev/full")) as recorder:
        recorder.write(OPENED)
    assert os.strerror(errno.ENOSPC) in raised.value.message


def test_an_old_recording_stays_until_there_is_something_to_write(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    path.write_text("precious\n")
    with Recorder(path):
        pass
    assert path.read_text() == "precious\n"
    with Recorder(path) as recorder:
        recorder.write(OPENED)
        recorder.write(Connection(t=1, at=AT, scope=PODS, state="listing"))
    assert path.read_text() == "precious\n"  # the cluster never answered
    with Recorder(path) as recorder:
        for item in EVERYTHING:
            recorder.write(item)
    assert list(read(path)) == EVERYTHING


def test_where_it_is_the_evidence_even_an_outage_is_recorded(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    path.write_text("of another run\n")
    with Recorder(path, at_once=True) as recorder:
        assert path.read_text() == ""  # a run that is killed now leaves nothing of another one
        recorder.write(OPENED)
    assert list(read(path)) == [OPENED]


@pytest.mark.parametrize("at_once", [False, True])
def test_nothing_is_left_of_a_recording_without_items(tmp_path: Path, *, at_once: bool) -> None:
    path = tmp_path / "run.jsonl"
    with Recorder(path, at_once=at_once):
        pass
    assert not path.exists()


def test_a_disk_that_gets_full_leaves_whole_lines(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    with Recorder(path) as recorder:
        recorder.write(OPENED)
        with room_for(path.stat().st_size + 20), pytest.raises(PodwatchError, match=r"run\.jsonl"):
            recorder.write(observed(POD))
    assert list(read(path)) == [OPENED]


def test_a_new_recording_begins_at_once(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    with Recorder(path) as recorder:
        recorder.write(OPENED)
        assert list(read(path)) == [OPENED]


def test_text_that_no_file_can_hold_is_an_error_with_a_name(tmp_path: Path) -> None:
    scope = Scope("Pod", "shop", label_selector="a=\udcff")
    with (
        Recorder(tmp_path / "run.jsonl") as recorder,
        pytest.raises(PodwatchError, match=r"run.jsonl can't be written"),
    ):
        recorder.write(Synced(t=2, at=AT, scope=scope))


def test_only_its_owner_may_read_a_recording(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    with Recorder(path) as recorder:
        recorder.write(OPENED)
    assert path.stat().st_mode & 0o077 == 0
