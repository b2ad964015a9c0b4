"""Who can change what is amiss, and how: exactly for this error."""

import pytest
from msgspec.structs import replace

from podwatch.core.concepts.loader import catalog
from podwatch.core.concepts.patterns import FACT
from podwatch.core.diagnosis import diagnosed
from podwatch.core.exit_codes import WINDOWS
from podwatch.core.finding import Finding
from podwatch.core.kube import Pod, PodEvent
from podwatch.core.kube.container_spec import PortAction, Probe, Resources
from podwatch.core.kube.pod_spec import PodOS
from podwatch.core.kube.pod_status import ContainerState
from podwatch.core.present import present_states
from podwatch.core.surroundings import Surroundings
from tests.build import at, condition, ended, event, pod, running, status, waiting
from tests.cases import cases


def in_a_loop(end: ContainerState) -> Pod:
    message = "back-off 5m0s restarting failed container=app"
    again = status(waiting("CrashLoopBackOff", message), restarts=40, last=end)
    return pod(again, node="worker", phase="Running")


def first(one: Pod, *events: PodEvent) -> Finding:
    return diagnosed(one, Surroundings(events=events), at(60)).first


@cases(
    "words cure",
    {
        "a file system that is read-only": ("touch: /var/x: Read-only file system", "emptyDir"),
        "a file that it may not write": ("open /data/x: permission denied", "runAsUser"),
        "a name without an address": ("wget: bad address 'db:5432'", "Create the Service"),
        "nothing that listens": ("connect ECONNREFUSED 10.0.0.7:5432", "Start what it connects"),
        "a port that is taken": ("listen tcp :80: bind: address already in use", "share one netw"),
        "an option": ("httpd: unrecognized option '--port=8080'", "Correct command or args"),
        "a database that denies something": ("permission denied for table users", "what it logged"),
        "words of its own": ("the moon is full", "what it logged"),
    },
)
def test_what_a_program_said_last_tells_where_to_look(words: str, cure: str) -> None:
    found = first(in_a_loop(ended("A", 1, message=f"starting\n{words}")))
    assert words in found.sentence
    assert cure in found.cure


@cases(
    "kind said cure",
    {
        "a path": ("Liveness", "HTTP probe failed with statuscode: 404", "path"),
        "a time": ("Liveness", 'command timed out: "sleep 3" timed out after 1s', "timeoutSeconds"),
        "no answer in a start": (
            "Startup",
            'Get "http://10.1.0.9:8080/": dial tcp 10.1.0.9:8080: connect: connection refused',
            "failureThreshold",
        ),
        "a path in a start": ("Startup", "HTTP probe failed with statuscode: 404", "path"),
    },
)
def test_a_probe_that_had_a_container_killed_is_answered_by_what_it_said(
    kind: str, said: str, cure: str
) -> None:
    killing = f"Container app failed {kind.lower()} probe, will be restarted"
    told = f"{kind} probe failed: {said}"
    found = first(
        in_a_loop(ended("A", 137, began=0, finished=30)),
        event("Unhealthy", pod(), container="app", seen=28, type_="Warning", message=told),
        event("Killing", pod(), container="app", seen=29, message=killing),
    )
    assert cure in found.cure


@pytest.mark.parametrize("code", WINDOWS)
def test_the_fact_of_a_code_of_windows_is_told_whole(code: int) -> None:
    fact = first(in_a_loop(ended("A", code))).fact
    assert f"exit code 0x{code:X} ({WINDOWS[code][1]})" in fact
    assert "…" not in fact
    assert len(fact) <= FACT


def test_memory_that_only_the_pod_limits_is_told_with_that_limit() -> None:
    one = in_a_loop(ended("A", 137, "OOMKilled"))
    limited = replace(one, spec=replace(one.spec, resources=Resources(limits={"memory": "32Mi"})))
    assert "the Pod's limit is 32Mi" in first(limited).sentence


def test_a_pod_for_another_system_is_told_which_and_how_to_select_it() -> None:
    refused = pod(node="worker", phase="Failed", reason="PodOSNotSupported")
    found = first(replace(refused, spec=replace(refused.spec, os=PodOS(name="windows"))))
    assert found.fact == "PodOSNotSupported: it is for windows"
    assert "kubernetes.io/os: windows" in found.cure


def test_a_resize_that_waits_is_not_answered_by_what_helps_a_pod_that_is_refused() -> None:
    full = "Node didn't have enough resource: cpu, requested: 1001, used: 1001, capacity: 2000"
    deferred = condition("PodResizePending", "True", "Deferred", full)
    one = pod(status(running(), "A", ready=True), node="worker", conditions=[deferred])
    found = next(one for one in diagnosed(one).findings if one.symptom.part == "resize")
    assert "asked 1,001m" in found.sentence
    assert "nodeName" not in found.cure
    assert "by itself when other Pods on the node end" in found.cure


@pytest.mark.parametrize("name", ["app", "a-container-with-quite-a-long-name-of-its-own"])
def test_the_fact_of_a_readiness_probe_names_what_it_said(name: str) -> None:
    said = 'Readiness probe failed: Get "http://10.244.1.208:8081/": dial tcp 10.244.1.208:8081: '
    told = event(
        "Unhealthy",
        pod(),
        container=name,
        type_="Warning",
        message=f"{said}connect: connection refused",
    )
    probing = status(running(), "A", name=name)
    one = pod(probing, node="worker", phase="Running")
    container = replace(
        one.spec.containers[0], name=name, readiness_probe=Probe(tcp_socket=PortAction(8081))
    )
    one = replace(one, spec=replace(one.spec, containers=(container,)))
    fact = first(one, told).fact
    assert fact.endswith("nothing listens on 10.244.1.208:8081")
    assert "…" not in fact


def test_what_the_pods_own_reason_says_is_not_said_again_by_its_event() -> None:
    said = 'forbidden sysctl: "kernel.msgmax" not allowlisted'
    refused = pod(node="worker", phase="Failed", reason="SysctlForbidden", message=said)
    warning = event("SysctlForbidden", refused, type_="Warning", message=said)
    found = diagnosed(refused, Surroundings(events=(warning,)), at(60)).findings
    assert [one.state for one in found if one.symptom.part == "event"] == []
    assert "--allowed-unsafe-sysctls" in found[0].cure


def test_no_state_and_no_lesson_sends_anybody_to_describe() -> None:
    keys = "kubectl describe {message.object_kind} "  # all else shows a Secret's values, too
    texts = {one.id: (*one.tries, one.cure) for one in present_states().states}
    texts |= {f"lesson {id_}": one.try_ for id_, one in catalog().by_id.items()}
    assert [
        id_ for id_, said in texts.items() if "kubectl describe" in " ".join(said).replace(keys, "")
    ] == []
