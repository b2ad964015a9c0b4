"""The box of a Pod: what is in it, at any width, whatever the Pod says."""

from collections.abc import Callable
from typing import get_args, get_type_hints

import pytest
from msgspec.structs import replace
from rich.cells import cell_len

from podwatch.core.kube import Container, ContainerState, Pod
from podwatch.core.kube.container_spec import Port, VolumeMount
from podwatch.core.kube.meta import Empty
from podwatch.core.kube.pod_spec import (
    ClaimSource,
    CsiSource,
    EmptyDir,
    HostPath,
    NamedSource,
    SecretSource,
    Volume,
)
from podwatch.core.kube.pod_status import PodIP
from podwatch.renderers.dashboard.anatomy import anatomy, port_clashes
from podwatch.renderers.dashboard.layout import Layout
from podwatch.renderers.dashboard.theme import ASCII, DEFAULT
from podwatch.renderers.dashboard.volumes import kept_in
from tests.build import ended, pod, running, status, waiting
from tests.cases import cases

HTTP = Port(container_port=8080)


def drawn(one: Pod, width: int = 80, *, ascii_: bool = False) -> str:
    pen = Layout(ASCII if ascii_ else DEFAULT, None)
    return "\n".join(line.plain for line in anatomy(one, width, pen))


def in_words(one: Pod) -> str:
    """The picture's words without its frames, so that it does not matter where a line ends."""
    text = drawn(one, 120)
    return " ".join("".join(" " if char in "╭─╮│╰╯" else char for char in text).split())


def shop() -> Pod:
    """Init container, sidecar, two containers that share a volume; one of them crashes."""
    mount = VolumeMount(name="data", mount_path="/data")
    made = pod(
        status(running(), "A", ready=True),
        status(ended("B", 1), "B", name="logger", restarts=3),
        name="shop-7d4b9c-x2x9k",
        phase="Running",
        node="worker",
        init=[
            status(ended("I", 0), "I", name="migrate"),
            status(running(), "S", name="proxy", ready=True, started=True),
        ],
        init_containers=[
            Container(name="migrate", image="busybox:1.36"),
            Container(name="proxy", image="busybox:1.36", restart_policy="Always"),
        ],
        containers=[
            Container(name="app", image="busybox:1.36", ports=(HTTP,), volume_mounts=(mount,)),
            Container(
                name="logger",
                image="busybox:1.36",
                volume_mounts=(replace(mount, mount_path="/logs", read_only=True),),
            ),
        ],
    )
    volumes = (
        Volume(name="data", empty_dir=EmptyDir()),
        Volume(name="db", persistent_volume_claim=ClaimSource(claim_name="db-0")),
    )
    return replace(
        made,
        spec=replace(made.spec, volumes=volumes),
        status=replace(made.status, pod_ip="10.244.1.9", pod_ips=(PodIP(ip="10.244.1.9"),)),
    )


def test_the_box_shows_containers_network_and_volumes(
    is_golden: Callable[[str, str], None],
) -> None:
    is_golden("anatomy-110", drawn(shop(), 110) + "\n")


def test_the_box_fits_a_narrow_terminal_in_ascii(is_golden: Callable[[str, str], None]) -> None:
    text = drawn(shop(), 60, ascii_=True)
    assert text.isascii()
    is_golden("anatomy-60-ascii", text + "\n")


@pytest.mark.parametrize("width", [8, 20, 33, 60, 80, 110, 200])
def test_every_line_has_exactly_the_width(width: int) -> None:
    for one in (shop(), pod(), Pod()):
        assert {cell_len(line) for line in drawn(one, width).splitlines()} == {width}


def test_a_pod_without_a_status_is_drawn_from_its_spec() -> None:
    said = in_words(pod())
    assert "app busybox:1.36 ○ not yet" in said
    assert "no IP address yet" in said


@pytest.mark.parametrize(
    ("phase", "words"),
    [("Failed", "never ran"), ("Running", "not told"), ("Pending", "not yet")],
)
def test_a_container_of_which_nothing_is_told_is_promised_nothing(phase: str, words: str) -> None:
    assert f"app busybox:1.36 ○ {words}" in in_words(pod(phase=phase))


