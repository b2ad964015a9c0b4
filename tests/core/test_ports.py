"""Ports that several containers of one Pod want."""

from podwatch.core.kube import Container
from podwatch.core.kube.container_spec import Port
from podwatch.core.ports import contested_port, contested_ports
from tests.build import pod


def wanting(name: str, *ports: int, protocol: str = "", restart: str = "") -> Container:
    declared = tuple(Port(container_port=port, protocol=protocol) for port in ports)
    return Container(name=name, ports=declared, restart_policy=restart)


def test_the_containers_that_declare_one_port_are_named() -> None:
    pair = pod(containers=[wanting("a", 80, 8080), wanting("b", 8080), wanting("c", 81)])
    assert contested_ports(pair) == {"8080/TCP": ["a", "b"]}
    assert contested_port(pair, "b") == ("8080", "a")
    assert contested_port(pair, "a") == ("8080", "b")
    assert contested_port(pair, "c") is None


def test_another_protocol_is_another_port() -> None:
    assert (
        contested_ports(pod(containers=[wanting("a", 53), wanting("b", 53, protocol="UDP")])) == {}
    )


def test_an_init_container_is_over_by_then_but_no_sidecar() -> None:
    app = wanting("app", 80)
    over = pod(containers=[app], init_containers=[wanting("init", 80)])
    assert contested_ports(over) == {}
    beside = pod(containers=[app], init_containers=[wanting("proxy", 80, restart="Always")])
    assert contested_port(beside, "app") == ("80", "proxy")
