"""The named facts of one container: of a transition of it, or of an Event about it.

Responsible for names and values only, like `facts`, which has those of the whole Pod.
"""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta

from podwatch.core.concepts.patterns import Facts
from podwatch.core.durations import in_seconds
from podwatch.core.exit_codes import ending_signal, exit_means
from podwatch.core.kube import Container, Pod, PodEvent, Terminated
from podwatch.core.kube.container_spec import Probe
from podwatch.core.kubelet import (
    outlook_after,
    pause_before_start,
    restart_policy,
    restart_rule,
    restarts_before,
    run_that_ended,
    run_time,
)
from podwatch.core.messages import cause
from podwatch.core.ports import contested_port
from podwatch.core.states import State
from podwatch.core.stops import Stop, killed_after_grace, stop_took, stopped_for
from podwatch.core.text import one_line


def container_facts(
    pod: Pod, name: str, state: State, stops: Iterable[Stop], now: datetime | None
) -> Facts:
    """The facts of a container in a state, which may be over; `stops` as for a transition."""
    facts: Facts = {"container.name": name}
    spec = pod.spec_of(name)
    status = pod.status_of(name)
    if spec is not None:
        put(facts, "container.image", image_meant(pod, spec, state.message))
        put(facts, "container.memory_limit", spec.resources.limits.get("memory", ""))
        put(facts, "container.restart_policy", restart_policy(pod, spec))
        scratch = {one.name for one in pod.spec.volumes if one.empty_dir is not None}
        mounted = dict.fromkeys(one.name for one in spec.volume_mounts if one.name in scratch)
        put(facts, "container.empty_dirs", ", ".join(mounted))
        facts["container.readiness_probe"] = spec.readiness_probe is not None
        facts["container.startup_probe"] = spec.startup_probe is not None
        facts |= _turn(pod, spec)
        if (contested := contested_port(pod, name)) is not None:
            facts["container.port"], facts["container.port_rival"] = contested
    if status is None:
        return facts
    if spec is None:
        put(facts, "container.image", status.image)
    restarts = restarts_before(status, state)
    facts["container.restarts"] = restarts
    facts["container.ran"] = bool(status.container_id or status.last_state.terminated)
    facts["container.run"] = ordinal(restarts + 1)
    ended = run_that_ended(status, state)
    stopped = stopped_for(pod, name, ended, stops) if ended is not None else ""
    code = state.exit_code if ended is None else ended.exit_code
    if code is not None:
        facts["container.exit_code"] = code
        put(facts, "container.signal", ending_signal(code))
        put(facts, "container.exit_means", exit_means(code))
    if ended is not None:
        facts |= _end_facts(pod, ended, state)
        if state.value == "terminated":
            facts["container.run_is_past"] = ended != status.state.terminated
        put(facts, "container.stopped_for", stopped)
    if state.value == "terminated" and spec is not None:
        facts["container.outlook"] = outlook_after(pod, spec, status, state, stopped)
        put(facts, "container.restart_rule", restart_rule(spec, state.exit_code))
    if state.value in {"terminated", "waiting"} and (pause := pause_before_start(status, state)):
        facts["container.back_off"] = in_seconds(pause)
        if now is not None and ended is not None and ended.finished_at is not None:
            left = pause - (now - ended.finished_at)
            facts["container.pause_over"] = left < timedelta(seconds=1)
    return facts


def _end_facts(pod: Pod, ended: Terminated, state: State) -> Facts:
    """The facts of the run that is over: the one that ends, or the one before a wait or a start."""
    facts: Facts = {"container.killed_after_grace": killed_after_grace(pod, ended)}
    if (ran := run_time(ended)) is not None:
        facts["container.ran_for"] = in_seconds(ran)
    if (took := stop_took(pod, ended)) is not None:
        facts["container.stop_took"] = in_seconds(took)
    if state.value != "terminated":
        put(facts, "container.last_reason", ended.reason)
        if ended.reason not in OWN_WORDS:
            known = cause(ended.message)
            put(facts, "container.last_detail", known.detail)
            put(facts, "container.last_short", known.short)
        elif words := ended.message.strip():
            facts["container.last_words"] = one_line(words.splitlines()[-1])
    return facts


OWN_WORDS = frozenset({"Completed", "Error", "OOMKilled"})
"""Reasons of an end with which the message is the program's; else it is the runtime's."""


def _turn(pod: Pod, spec: Container) -> Facts:
    """Which of the init containers it is, in the order of their start, and which one follows."""
    order = [one.name for one in pod.spec.init_containers]
    if spec.name not in order:
        return {}
    place = order.index(spec.name) + 1
    facts: Facts = {"container.place": f"{place} of {len(order)}"}
    if place < len(order):
        facts["container.next_init"] = order[place]
    return facts


def image_meant(pod: Pod, spec: Container, message: str) -> str:
    """The image that a container waits for: its own, or that of a volume that the message names."""
    volumes = (volume.image.reference for volume in pod.spec.volumes if volume.image is not None)
    return next((one for one in volumes if one and f'"{one}"' in message), spec.image)


def ordinal(number: int) -> str:
    """1st, 2nd, 3rd, 11th."""
    if number % 100 in {11, 12, 13}:
        return f"{number}th"
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th') }"


def event_container_facts(pod: Pod, event: PodEvent) -> Facts:
    """What an Event about a container is about: its image, its probe, the run that is over now."""
    facts: Facts = {}
    spec, status = pod.spec_of(event.container), pod.status_of(event.container)
    if spec is not None:
        put(facts, "container.image", spec.image)
        facts["container.restart_policy"] = restart_policy(pod, spec)
        hooks = spec.lifecycle
        facts["container.pre_stop"] = hooks is not None and hooks.pre_stop is not None
        if (probe := _probe_meant(spec, event)) is not None:
            facts["probe.failure_threshold"] = probe.failure_threshold or 3
            facts["probe.period"] = f"{probe.period_seconds or 10} s"
    ended = status and (status.state.terminated or status.last_state.terminated)
    at = event.last_seen
    if ended and ended.started_at and ended.finished_at and at is not None:
        # An Event can come after the end that it explains.
        facts["notice.of_past_run"] = ended.started_at <= at <= ended.finished_at
        facts["container.exit_code"] = ended.exit_code
    return facts


_IMAGE = re.compile(r'(?:Pulling|Successfully pulled) image "([^"\s]+)"(?: in (\S+))?')


def pull_facts(event: PodEvent) -> Facts:
    """The image that an Event says is or was pulled, and how long that took, as Go writes it."""
    facts: Facts = {}
    if event.reason in {"Pulling", "Pulled"} and (told := _IMAGE.match(event.message)):
        put(facts, "notice.image", told[1])
        put(facts, "notice.pull_took", told[2] or "")
    return facts


def _probe_meant(spec: Container, event: PodEvent) -> Probe | None:
    """The probe whose failure a message begins with."""
    match event.message.partition(" ")[0]:
        case "Readiness":
            return spec.readiness_probe
        case "Liveness":
            return spec.liveness_probe
        case "Startup":
            return spec.startup_probe
    return None


def put(facts: Facts, name: str, value: str) -> None:
    """The fact, if there is one."""
    if value:
        facts[name] = value
