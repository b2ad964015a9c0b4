"""Anatomy: one Pod as a box with its containers in it, and what they share.

Responsible for the boxes, from one version of the Pod: containers of all sorts, their images,
declared ports and states; the rows about the network and the volumes are `volumes`. Not
responsible for why the Pod is in the state that it is in (`podwatch.core.diagnosis`).
"""

from collections.abc import Iterable, Sequence

from rich.cells import cell_len
from rich.text import Text

from podwatch.core.kube import Container, ContainerStatus, Pod
from podwatch.core.lifeline import UNTOLD
from podwatch.core.ports import contested_ports
from podwatch.core.states import container_state
from podwatch.core.text import listed
from podwatch.renderers.dashboard.layout import Layout, Line, Part, wrapped
from podwatch.renderers.dashboard.volumes import what_they_share

_BOX_MINIMUM = 20
_BOX_MAXIMUM = 40


def anatomy(pod: Pod, width: int, pen: Layout, *, heard: bool = True) -> list[Text]:
    """The box of the Pod: lines of exactly `width` cells, as many as it takes.

    `heard`: whether its node still reports, so that what runs is known to run.
    """
    inner = max(width - 4, 0)
    name = f" Pod {pen.say(pod.metadata.name)} "
    rows = [*_containers(pod, inner, pen, heard=heard), *what_they_share(pod, inner, pen)]
    for clash in port_clashes(pod):
        lines = wrapped(pen.say(clash), max(inner - 2, 8))
        rows += pen.labelled("! ", lines, 2, "alarm", "alarm")
    title: Part = (pen.fit_name(name, min(cell_len(name), inner)), "strong")
    return [pen.text(parts) for parts in pen.framed(rows, width, [title])]


def port_clashes(pod: Pod) -> list[str]:
    """A sentence for each port that several containers of the Pod declare."""
    return [
        f"{listed(names)} declare port {port}: they share one network, so the second that "
        "listens there fails."
        for port, names in contested_ports(pod).items()
    ]


# ── containers ──


def _containers(pod: Pod, inner: int, pen: Layout, *, heard: bool) -> list[Line]:
    """The containers' boxes, side by side as far as there is room, all of one width."""
    statuses = {status.name: status for status in pod.all_statuses()}
    boxes = [
        (label, _content(pod, container, statuses.get(container.name), pen, heard=heard))
        for label, container in _labelled(pod)
    ]
    if not boxes:
        return []
    longest = max(cell_len(text) for _, content in boxes for text, _ in content)
    wanted = min(max(longest + 4, _BOX_MINIMUM), _BOX_MAXIMUM)
    beside = max(min((inner + 1) // (wanted + 1), len(boxes)), 1)
    if beside < len(boxes):
        # A narrower box that saves a row shows more at once; long names lose their middle.
        beside = max(beside, min((inner + 1) // (_BOX_MINIMUM + 7), len(boxes)))
    box = max(min(wanted, (inner - beside + 1) // beside), 4)
    rows: list[Line] = []
    for first in range(0, len(boxes), beside):
        row = boxes[first : first + beside]
        height = max(len(content) for _, content in row)
        drawn = [_box(label, content, box, height, pen) for label, content in row]
        for parts in zip(*drawn, strict=True):
            rows.append([part for line in parts for part in ((" ", ""), *line)][1:])
    return rows


def _labelled(pod: Pod) -> Iterable[tuple[str, Container]]:
    sidecars = pod.sidecars()
    inits = len(pod.spec.init_containers)
    for number, container in enumerate(pod.spec.init_containers, 1):
        kind = "sidecar" if container.name in sidecars else "init"
        yield (f"{kind} {number}" if inits > 1 else kind), container
    for container in pod.spec.containers:
        yield "container", container
    for container in pod.spec.ephemeral_containers:
        yield "ephemeral", container


def _content(
    pod: Pod, container: Container, status: ContainerStatus | None, pen: Layout, *, heard: bool
) -> list[Part]:
    lines = [(pen.say(container.name), "strong"), (pen.say(container.image or "no image"), "")]
    for port in container.ports:
        name = f" ({port.name})" if port.name else ""
        host = f", port {port.host_port} of the node" if port.host_port else ""
        protocol = f"/{port.protocol}" if port.protocol not in {"", "TCP"} else ""
        lines.append((pen.say(f"port {port.container_port}{protocol}{name}{host}"), ""))
    symbol, word = _state(pod, status, heard=heard)
    style = "trouble" if symbol == "reconnecting" else symbol
    lines.append((f"{pen.symbol(symbol)} {pen.say(word)}", style))
    if status is not None and status.restart_count > 0:
        times = "once" if status.restart_count == 1 else f"{status.restart_count} times"
        lines.append((pen.own(f"restarted {times}"), "dim"))
    return lines


def _state(pod: Pod, status: ContainerStatus | None, *, heard: bool) -> tuple[str, str]:
    """A symbol's name and a few words."""
    state = container_state(status)
    if state.value == "running" and status is not None:
        others = [*pod.spec.init_containers, *pod.spec.ephemeral_containers]
        if status.name in {one.name for one in others} - pod.sidecars():
            return "live", "running"
        if not heard:
            return "waiting", "ran when last heard of"
        if pod.metadata.deletion_timestamp is not None:
            return "live", "running, asked to end"
        return ("ready", "ready") if status.ready else ("live", "running, not ready")
    if state.value == "terminated":
        if state.exit_code == 0:
            return "ended", "exit 0"
        reason = "" if state.reason in {"", "Error"} else f"{state.reason}, "
        return "trouble", f"{reason}exit {state.exit_code}"
    if state.reason == "CrashLoopBackOff":
        return "reconnecting", state.reason
    if state.reason in UNTOLD:
        return "waiting", "waiting" if status is not None else _untold(pod)
    return "trouble", state.reason


def _untold(pod: Pod) -> str:
    if pod.status.is_over:
        return "never ran"
    return "not told" if pod.status.phase == "Running" else "not yet"


def _box(label: str, content: Sequence[Part], width: int, height: int, pen: Layout) -> list[Line]:
    title = pen.own(f" {label} ")
    # Of an image its end, the tag, tells most.
    lines = [[(pen.fit_name(text, max(width - 4, 0)), style)] for text, style in content]
    lines += [[]] * (height - len(content))
    return pen.framed(lines, width, [(title if cell_len(title) <= width - 3 else "", "label")])
