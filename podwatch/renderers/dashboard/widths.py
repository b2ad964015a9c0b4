"""Widths: how many cells each column of the table gets.

Responsible for what gives way where there is little room: first the age, then the lifeline, and
last STATUS. A column is as wide as what is seen in it needs, and
never narrower than usual, so that columns keep their place.
"""

from collections.abc import Sequence
from itertools import islice

from rich.cells import cell_len

from podwatch.core.board import Board, Row
from podwatch.core.folds import Fold
from podwatch.renderers.dashboard.layout import Layout
from podwatch.renderers.dashboard.view_state import several_namespaces

SMALL = 100
"""Below so many columns ages and restarts are short, and so is the lifeline."""
_NARROW = 72
_AIRY = 132
"""From how many columns on two blanks stand between columns, not one."""
_MARKS = 5
"""The cells of the marks before the first column, and the one after the last."""
_NAME_MINIMUM = 12
_STATUS_LIMIT = 40
_NODES_FROM = 140
"""From how many columns on a Pod's node is always told where there are several."""
_NODE_LIMIT = 24


def gap_of(width: int) -> str:
    """What stands between two columns."""
    return " " if width < _AIRY else "  "


def least_lifeline(width: int) -> int:
    """The fewest cells for a lifeline: below that there is none."""
    return 9 if width < SMALL else 10


def widths(board: Board, visible: Sequence[Row | Fold], width: int, pen: Layout) -> dict[str, int]:
    """The cells of each column, by its heading; 0 for one that is not shown.

    `visible`: the Pods that are seen, and the groups. The lifeline shares its column with a remark.
    """
    seen = [row.first if isinstance(row, Fold) else row for row in visible]
    restarted = any(not isinstance(row, Fold) and row.columns.restarts for row in visible)
    groups = [row for row in visible if isinstance(row, Fold)]
    narrow, small = width < _NARROW, width < SMALL
    gap = len(gap_of(width))
    namespace = min(max(board.longest_namespace, 9), 9 if small else 24)
    longest = max((cell_len(pen.say(row.columns.status)) for row in seen), default=0)
    fixed = {
        "NAMESPACE": namespace if several_namespaces(board) else 0,
        "READY": max(5, *(len(row.columns.ready_text) for row in seen)),
        "PHASE": 9,
        "RESTARTS": 13 if restarted and not small else 8,
    }
    if groups and not small:
        fixed["READY"] = max(fixed["READY"], *(len(fold.ready_text) for fold in groups))
    usual = 14 if narrow else 17 if width < _AIRY else 20
    if small and fixed["NAMESPACE"]:
        usual = 10
    status = max(min(longest, _STATUS_LIMIT), usual)
    age = 0 if narrow else 5 if small else 6 if width < _NODES_FROM else 9
    least_name = max(min(board.longest_name, 15 if small else 20), _NAME_MINIMUM)
    free = width - _MARKS - sum(size + gap for size in fixed.values() if size) - gap
    if free - usual < least_name + gap:  # STATUS tells more than the phase
        free += fixed["PHASE"] + gap
        fixed["PHASE"] = 0
    lifeline = 0 if narrow else least_lifeline(width)
    if lifeline and free - status < least_name + gap + lifeline:
        lifeline = 0
    least = least_name + (gap + lifeline if lifeline else 0)
    if free - status - age - gap < least:
        age = 0
    free -= age + gap if age else 0
    status = min(status, max(free - least, usual))
    free -= status
    longest = board.longest_name + (2 if groups else 0)
    name = max(min(longest, free - lifeline - gap), least_name)
    rest = free - name - gap if lifeline else 0
    node = _node(board, seen, width, rest, pen)
    return {
        "NAMESPACE": fixed["NAMESPACE"],
        "NAME": name,
        "READY": fixed["READY"],
        "STATUS": status,
        "PHASE": fixed["PHASE"],
        "RESTARTS": fixed["RESTARTS"],
        "AGE": age,
        "NODE": node,
        "LIFELINE": rest - (node + gap if node else 0),
    }


def _node(board: Board, seen: Sequence[Row], width: int, room: int, pen: Layout) -> int:
    """The cells of the column of nodes: where it tells something, and leaves the lifeline room."""
    nodes = {row.pod.spec.node_name for row in seen} - {""}
    matters = any(map(_is_about_its_node, (*seen, *islice(board.leaving, _LOOKED_AT))))
    if not nodes or not (matters or (width >= _NODES_FROM and len(nodes) > 1)):
        return 0
    size = min(max(4, *(cell_len(pen.say(name)) for name in nodes)), _NODE_LIMIT)
    left = room - size - len(gap_of(width))
    return size if left >= least_lifeline(width) * (1 if matters else 2) else 0


_LOOKED_AT = 50
"""At how many of the Pods that are gone, or replaced, it is looked."""
_OF_NODES = frozenset({"NodeLost", "NodeShutdown", "Terminated", "Evicted", "NodeAffinity"})
"""Reasons of a Pod that come from its node."""


def _is_about_its_node(row: Row) -> bool:
    """Whether what happens to a Pod can't be understood without its node."""
    status = row.pod.status
    return status.reason in _OF_NODES or any(
        _tells_of_node(one.type, one.status, one.reason) for one in status.conditions
    )


def _tells_of_node(type_: str, status: str, reason: str) -> bool:
    """It has to leave its node, or nobody hears of that: then Ready is False without a reason.

    https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/controller/util/node/controller_utils.go
    """
    if type_ == "DisruptionTarget":
        return status == "True" and reason != "PreemptionByScheduler"
    return type_ == "Ready" and status == "False" and not reason
