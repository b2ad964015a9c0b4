"""The box: a real Pod with its containers in it and the Node around it, and the box of a text.

Responsible for what a learner sees of the anatomy: the Node is drawn, and the token that Kubernetes
mounts into nearly every Pod is left out. Not responsible for the Pod's box itself
(`dashboard.anatomy`).
"""

from msgspec.structs import replace
from rich.cells import cell_len
from rich.text import Text

from podwatch.core.kube import Pod
from podwatch.renderers.dashboard.anatomy import anatomy
from podwatch.renderers.dashboard.layout import Layout, Line, joined
from podwatch.renderers.dashboard.volumes import EVERY_PODS

WIDEST_BOX = 64
"""In a wider box there would be more frame than Pod."""
NARROWEST_BOX = 36


def box(pod: Pod, width: int, pen: Layout, *, heard: bool = True) -> list[Text]:
    """The Pod in its Node, in lines of exactly `width` cells.

    A Pod without a Node stands in none. `heard`: whether the Node still reports.
    """
    seen = without_token(pod)
    node = pod.spec.node_name
    if not node:
        return anatomy(seen, width, pen, heard=heard)
    inner = anatomy(seen, max(width - 4, 4), pen, heard=heard)
    title: Line = [(pen.fit_name(name := f" Node {pen.say(node)} ", _room(name, width)), "dim")]
    frame = pen.symbol("frame")
    side = pen.text([(frame[3], "frame")])
    return [
        pen.text(pen.edge(frame[:3], title, (), width, "frame")),
        *(joined(side, " ", line, " ", side) for line in inner),
        pen.text(pen.edge(frame[4:], (), (), width, "frame")),
    ]


def without_token(pod: Pod) -> Pod:
    """The Pod without the volume that Kubernetes itself adds to nearly every one."""
    own = [one for one in pod.spec.volumes if not one.name.startswith(EVERY_PODS)]
    return replace(pod, spec=replace(pod.spec, volumes=tuple(own)))


def _room(name: str, width: int) -> int:
    return max(min(cell_len(name), width - 4), 0)


DOCUMENT_BOX_WIDTH = 36


def document_box(width: int, pen: Layout) -> list[Text]:
    """The box by which many texts explain a Pod, to be compared with a real one.

    It has three faults, which the tour names: it draws the mounts of volumes under the network, it
    has no volumes, and one container.
    """
    width = min(width, DOCUMENT_BOX_WIDTH)
    container: list[Line] = [[("- Code", "")], [("- Runtime", "")]]
    rows: list[Line] = [
        *pen.framed(container, max(width - 6, 4), [(" Container (nginx) ", "label")]),
        [],
        [("Networking (shared by all)", "strong")],
        [("- IP address", "")],
        [("- Ports", "")],
        [("- Volume mounts", "")],
    ]
    return [pen.text(parts) for parts in pen.framed(rows, width, [(" Pod ", "strong")])]