@pytest.mark.parametrize(
    ("state", "words"),
    [
        pytest.param(waiting("ContainerCreating"), "○ waiting", id="being created"),
        pytest.param(waiting("ImagePullBackOff"), "✖ ImagePullBackOff", id="no image"),
        pytest.param(waiting("CrashLoopBackOff"), "↻ CrashLoopBackOff", id="in back-off"),
        pytest.param(running(), "● running, not ready", id="not ready"),
        pytest.param(ended("A", 0), "✔ exit 0", id="ended well"),
        pytest.param(ended("A", 3), "✖ exit 3", id="failed"),
        pytest.param(ended("A", 137, "OOMKilled"), "✖ OOMKilled, exit 137", id="out of memory"),
    ],
)
def test_each_container_says_its_state(state: ContainerState, words: str) -> None:
    assert f"app busybox:1.36 {words}" in in_words(pod(status(state, "A")))


def test_an_init_container_that_runs_is_not_called_unready() -> None:
    one = pod(
        init=[status(running(), "I", name="migrate")],
        init_containers=[Container(name="migrate", image="busybox:1.36")],
    )
    assert "● running" in in_words(one)
    assert "not ready" not in in_words(one)


def test_two_containers_that_declare_one_port_are_pointed_out() -> None:
    clash = [Container(name=name, ports=(HTTP,)) for name in ("app", "metrics")]
    assert port_clashes(pod(containers=clash)) == [
        "app and metrics declare port 8080/TCP: they share one network, so the second that "
        "listens there fails."
    ]
    said = drawn(pod(containers=clash), 120)
    assert "! app and metrics declare port 8080/TCP" in said
    assert "localhost:8080" not in said  # only one of them can listen there


def test_no_clash_is_seen_where_there_is_none() -> None:
    app = Container(name="app", ports=(HTTP, HTTP))
    dns = Container(name="dns", ports=(replace(HTTP, protocol="UDP"),))
    setup = Container(name="setup", ports=(HTTP,))
    assert port_clashes(pod(containers=[app, dns], init_containers=[setup])) == []


def test_a_sidecar_can_clash_too() -> None:
    proxy = Container(name="proxy", ports=(HTTP,), restart_policy="Always")
    app = Container(name="app", ports=(HTTP,))
    [clash] = port_clashes(pod(containers=[app], init_containers=[proxy]))
    assert clash.startswith("proxy and app declare")


def test_the_nodes_network_is_not_called_the_pods_own() -> None:
    one = pod()
    one = replace(
        one,
        spec=replace(one.spec, host_network=True),
        status=replace(one.status, pod_ip="172.18.0.3"),
    )
    assert "the node's own, 172.18.0.3: this Pod has no IP address of its own" in in_words(one)


@cases(
    "volume words",
    {
        "emptyDir": (
            Volume(empty_dir=EmptyDir(medium="Memory", size_limit="64Mi")),
            "emptyDir in memory of at most 64Mi, lost with this Pod",
        ),
        "emptyDir without a limit, in figures": (
            Volume(empty_dir=EmptyDir(size_limit="0")),
            "emptyDir, lost with this Pod",
        ),
        "claim": (
            Volume(persistent_volume_claim=ClaimSource(claim_name="db-0")),
            "persistent, claim db-0, outlives this Pod",
        ),
        "ConfigMap": (Volume(config_map=NamedSource(name="c")), "ConfigMap c"),
        "Secret": (Volume(secret=SecretSource(secret_name="s")), "Secret s"),
        "hostPath": (Volume(host_path=HostPath(path="/var")), "/var of the node"),
        "driver": (Volume(csi=CsiSource(driver="d")), "driver d"),
        "an old kind": (Volume(aws_elastic_block_store=Empty()), "EBS disk of AWS"),
        "unknown": (Volume(), "of a kind that podwatch does not know"),
    },
)
def test_each_volume_says_how_long_its_data_lives(volume: Volume, words: str) -> None:
    assert words in kept_in(volume)


@pytest.mark.parametrize("name", sorted({*Volume.__struct_fields__} - {"name"}))
def test_each_kind_of_volume_is_known(name: str) -> None:
    (type_,) = [one for one in get_args(get_type_hints(Volume)[name]) if one is not type(None)]
    assert "does not know" not in kept_in(Volume(**{name: type_()}))


def test_nothing_that_a_pod_says_reaches_the_terminal_as_an_order() -> None:
    evil = "a\x1b[2Jb\u202ec[/foo]"
    one = pod(
        status(waiting(evil), name=evil),
        name=evil,
        containers=[Container(name=evil, image=evil, ports=(Port(name=evil, container_port=1),))],
    )
    one = replace(one, spec=replace(one.spec, volumes=(Volume(name=evil),)))
    text = drawn(one, 120)
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "[/foo]" in text
