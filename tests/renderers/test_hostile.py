"""Nothing that comes from a cluster acts on the terminal, in whatever field it comes."""

import time
import unicodedata
from datetime import UTC
from typing import Any

import pytest
from msgspec.structs import replace
from rich.cells import cell_len

from podwatch.core.board import Board
from podwatch.core.concepts import catalog
from podwatch.core.kube import ObjectReference, Pod, PodEvent
from podwatch.core.kube.container_spec import Container, Port, VolumeMount
from podwatch.core.kube.decode import Undecodable, decoder
from podwatch.core.kube.event import EventSource
from podwatch.core.kube.meta import ObjectMeta, OwnerReference
from podwatch.core.kube.pod_spec import NamedSource, PodSpec, ReadinessGate, SchedulingGate, Volume
from podwatch.core.kube.pod_status import ContainerState, PodStatus, Terminated
from podwatch.core.stream import Opened, StreamItem, Tick
from podwatch.renderers.dashboard.layout import Layout
from podwatch.renderers.dashboard.pod_view import pod_view
from podwatch.renderers.dashboard.projector import projector
from podwatch.renderers.dashboard.theme import ASCII, DEFAULT
from podwatch.renderers.dashboard.view_state import ViewState
from tests.build import at, condition, connected, gap, status, synced, unreadable, waiting
from tests.cases import cases
from tests.renderers.corpus import HOSTILE
from tests.renderers.dashboard.boards import board, opened, seen
from tests.renderers.dashboard.drawn import ALLOWED, ENTER, LEAVE, Drawn

CATALOG = catalog()


def acting(text: str) -> set[str]:
    """The characters of a text that a terminal acts on, or that can't be seen."""
    bad = {"Cc", "Cf", "Cn", "Cs", "Zl", "Zp"}
    return {char for char in set(text) if unicodedata.category(char) in bad}


def hostile_pod(text: str, *, ended: bool) -> Pod:
    """A Pod that has the text in every field that is shown anywhere."""
    end = ContainerState(
        terminated=Terminated(
            exit_code=1, reason=text, message=text, started_at=at(1), finished_at=at(2),
            container_id=text,
        )
    )  # fmt: skip
    state = end if ended else waiting(text, text)
    app = replace(status(state, text, name=text, restarts=int(ended), last=end), image=text)
    container = Container(
        name=text, image=text, ports=(Port(name=text, container_port=80, protocol=text),),
        volume_mounts=(VolumeMount(name=text, mount_path=text),),
    )  # fmt: skip
    conditions = [
        condition(type_, value, text, text, since=0)
        for type_, value in (("Ready", "False"), ("PodScheduled", "True"), (text, text))
    ]
    return Pod(
        metadata=ObjectMeta(
            name=text,
            namespace=text,
            uid=f"uid-{text}",
            creation_timestamp=at(0),
            labels={text: text},
            finalizers=(text,),
            owner_references=(OwnerReference(kind=text, name=text, uid=text, controller=True),),
        ),
        spec=PodSpec(
            node_name=text,
            priority_class_name=text,
            node_selector={text: text},
            scheduling_gates=(SchedulingGate(name=text),),
            readiness_gates=(ReadinessGate(condition_type=text),),
            volumes=(Volume(name=text, config_map=NamedSource(name=text)),),
            containers=(container,),
            init_containers=(replace(container, name=f"{text}-init"),),
        ),
        status=PodStatus(
            phase=text if ended else "Pending",
            reason=text,
            message=text,
            pod_ip=text,
            host_ip=text,
            nominated_node_name=text,
            conditions=tuple(conditions),
            container_statuses=(app,),
            init_container_statuses=(replace(app, name=f"{text}-init"),),
        ),
    )


def hostile_event(about: Pod, text: str, reason: str) -> PodEvent:
    meta = about.metadata
    return PodEvent(
        metadata=ObjectMeta(name=text, namespace=text, uid=f"e-{reason}"),
        involved_object=ObjectReference(
            kind="Pod",
            namespace=meta.namespace,
            name=meta.name,
            uid=meta.uid,
            field_path=f"spec.containers{{{text}}}",
        ),
        reason=reason,
        message=text,
        action=text,
        type="Warning",
        count=2,
        last_timestamp=at(3),
        source=EventSource(component=text, host=text),
        reporting_component=text,
    )


