"""The layers as a picture: who made whom, from the workload down to the image.

Responsible for the tree of one workload: Deployment, ReplicaSet, Pods, containers. Which objects
belong together is read off their owner references.
"""

from collections.abc import Sequence

from rich.cells import cell_len
from rich.text import Text

from podwatch.core.columns import columns
from podwatch.core.kube import Owner, Pod
from podwatch.core.text import counted
from podwatch.renderers.dashboard.layout import Layout, Line, wrapped

_SHOWN = 4
"""Of so many Pods at most each has lines of its own."""
_NO_OWNER = "no controller owns it, so nothing replaces it"


def layers(pods: Sequence[Pod], owners: Sequence[Owner], width: int, pen: Layout) -> list[Text]:
    """The tree above and below the first of the Pods, in lines of exactly `width` cells.

    `pods` are all that may belong to it; `owners` the workloads that are known.
    """
    if not pods:
        return []
    known = {one.metadata.uid: one for one in owners}
    chain = _chain(pods[0], known)
    lines: list[Line] = []
    for depth, owner in enumerate(chain):
        said = f"{type(owner).__name__} {owner.metadata.name}"
        lines += _entry(depth, said, _wish(owner), width, pen)
    maker = chain[-1].metadata.uid if chain else ""
    own = [one for one in pods if maker and _maker(one) == maker] or [pods[0]]
    for pod in own[:_SHOWN]:
        lines += _pod(pod, len(chain), width, pen)
    if len(own) > _SHOWN:
        more = f"{counted(len(own) - _SHOWN, 'more Pod')}"
        lines += _entry(len(chain), more, "", width, pen)
    return [pen.line(width, parts) for parts in lines]


def _chain(pod: Pod, known: dict[str, Owner]) -> list[Owner]:
    """Its controller and that one's, the farthest first."""
    chain: list[Owner] = []
    controller = pod.metadata.controller
    while controller is not None and (owner := known.get(controller.uid)) and owner not in chain:
        chain.insert(0, owner)
        controller = owner.metadata.controller
    return chain


def _maker(pod: Pod) -> str:
    return pod.metadata.controller.uid if pod.metadata.controller is not None else ""


def _wish(owner: Owner) -> str:
    """What it is there for, with its own numbers."""
    spec, status = owner.spec, owner.status
    if spec.replicas is None:
        return "makes its Pods"
    wanted = counted(spec.replicas, "Pod")
    if owner.metadata.controller is None and type(owner).__name__ == "Deployment":
        return f"the wish: {wanted}"
    return f"makes and deletes Pods: wants {spec.replicas}, has {status.replicas}"


def _pod(pod: Pod, depth: int, width: int, pen: Layout) -> list[Line]:
    status = columns(pod).status
    where = f"on Node {pod.spec.node_name}" if pod.spec.node_name else "on no Node yet"
    lone = "" if pod.metadata.controller is not None else f"; {_NO_OWNER}"
    lines = _entry(depth, f"Pod {pod.metadata.name}", f"{status}, {where}{lone}", width, pen)
    for one in pod.spec.containers:
        image = f"started from image {one.image}" if one.image else "of no image"
        lines += _entry(depth + 1, f"container {one.name}", image, width, pen)
    return lines


def _entry(depth: int, name: str, about: str, width: int, pen: Layout) -> list[Line]:
    """The name below what it belongs to, and what is said of it beside it, or below."""
    frame = pen.symbol("frame")
    branch = "" if not depth else " " * (3 * depth - 2) + frame[4] + frame[5]
    branch = f"{branch} " if branch else " "
    name = pen.say(name)
    room = max(width - cell_len(branch), 4)
    head: Line = [(branch, "frame"), (pen.fit_name(name, min(cell_len(name), room)), "strong")]
    said = pen.say(about)
    if cell_len(name) + 2 + cell_len(said) <= room:
        return [[*head, (f"  {said}" if said else "", "")]]
    below = " " * (cell_len(branch) + 2)
    return [head, *([(below, ""), (line, "")] for line in wrapped(said, max(room - 2, 8)))]
