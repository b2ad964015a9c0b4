"""Anatomy: one Pod as a box with its containers in it, and what they share.

Responsible for the picture, from one version of the Pod: containers of all sorts, their images,
declared ports and states, the one network and the volumes. Not responsible for why the Pod is
in the state that it is in (`podwatch.core.diagnosis`).
"""

from collections.abc import Iterable, Sequence

from rich.cells import cell_len
from rich.text import Text

from podwatch.core.kube import Container, ContainerStatus, Pod
from podwatch.core.kube.pod import EmptyDir, Volume
from podwatch.core.lifeline import UNTOLD
from podwatch.core.states import container_state
from podwatch.renderers.dashboard.layout import Layout, Part, cells, text_of, wrapped

_BOX_MINIMUM = 20
_BOX_MAXIMUM = 40
_LABEL = 9

_EVERY_PODS = "kube-api-access-"
"""How the volume begins that Kubernetes itself adds to nearly every Pod."""


def anatomy(pod: Pod, width: int, pen: Layout) -> list[Text]:
    """The box of the Pod: lines of exactly `width` cells, as many as it takes."""
    inner = width - 4
    lines = [_edge(f" Pod {pen.say(pod.metadata.name)} ", width, pen, top=True)]
    rows: list[list[Part]] = [
        *_containers(pod, inner, pen),
        *_shared(pod, inner, pen),
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
        f"{_listed(names)} declare port {port}: they share one network, so the second that "
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
    style = {"live": None, "reconnecting": "trouble"}.get(symbol, symbol)
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
    lines.append(
        [
            (pen.theme.symbol(symbol) + " ", pen.style(style) if style else None),
            (pen.say(word), pen.style(style) if style else None),
        ]
    )
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


# ── what they share ──


def _shared(pod: Pod, inner: int, pen: Layout) -> list[list[Part]]:
    rows = _row("network", _network(pod), inner, pen)
    for number, volume in enumerate(pod.spec.volumes):
        label = "" if number else "volumes" if len(pod.spec.volumes) > 1 else "volume"
        name = volume.name
        if name.startswith(_EVERY_PODS):
            text = f"{name}: a token for the API server, as in nearly every Pod"
            rows += _row(label, text, inner, pen, dim=True)
            continue
        text = f"{name}: {kept_in(volume)}; {_mounted_by(pod, name)}"
        rows += _row(label, text, inner, pen)
    return rows


def _network(pod: Pod) -> str:
    status, spec = pod.status, pod.spec
    addresses = [address.ip for address in status.pod_ips if address.ip]
    ip = " and ".join(addresses) or status.pod_ip
    several = len(spec.containers) + len(pod.sidecars()) > 1
    ports = [
        f"{container.name} at localhost:{port.container_port}"
        for container in [*spec.init_containers, *spec.containers]
        for port in container.ports
    ]
    reach = ""
    if several:
        reach = f"; inside they reach {_listed(ports)}" if ports else "; inside it is localhost"
    if spec.host_network:
        on = f", {ip}" if ip else ""
        return f"the node's own{on}: this Pod has no IP address of its own{reach}"
    if status.phase in {"Succeeded", "Failed"}:
        return f"its IP address was {ip}; it has ended, so nobody answers there" if ip else "none"
    if not ip:
        return f"no IP address yet: it gets one when its network is set up on a node{reach}"
    kind = "addresses" if len(addresses) > 1 else "address"
    whose = "for all its containers" if several else "for the Pod"
    return f"one IP {kind} {whose}: {ip}{reach}"


def kept_in(volume: Volume) -> str:
    """Where a volume's data is and how long it lives, in a few words."""
    match volume:
        case Volume(empty_dir=EmptyDir() as empty):
            memory = " in memory" if empty.medium == "Memory" else ""
            limit = f" of at most {empty.size_limit}" if empty.size_limit else ""
            return f"emptyDir{memory}{limit}, lost with this Pod, kept when a container restarts"
        case Volume(persistent_volume_claim=claim) if claim is not None:
            return f"persistent, claim {claim.claim_name}, outlives this Pod"
        case Volume(config_map=source) if source is not None:
            return f"files from ConfigMap {source.name}"
        case Volume(secret=source) if source is not None:
            return f"files from Secret {source.secret_name}"
        case Volume(host_path=path) if path is not None:
            return f"hostPath, {path.path} of the node itself, stays there after this Pod"
        case Volume(nfs=nfs) if nfs is not None:
            return f"persistent, NFS {nfs.server}:{nfs.path}, outlives this Pod"
        case Volume(image=image) if image is not None:
            return f"the files of image {image.reference}, read-only"
        case Volume(csi=csi) if csi is not None:
            return f"made by driver {csi.driver} for this Pod"
    for name, words in _OTHERS.items():
        if getattr(volume, name) is not None:
            return words
    return "of a kind that podwatch does not know"


_OTHERS = {
    "ephemeral": "a claim made for this Pod, deleted with it",
    "projected": "files from several sources as one directory",
    "downward_api": "files with facts about this Pod",
    "iscsi": "persistent, an iSCSI disk, outlives this Pod",
    "fc": "persistent, a Fibre Channel disk, outlives this Pod",
}


def _mounted_by(pod: Pod, volume: str) -> str:
    at: dict[str, list[str]] = {}
    for container in pod.all_containers():
        for mount in container.volume_mounts:
            if mount.name == volume:
                only = " (read-only)" if mount.read_only else ""
                at.setdefault(mount.mount_path, []).append(f"{container.name}{only}")
    mounts = [f"at {path} in {_listed(names)}" for path, names in at.items()]
    return _listed(mounts) or "no container mounts it"


def _row(label: str, text: str, inner: int, pen: Layout, *, dim: bool = False) -> list[list[Part]]:
    style = pen.style("dim") if dim else None
    return [
        [(("" if number else label).ljust(_LABEL), pen.style("label")), (line, style)]
        for number, line in enumerate(wrapped(pen.say(text), max(inner - _LABEL, 8)))
    ]


def _alarm(text: str, inner: int, pen: Layout) -> list[Part]:
    return pen.cut([(pen.say(text), pen.style("alarm"))], max(inner, 0))


def _lines(clash: str, inner: int) -> list[str]:
    lines = wrapped(clash, max(inner - 2, 8))
    return [f"  {line}" if number else f"! {line}" for number, line in enumerate(lines)]


def _listed(names: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"


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
