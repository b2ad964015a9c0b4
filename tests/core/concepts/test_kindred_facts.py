"""What tells a Pod apart from the one whose place it has, and from its siblings."""

from msgspec.structs import replace

from podwatch.core.concepts.kindred_facts import former_facts, sibling_facts
from podwatch.core.kube import Container, Pod
from podwatch.core.kube.container_spec import Port
from tests.build import pod


def having(ip: str, *ports: int, name: str = "web", uid: str = "6e1c1f0a-1") -> Pod:
    declared = tuple(Port(container_port=port) for port in ports)
    one = pod(name=name, uid=uid, containers=[Container(name="app", ports=declared)])
    return replace(one, status=replace(one.status, pod_ip=ip))


def test_uid_and_address_stand_beside_those_of_the_one_before() -> None:
    new, old = having("10.0.0.2"), having("10.0.0.1", name="old", uid="0123456789")
    assert former_facts(new, old) == {
        "former.name": "old",
        "former.uid": "01234567…",
        "former.ip": "10.0.0.1",
        "former.namesake": False,
        "pod.short_uid": "6e1c1f0a…",
    }
    assert former_facts(new, having("10.0.0.1", uid="x"))["former.namesake"] is True


def test_what_has_the_same_address_or_none_is_not_compared() -> None:
    one = having("10.0.0.1", 80)
    for other in (None, having("", 80), having("10.0.0.1", 80, uid="x")):
        assert former_facts(one, other) == {}
        assert sibling_facts(one, other) == {}


def test_a_port_that_both_declare_is_named() -> None:
    one, other = having("10.0.0.1", 80, 8080), having("10.0.0.2", 8080, name="b", uid="x")
    assert sibling_facts(one, other) == {
        "sibling.name": "b",
        "sibling.ip": "10.0.0.2",
        "sibling.port": 8080,
    }
    assert sibling_facts(having("10.0.0.1", 80), other) == {}
