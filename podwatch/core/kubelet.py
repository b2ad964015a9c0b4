"""The kubelet's model: which run ended, and whether and when a container is started again.

Responsible for restart policies and the back-off, as far as a Pod's object proves them: no field
holds the pause or the time of the next start. What that means is the concepts' business.
"""

import re
from datetime import datetime, timedelta

from podwatch.core.kube import Container, ContainerStatus, Pod, Terminated
from podwatch.core.states import State, container_state
from podwatch.core.stops import AT_ONCE, RESTARTS, ended_before_deletion

_FIRST_PAUSE = timedelta(seconds=10)
_LONGEST_PAUSE = timedelta(minutes=5)
"""The pause is doubled from the first to the longest, unless the node is configured otherwise.

https://github.com/kubernetes/website/blob/release-1.34/content/en/docs/concepts/workloads/pods/pod-lifecycle.md
("Container restarts"); the constants: https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/kubelet/kubelet.go
"""

FORGETS = timedelta(minutes=10)
"""After a run of twice the longest pause the pauses begin anew (the same page; `hasExpired` in
https://github.com/kubernetes/kubernetes/blob/v1.34.0/staging/src/k8s.io/client-go/util/flowcontrol/backoff.go).
"""

_AT_ONCE = timedelta(seconds=5)
"""A start within this was not paused: between the kubelet's rounds and its first pause."""


def told_back_off(state: State) -> timedelta | None:
    """The pause as the kubelet says it: "back-off 1m20s restarting failed container …".

    The message of a run that ended is the container's own, and proves nothing.
    """
    if state.value != "waiting":
        return None
    told = re.match(r"back-off (?:(\d{1,3})m)?(\d{1,3})s restarting", state.message)
    return timedelta(minutes=int(told[1] or 0), seconds=int(told[2])) if told else None


def back_off(restarts: int, ran: timedelta | None = None) -> timedelta:
    """How long the kubelet waits before it starts a container again: not after its first end."""
    if restarts == 0 or (ran is not None and ran >= FORGETS):
        return timedelta()
    doubled: int = 2 ** min(restarts - 1, 5)
    return min(_FIRST_PAUSE * doubled, _LONGEST_PAUSE)


def pause_before_start(status: ContainerStatus, state: State) -> timedelta:
    """How long the kubelet waits, from the end of the run before, if `state` is an end or a wait.

    Its own word if there is one, else at most so long: what it remembers may be less than the
    restarts of the Pod's whole life.
    """
    now = container_state(status)
    waits_after_it = state.value == "terminated" and status.container_id in {"", state.run}
    if (told := told_back_off(now if waits_after_it else state)) is not None:
        return told
    return back_off(_counted_restarts(status, state), run_time(run_that_ended(status, state)))


def next_start(pod: Pod, status: ContainerStatus) -> datetime | None:
    """When the kubelet's back-off of a container that ended is over (UTC, about a second).

    None if it does not pause, or if nothing says since when. The pause is counted from the end
    of the last run, as the kubelet does; the start follows within its next rounds.
    """
    spec, state = pod.spec_of(status.name), container_state(status)
    if spec is None:
        return None
    paused = state.value == "terminated" and outlook(pod, spec, status) == "backs-off"
    ended = run_that_ended(status, state)
    if not (paused or state.reason == "CrashLoopBackOff") or ended is None:
        return None
    try:
        pause = pause_before_start(status, state)
        return ended.finished_at + pause if ended.finished_at else None
    except OverflowError:  # anybody can write 9999-12-31T23:59:59Z into a status
        return None


def outlook_after(
    pod: Pod, spec: Container, status: ContainerStatus, state: State, stopped: str = ""
) -> str:
    """The outlook of an end that was seen or is inferred: another run may have followed it.

    `stopped`: why the kubelet stopped the run, if it did (`podwatch.core.stops`).
    """
    if not state.run or status.container_id in {"", state.run}:
        return outlook(pod, spec, status, state, stopped)
    now = status.state.running or status.state.terminated
    ended = run_that_ended(status, state)
    if now is None or now.started_at is None or ended is None or ended.finished_at is None:
        return outlook(pod, spec, status, state, stopped)
    return "backs-off" if now.started_at - ended.finished_at > _AT_ONCE else "restarts-at-once"


