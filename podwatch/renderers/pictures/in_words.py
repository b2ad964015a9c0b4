"""Pictures in words: a sentence for each, for whoever listens to a screen reader.

Responsible for saying all that a picture shows, before it is drawn in plain lines: so it can be
skipped. What it shows is given, as for the picture itself.
"""

from collections.abc import Collection, Sequence

from podwatch.core.kube import Owner, Pod
from podwatch.core.text import counted, listed
from podwatch.renderers.dashboard.layout import Layout
from podwatch.renderers.dashboard.volumes import what_they_share
from podwatch.renderers.pictures.box import without_token
from podwatch.renderers.pictures.phases import PHASES
from podwatch.renderers.sanitize import visible

DOCUMENT_BOX = (
    "a frame named Pod. In it a frame named Container (nginx), with code and runtime. Below that, "
    "also inside: networking, shared by all, with IP address, ports and volume mounts."
)


def box(pod: Pod, pen: Layout) -> str:
    """The Pod, its node, its containers and what they share."""
    sidecars = pod.sidecars()
    parts = [f"Pod {visible(pod.metadata.name)}"]
    if pod.spec.node_name:
        parts[0] += f" on node {visible(pod.spec.node_name)}"
    for one in pod.all_containers():
        kind = "sidecar" if one.name in sidecars else "container"
        if one in pod.spec.init_containers and kind == "container":
            kind = "init container"
        ports = f", port {listed([str(port.container_port) for port in one.ports])}"
        image = visible(one.image or "no image")
        parts.append(f"{kind} {visible(one.name)} from {image}{ports if one.ports else ''}")
    return "; ".join([*parts, *_shared(pod, pen)]) + "."


def _shared(pod: Pod, pen: Layout) -> list[str]:
    """The rows about network and volumes, each as a part of the sentence."""
    made: list[str] = []
    for (label, _), *rest in what_they_share(without_token(pod), _NEVER_BROKEN, pen):
        text = " ".join("".join(part for part, _ in rest).split())
        made.append(f"{label.strip() or 'volume'}: {text}")
    return made


_NEVER_BROKEN = 10_000
"""Cells: each row is one line."""


def phases(met: Collection[str], now: Collection[str]) -> str:
    """Which phases were met, and which one it is now."""
    before = [one for one in PHASES if one in met and one not in now]
    parts = [f"now {listed([one for one in PHASES if one in now])}"] if now else []
    parts += [f"met before: {listed(before)}"] if before else []
    open_ = [one for one in PHASES if one not in met and one not in now]
    parts += [f"not met: {listed(open_)}"] if open_ else []
    return f"the phases of a Pod: {'; '.join(parts)}."


def layers(pods: Sequence[Pod], owners: Sequence[Owner]) -> str:
    """How many Pods there are, and who made them."""
    made = counted(len(pods), "Pod")
    kinds = dict.fromkeys(type(one).__name__ for one in owners)
    who = f", below {listed(list(kinds))}" if kinds else ", of no controller"
    return f"{made}{who}; each with its containers and their image."
