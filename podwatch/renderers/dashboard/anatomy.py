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
from podwatch.core.states import container_state
from podwatch.core.text import listed
from podwatch.renderers.dashboard.layout import Layout, Part, cells, text_of, wrapped
from podwatch.renderers.dashboard.volumes import what_they_share

_BOX_MINIMUM = 20
_BOX_MAXIMUM = 40


def anatomy(pod: Pod, width: int, pen: Layout) -> list[Text]:
    """The box of the Pod: lines of exactly `width` cells, as many as it takes."""
    inner = width - 4
    lines = [_edge(f" Pod {pen.say(pod.metadata.name)} ", width, pen, top=True)]
    rows: list[list[Part]] = [
        *_containers(pod, inner, pen),
        *what_they_share(pod, inner, pen),
        *(_alarm(text, inner, pen) for clash in port_clashes(pod) for text in _lines(clash, inner)),
    ]
    side = pen.theme.symbol("frame")[3]
    frame = pen.style("frame")
    for parts in rows:
        content = pen.cut(parts, max(inner, 0))
        whole = [(f"{side} ", frame), *content, (f" {side}", frame)]
        lines.append(text_of(pen.cut(whole, width)))
    lines.append(_edge("", width, pen, top=False))
    return lines


def port_clashes(pod: Pod) -> list[str]:
    """A sentence for each port that several containers of the Pod declare.

    Nobody refuses such a Pod, and a declared port need not be listened on. Init containers are
    over when the others start, so only sidecars count among them.
    """
    sidecars = pod.sidecars()
    together = [one for one in pod.spec.init_containers if one.name in sidecars]
    declared: dict[str, list[str]] = {}
    for container in [*together, *pod.spec.containers]:
        own = dict.fromkeys(f"{p.container_port}/{p.protocol or 'TCP'}" for p in container.ports)
        for port in own:
            declared.setdefault(port, []).append(container.name)
    return [
        f"{listed(names)} declare port {port}: they share one network, so the second that "
        "listens there fails."
        for port, names in declared.items()
        if len(names) > 1
    ]


# ── containers ──