def hostile_stream(text: str) -> list[StreamItem]:
    before, after = hostile_pod(text, ended=False), hostile_pod(text, ended=True)
    first: Opened = replace(opened(context=text), server_version=text)
    return [
        first,
        seen(0.1, before, "ADDED", initial=True),
        synced(),
        unreadable(0.3, text, text),
        gap(0.2, 0.5, reason=text),
        seen(1, after),
        seen(1.2, hostile_event(after, text, text)),
        seen(1.3, hostile_event(after, text, "Failed")),
        connected(2, "reconnecting", text),
        Tick(t=3),
    ]


def test_there_are_enough_of_them() -> None:
    assert len(HOSTILE) >= 200
    assert len(set(HOSTILE.values())) == len(HOSTILE)


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_the_bytes_for_the_terminal_are_ours_only(text: str) -> None:
    drawn = Drawn([], 80, 24)
    with drawn.screen:
        for item in hostile_stream(text):
            drawn.feed(item)
            drawn.clock.now += 1
            drawn.frame()
        drawn.clock.now += 20  # the next lesson
        drawn.screen.show(drawn.session.feed(Tick(t=20)))
        drawn.frame()
        drawn.screen.close()
    raw = drawn.file.getvalue()
    assert (raw.count(ENTER), raw.count(LEAVE)) == (1, 1)
    assert raw.index(ENTER) < raw.index(LEAVE)
    rest = ALLOWED.sub("", raw).replace("\n", "")
    assert not acting(rest)
    raw.encode("utf-8")  # nothing that the terminal's encoding has no bytes for


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_each_view_keeps_its_shape(text: str) -> None:
    of = board(hostile_stream(text), CATALOG)
    for theme, width, height in ((ASCII, 60, 15), (DEFAULT, 140, 45)):
        pen = Layout(theme, UTC)
        for lines in (
            pod_view(of, of.rows[0], width, height, pen, ViewState())[0],
            projector(of, of.story[-1].lead, width, height, pen),
        ):
            assert [cell_len(line.plain) for line in lines] == [width] * height
            assert not any(acting(line.plain) for line in lines)
            assert theme is DEFAULT or all(line.plain.isascii() for line in lines)


def test_a_megabyte_takes_no_longer_than_two_thousand_characters() -> None:
    large = [text for name, text in HOSTILE.items() if "megabyte" in name]

    def cost(boards: list[Board]) -> float:
        begun = time.process_time()
        for of in boards:
            projector(of, of.story[-1].lead, 80, 24, Layout(DEFAULT, UTC))
            pod_view(of, of.rows[0], 80, 24, Layout(DEFAULT, UTC), ViewState())
        return time.process_time() - begun

    # The least of some runs: what else the machine does only adds.
    costs = [
        min(cost(boards) for _ in range(4))
        for boards in (
            [board(hostile_stream(text), CATALOG) for text in large],
            [board(hostile_stream(text[:2000]), CATALOG) for text in large],
        )
    ]
    assert costs[0] < 6 * costs[1]


@cases(
    "bytes_",
    {
        "no UTF-8": b'{"kind": "Pod", "metadata": {"name": "a\xff\xfeb"}}',
        "cut in the middle": b'{"kind": "Pod", "metadata": {"name": "a\xc3"}}',
        "a surrogate": b'{"kind": "Pod", "metadata": {"name": "a\xed\xa0\x80"}}',
        "an escaped surrogate": b'{"kind": "Pod", "metadata": {"name": "\\ud800"}}',
        "overlong": b'{"kind": "Pod", "metadata": {"name": "a\xf0\x80\x80\xaf"}}',
        "no JSON": b"\x1b[2J",
    },
)
def test_bytes_that_are_no_utf8_never_get_in_and_what_is_said_of_them_is_harmless(
    bytes_: bytes,
) -> None:
    with pytest.raises(Undecodable) as raised:
        decoder(Pod)(bytes_)
    items: list[Any] = [opened(), synced(), unreadable(1, "?", str(raised.value))]
    drawn = Drawn(items, 80, 24)
    with drawn.screen:
        drawn.frame()
    assert not acting(ALLOWED.sub("", drawn.file.getvalue()).replace("\n", ""))
