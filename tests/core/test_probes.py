"""What a probe asks for is said wherever it fails."""

from podwatch.core.diagnosis import diagnosed
from podwatch.core.finding import Finding
from podwatch.core.kube import Container, ContainerStatus, PodEvent
from podwatch.core.kube.container_spec import GrpcProbe, HttpProbe, PortAction, Probe
from podwatch.core.kube.meta import Empty
from podwatch.core.surroundings import Surroundings
from tests.build import at, condition, ended, event, pod, running, status, waiting
from tests.cases import cases

HEALTHZ = Probe(http_get=HttpProbe(port=8080, path="/healthz"))
NOT_READY = condition("Ready", "False", "ContainersNotReady")


def found(said: ContainerStatus, probe: Probe, *events: PodEvent) -> dict[str, Finding]:
    """What is said of a container of which every probe is this one, by the state's id."""
    spec = Container(name="app", liveness_probe=probe, readiness_probe=probe, startup_probe=probe)
    one = pod(said, containers=[spec], phase="Running", node="worker", conditions=[NOT_READY])
    diagnosis = diagnosed(one, Surroundings(events=events), at(60))
    return {finding.state: finding for finding in diagnosis.findings}


@cases(
    "probe words",
    {
        "a path": (HEALTHZ, "(GET /healthz on port 8080)"),
        "a path that an old recording lacks": (
            Probe(http_get=HttpProbe(port=80)),
            "(an HTTP request to port 80)",
        ),
        "a long path": (Probe(http_get=HttpProbe(port=80, path="/a" * 200)), "…"),
        "a connection": (Probe(tcp_socket=PortAction(port="db")), "(a connection to port db)"),
        "a gRPC server": (Probe(grpc=GrpcProbe(port=9000)), "(a gRPC request to port 9000)"),
        "a gRPC service": (
            Probe(grpc=GrpcProbe(port=9000, service="live")),
            '(a gRPC request to port 9000 for service "live")',
        ),
        "a command": (Probe(exec=Empty()), "(a command)"),
    },
)
def test_what_a_readiness_probe_asks_for_is_said(probe: Probe, words: str) -> None:
    unready = status(running(), "A", started=True)
    sentence = found(unready, probe)["readiness-probe-not-yet"].sentence
    assert words in sentence
    assert len(sentence) < 300


def test_what_a_startup_probe_waits_for_is_said() -> None:
    slow = status(running(), "A", started=False)
    assert "GET /healthz on port 8080" in found(slow, HEALTHZ)["startup-probe"].sentence


@cases("kind", {"a liveness probe": "liveness", "a startup probe": "startup"})
def test_what_a_probe_asked_for_that_stopped_a_run_is_said(kind: str) -> None:
    loops = status(waiting("CrashLoopBackOff"), restarts=4, last=ended("A", 137, finished=30))
    why = f"Container app failed {kind} probe, will be restarted"
    killing = event("Killing", pod(), container="app", seen=29, message=why)
    (first, *_) = found(loops, HEALTHZ, killing).values()
    assert f"{kind} probe failed" in first.sentence
    assert "(GET /healthz on port 8080)" in first.sentence


@cases(
    "answer words",
    {
        "that names no address": (
            "HTTP probe failed with statuscode: 500",
            "fails (GET /healthz on port 8080: HTTP 500)",
        ),
        "that names it": (
            'Get "http://10.0.0.7:8080/healthz": context deadline exceeded',
            "fails (no answer in time from http://10.0.0.7:8080/healthz)",
        ),
    },
)
def test_an_answer_comes_with_what_was_asked_for(answer: str, words: str) -> None:
    message = f"Liveness probe failed: {answer}"
    told = event("Unhealthy", pod(), container="app", type_="Warning", message=message)
    note = found(status(running(), "A", started=True), HEALTHZ, told)["event-liveness-fails"]
    assert words in note.sentence