def _containers(pod: Pod, inner: int, pen: Layout) -> list[list[Part]]:
    """The containers' boxes, side by side as far as there is room, all of one width."""
    statuses = {status.name: status for status in pod.all_statuses()}
    boxes = [
        (label, _content(pod, container, statuses.get(container.name), pen))
        for label, container in _labelled(pod)
    ]
    if not boxes:
        return []
    longest = max(
        max(cells(line) + 4 for line in content) if content else cell_len(label) + 6
        for label, content in boxes
    )
    wanted = min(max(longest, _BOX_MINIMUM), _BOX_MAXIMUM)
    beside = max(min((inner + 1) // (wanted + 1), len(boxes)), 1)
    if beside < len(boxes):
        # A narrower box that saves a row shows more at once; long names lose their middle.
        beside = max(beside, min((inner + 1) // (_BOX_MINIMUM + 7), len(boxes)))
    box = max(min(wanted, (inner - beside + 1) // beside), 4)
    rows: list[list[Part]] = []
    for first in range(0, len(boxes), beside):
        row = boxes[first : first + beside]
        height = max(len(content) for _, content in row)
        drawn = [_box(label, content, box, height, pen) for label, content in row]
        for parts in zip(*drawn, strict=True):
            line: list[Part] = []
            for number, part in enumerate(parts):
                line += [(" ", None), *part] if number else part
            rows.append(line)
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
    pod: Pod, container: Container, status: ContainerStatus | None, pen: Layout
) -> list[list[Part]]:
    symbol, word = _state(pod, status)
    named = {"live": None, "reconnecting": "trouble"}.get(symbol, symbol)
    style = pen.style(named) if named else None
    lines: list[list[Part]] = [
        [(pen.say(container.name), pen.style("strong"))],
        [(pen.say(container.image or "no image"), None)],
    ]
    for port in container.ports:
        name = f" ({port.name})" if port.name else ""
        host = f", port {port.host_port} of the node" if port.host_port else ""
        protocol = f"/{port.protocol}" if port.protocol not in {"", "TCP"} else ""
        text = f"port {port.container_port}{protocol}{name}{host}"
        lines.append([(pen.say(text), None)])
    lines.append([(pen.theme.symbol(symbol) + " ", style), (pen.say(word), style)])
    if status is not None and status.restart_count > 0:
        times = "once" if status.restart_count == 1 else f"{status.restart_count} times"
        lines.append([(pen.own(f"restarted {times}"), pen.style("dim"))])
    return lines


def _state(pod: Pod, status: ContainerStatus | None) -> tuple[str, str]:
    """A symbol's name and a few words."""
    state = container_state(status)
    if state.value == "running" and status is not None:
        once = status.name in {one.name for one in pod.spec.init_containers} - pod.sidecars()
        ephemeral = status.name in {one.name for one in pod.spec.ephemeral_containers}
        if once or ephemeral:
            return "live", "running"
        return ("ready", "ready") if status.ready else ("live", "running, not ready")
    if state.value == "terminated":
        if state.exit_code == 0:
            return "ended", "exit 0"
        said = f"exit {state.exit_code}"
        plain = state.reason in {"", "Error"}
        return "trouble", said if plain else f"{state.reason}, {said}"
    if state.reason == "CrashLoopBackOff":
        return "reconnecting", state.reason
    if state.reason in UNTOLD:
        return "waiting", "waiting" if status is not None else "not yet"
    return "trouble", state.reason


def _box(
    label: str, content: Sequence[list[Part]], width: int, height: int, pen: Layout
) -> list[list[Part]]:
    top_left, line, top_right, side, bottom_left, bottom_right = tuple(pen.theme.symbol("frame"))
    frame = pen.style("frame")
    title = pen.own(f" {label} ")
    title = title if cell_len(title) <= width - 3 else ""
    fill = line * max(width - 3 - cell_len(title), 0)
    lines: list[list[Part]] = [
        pen.cut(
            [(top_left + line, frame), (title, pen.style("label")), (fill + top_right, frame)],
            width,
        )
    ]
    for number in range(height):
        parts = _cut_names(content[number] if number < len(content) else [], width - 4, pen)
        lines.append([(f"{side} ", frame), *parts, (f" {side}", frame)])
    lines.append(pen.cut([(bottom_left + line * (width - 2) + bottom_right, frame)], width))
    return lines


def _cut_names(parts: Sequence[Part], width: int, pen: Layout) -> list[Part]:
    """One text in so many cells: of an image its end, the tag, tells most."""
    width = max(width, 0)
    if len(parts) == 1:
        text, style = parts[0]
        return [(pen.fit_name(text, width), style)]
    return pen.cut(parts, width)


def _alarm(text: str, inner: int, pen: Layout) -> list[Part]:
    return pen.cut([(pen.say(text), pen.style("alarm"))], max(inner, 0))


def _lines(clash: str, inner: int) -> list[str]:
    lines = wrapped(clash, max(inner - 2, 8))
    return [f"  {line}" if number else f"! {line}" for number, line in enumerate(lines)]


def _edge(title: str, width: int, pen: Layout, *, top: bool) -> Text:
    """A side of the outer frame, with the Pod's name in the upper one."""
    symbols = pen.theme.symbol("frame")
    line = symbols[1]
    start, end = (symbols[0], symbols[2]) if top else (symbols[4], symbols[5])
    frame = pen.style("frame")
    title = pen.fit_name(title, min(cell_len(title), max(width - 4, 0)))
    fill = line * max(width - 3 - cell_len(title), 0)
    parts: list[Part] = [(start + line, frame), (title, pen.style("strong")), (fill + end, frame)]
    return text_of(pen.cut(parts, width))
