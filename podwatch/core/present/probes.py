"""What a probe asks for, and what it said when it failed last: the facts that start with `probe.`.

Responsible for the words of what is asked; what the answer means is `podwatch.core.messages`'.
"""

import re

from podwatch.core.concepts.patterns import Facts
from podwatch.core.kube import Container, Pod, PodEvent
from podwatch.core.kube.container_spec import Probe
from podwatch.core.messages import Decoded, cause
from podwatch.core.messages.cleaning import shortened
from podwatch.core.present.facts import Seen

PROBES = {"liveness-probe": "Liveness probe", "startup-probe": "Startup probe"}
"""What the kubelet stops a container for, and how its Events about that probe begin."""
_COMMAND = "a command"
_VAGUE = frozenset({None, "", "probe-failed", "probe-failed-silently", "probe-errored"})
LEFT_TO_THE_STATE = {
    "liveness-probe": _VAGUE,
    # A program that only starts slowly does all that, too.
    "startup-probe": _VAGUE
    | {
        "probe-connection-refused",
        "probe-connection-broken",
        "probe-no-route",
        "probe-timeout",
        "probe-status",
        "probe-grpc",
        "probe-grpc-no-service",
    },
}
"""The answers of a probe, by class, of which the state says better what can be done."""
_PATH = 80
"""The most characters of a path; some ask a whole program's state by it."""


def asks(probe: Probe) -> str:
    """What a probe asks for: `GET /healthz on port 8080`, `a connection to port 5432`."""
    if (http := probe.http_get) is not None:
        path = shortened(http.path, _PATH)
        return f"GET {path} on port {http.port}" if path else f"an HTTP request to port {http.port}"
    if (grpc := probe.grpc) is not None:
        service = f' for service "{shortened(grpc.service, _PATH)}"' if grpc.service else ""
        return f"a gRPC request to port {grpc.port}{service}"
    if probe.tcp_socket is not None:
        return f"a connection to port {probe.tcp_socket.port}"
    return _COMMAND


_OF_HTTP = "port, path and timeoutSeconds"


def _parts(probe: Probe | None) -> str:
    """What of a probe can be wrong."""
    if probe is None or probe.http_get is not None:
        return _OF_HTTP
    if probe.grpc is not None:
        return "port, service and timeoutSeconds"
    return (
        "port and timeoutSeconds" if probe.tcp_socket is not None else "command and timeoutSeconds"
    )


def _to_correct(probe: Probe) -> str:
    """When a program that does what it shall is not found by its startup probe, and what then."""
    if probe.http_get is None and probe.tcp_socket is None and probe.grpc is None:
        return "if its log says that it has started, correct the probe's command"
    return "if its log says that it listens, correct the port or address"


def allowed(probe: Probe) -> str:
    """How long a startup probe lets a program start; what it leaves out has its default."""
    times, period = probe.failure_threshold or 3, probe.period_seconds or 10
    return f"{probe.initial_delay_seconds + times * period} s"


def missing_probe(seen: Seen, spec: Container, probe: Probe, kind: str) -> Facts:
    """Of a probe (`startup`, `readiness`) that has not succeeded."""
    failures = _failures(seen, spec, f"{kind.capitalize()} probe")
    known = cause(failures[-1].message) if failures else None
    of_class = _of_class(known)
    if kind == "startup":
        of_class = {name: fact for name, fact in of_class.items() if not _is_vague(name, known)}
    return {
        "probe.missing": kind,
        "probe.asks": asks(probe),
        "probe.parts": _parts(probe),
        "probe.allows": allowed(probe) if kind == "startup" else "",
        "probe.correct": _to_correct(probe),
        "probe.answer": f" ({_got(known)}{_limit(probe, known)})" if known is not None else "",
        "probe.lasts": kind == "readiness"
        and sum(one.times for one in failures) >= (probe.failure_threshold or 3),
        **of_class,
    }


def _is_vague(fact: str, known: Decoded | None) -> bool:
    """Whether a class does not know better than its state: while it starts, it is all normal."""
    vague = known is not None and known.id in LEFT_TO_THE_STATE["startup-probe"]
    return vague and fact in {"message.who", "message.cure"}


def stopping_probe(seen: Seen, spec: Container, kind: str) -> Facts:
    """Of the probe (one of PROBES) for which the kubelet stopped a run."""
    probe = spec.liveness_probe if kind == "liveness-probe" else spec.startup_probe
    known = _last_failure(seen, spec, PROBES[kind])
    told: Facts = {"probe.told": _told(probe, known), "probe.parts": _parts(probe)}
    if kind == "startup-probe" and probe is not None:
        told |= {"probe.allows": allowed(probe), "probe.correct": _to_correct(probe)}
    return told | _of_class(known)


def failing_liveness(pod: Pod, event: PodEvent) -> Facts:
    """Of the liveness probe that an Event tells of."""
    spec = pod.spec_of(event.container)
    probe = spec.liveness_probe if spec is not None else None
    return {"probe.told": _told(probe, cause(event.message))}


def _last_failure(seen: Seen, spec: Container, probe: str) -> Decoded | None:
    """What a probe ("Liveness probe") said when it failed last, if an Event tells it."""
    told = _failures(seen, spec, probe)
    return cause(told[-1].message) if told else None


def _limit(probe: Probe, known: Decoded) -> str:
    """How long it had, where it took longer."""
    late = known.id in {"probe-timeout", "probe-tls-timeout"} and probe.timeout_seconds
    return f"; its timeoutSeconds is {probe.timeout_seconds}" if late else ""


def _of_class(known: Decoded | None) -> Facts:
    if known is None:
        return {}
    return {
        "probe.cause": known.id,
        "message.short": known.short,
        "message.who": known.who,
        "message.cure": known.cure,
    }


def _told(probe: Probe | None, known: Decoded | None) -> str:
    """What a probe asked for and got, in brackets; an answer may say itself what was asked for."""
    answer = _got(known) if known is not None else ""
    get = probe.http_get if probe is not None else None
    in_answer = get is not None and bool(get.path) and f":{get.port}{get.path}" in answer
    asked = asks(probe) if probe is not None and not in_answer else ""
    if asked == _COMMAND and known is not None and known.id == "probe-failed":
        return f" (its command said: {answer})"
    told = ": ".join(filter(None, (asked, answer)))
    return f" ({told})" if told else ""


_PROBE = re.compile(r"^the (?:liveness|readiness|startup) probe (?:failed: |got )?")
_OF_PROBE = re.compile(r",? (?:of|says) the (?:liveness|readiness|startup) probe")


def _got(known: Decoded) -> str:
    """What a probe got, to stand where the probe was named."""
    return _OF_PROBE.sub("", _PROBE.sub("", known.detail))


def last_told(seen: Seen, spec: Container, reason: str, beginning: str) -> PodEvent | None:
    """The newest Event of a reason that may be about a container, with such a message."""
    return next(reversed(_told_of(seen, spec, reason, beginning)), None)


def _failures(seen: Seen, spec: Container, probe: str) -> list[PodEvent]:
    """What a probe ("Liveness probe") said each time when it failed, as far as Events tell it."""
    return _told_of(seen, spec, "Unhealthy", probe)


def _told_of(seen: Seen, spec: Container, reason: str, beginning: str) -> list[PodEvent]:
    names = {"", spec.name}
    return [
        one
        for one in seen.events
        if one.reason == reason and one.container in names and one.message.startswith(beginning)
    ]