def outlook(
    pod: Pod,
    spec: Container,
    status: ContainerStatus,
    state: State | None = None,
    stopped: str = "",
) -> str:
    """What comes after an end, by default that which the status shows: the fact container.outlook.

    It is ended, restarts-at-once, backs-off, or pod-ends where the deletion ended it.
    """
    state = state or container_state(status)
    if pod.metadata.deletion_timestamp is not None:
        before = ended_before_deletion(pod, run_that_ended(status, state))
        return "ended" if before else "pod-ends"
    if pod.status.is_over:
        return "ended"
    serves_nobody = spec.name in pod.sidecars() and mains_are_over(pod)
    if serves_nobody or not (stopped in RESTARTS or starts_again(pod, spec, state.exit_code)):
        return "ended"
    run = run_that_ended(status, state)
    pause = back_off(restarts_before(status, state), run_time(run))
    waits = status.state.waiting is not None and status.state.waiting.reason == "CrashLoopBackOff"
    if pause and stopped in AT_ONCE and run is not None and not waits:
        earlier = status.last_state.terminated
        if earlier == run or not _within(pause, earlier, run):
            pause = timedelta()
    return "backs-off" if pause else "restarts-at-once"


def _within(pause: timedelta, before: Terminated | None, ended: Terminated) -> bool:
    """Whether a run ended within the pause that is counted from the end of the run before.

    So the kubelet counts where it stops a container to start it again in the same round: it looks
    for the newest run that was already over then (`doBackOff`,
    https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/kubelet/kuberuntime/kuberuntime_manager.go).
    """
    if before is None or before.finished_at is None or ended.finished_at is None:
        return False
    return ended.finished_at - before.finished_at < pause


def restart_rule(spec: Container, exit_code: int | None) -> str:
    """The action of the restartPolicyRule that is about this exit code; empty if none is.

    Both actions start the container again: Restart, and RestartAllContainers.
    """
    if exit_code is None:
        return ""
    for rule in spec.restart_policy_rules:
        codes = rule.exit_codes
        if codes is not None and (exit_code in codes.values) is (codes.operator == "In"):
            return rule.action
    return ""


def restart_policy(pod: Pod, spec: Container) -> str:
    """Always, OnFailure or Never: the container's own, else its Pod's."""
    return spec.restart_policy or pod.spec.restart_policy


def starts_again(pod: Pod, spec: Container, exit_code: int | None) -> bool:
    """Whether the kubelet starts a container again after such an end, while its Pod goes on."""
    if spec in pod.spec.ephemeral_containers:
        return False
    if restart_rule(spec, exit_code):
        return True
    policy = restart_policy(pod, spec)
    runs_once = spec in pod.spec.init_containers and spec.restart_policy != "Always"
    return policy != "Never" and not (exit_code == 0 and (runs_once or policy == "OnFailure"))


def mains_are_over(pod: Pod) -> bool:
    """Whether its main containers have all ended for good: then its sidecars are stopped."""
    ends = {status.name: status.state.terminated for status in pod.status.container_statuses}
    return all(
        (ended := ends.get(main.name)) is not None and not starts_again(pod, main, ended.exit_code)
        for main in pod.spec.containers
    )


def restarts_before(status: ContainerStatus, state: State) -> int:
    """The restarts before the run that `state` is about; the status counts up to its newest run.

    The run that lastState holds was one restart before; one that nothing holds, before that.
    """
    newest, last = _newest_run(status), status.last_state.terminated
    before = last.container_id if last is not None else ""
    if state.run in {"", newest}:
        ago = 0
    elif state.run == before:
        ago = 1 if newest else 0
    else:
        ago = len({newest, before} - {""})
    return max(status.restart_count - ago, 0)


def _counted_restarts(status: ContainerStatus, state: State) -> int:
    """How many restarts count for the pause: those before a long run are forgotten."""
    if state.value != "terminated":
        return max(status.restart_count, 0)
    restarts, before = restarts_before(status, state), status.last_state.terminated
    if before is None or before.container_id == state.run:
        return restarts
    ran = run_time(before)
    return min(restarts, 1) if ran is not None and ran >= FORGETS else restarts


def run_that_ended(status: ContainerStatus, state: State) -> Terminated | None:
    """The run whose end `state` is, or else the one that ended before `state` began."""
    newest, last = _newest_run(status), status.last_state.terminated
    if state.value == "terminated":
        if state.run == newest and status.state.terminated is not None:
            return status.state.terminated
        return last if last is not None and last.container_id == state.run else None
    return last if state.run in {"", newest} else None


def _newest_run(status: ContainerStatus) -> str:
    """The run that is or was the last; empty while it waits for the next one."""
    if status.state.running is not None:
        return status.container_id
    ended = status.state.terminated
    return (ended.container_id or status.container_id) if ended is not None else ""


def run_time(ended: Terminated | None) -> timedelta | None:
    """How long a run took, if its times are known."""
    if ended is None or ended.started_at is None or ended.finished_at is None:
        return None
    return max(ended.finished_at - ended.started_at, timedelta())
