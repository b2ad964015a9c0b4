"""What a scenario claims about Pods, held against what podwatch told of them.

Shared by the tests on a cluster and those on recordings. Each function returns what is wrong,
in words; nothing wrong is an empty list.
"""

import json
from collections.abc import Iterable, Iterator
from itertools import combinations
from typing import Any

from podwatch.scenarios import Scenario

Line = dict[str, Any]


def told(lines: Iterable[str]) -> list[Line]:
    """The JSON lines that tell what happened: transitions and Events."""
    return list(telling(map(json.loads, lines)))


def telling(lines: Iterable[Line]) -> Iterator[Line]:
    """Those lines that tell what happened."""
    return (line for line in lines if line["kind"] in {"transition", "notice"})


def brief(line: Line) -> str:
    """One line, short enough to be read in a failure's message."""
    match line["kind"]:
        case "pod":
            keys = ("at", "type", "name", "ready", "status", "restarts")
            return " ".join(str(line[key]) for key in keys)
        case "transition":
            return (
                f"{line['at']} {line['name']} {line['facet']} {line['subject']} "
                f"{line['before']} → {line['after']} {line['reason']} [{line['concept']}]"
            )
        case "notice":
            return (
                f"{line['at']} {line['name']} event {line['reason']}: {line['message']} "
                f"[{line['concept']}]"
            )
        case _:
            return json.dumps(line)


def missing(scenario: Scenario, lines: list[Line]) -> list[str]:
    """Concepts that had to appear and did not."""
    seen = {line["concept"] for line in lines}
    return [concept for concept in scenario.must if concept not in seen]


def unexplained(lines: list[Line]) -> list[str]:
    """What podwatch has no concept for."""
    return [brief(line) for line in lines if line["concept"] is None]


def unexpected(scenario: Scenario, lines: list[Line]) -> list[str]:
    """What neither had to appear nor might."""
    expected = {*scenario.must, *scenario.may, None}
    return [
        brief(line)
        for line in lines
        if line["concept"] not in expected and not _of_a_busy_node(line)
    ]


def _of_a_busy_node(line: Line) -> bool:
    """Whether a kubelet was late with the volume that Kubernetes itself adds to every Pod."""
    late = line["concept"] == "failed-mount" and line["kind"] == "notice"
    return late and 'for volume "kube-api-access-' in line["message"]


def out_of_order(scenario: Scenario, lines: list[Line]) -> list[str]:
    """Pods that showed two concepts in the other order.

    Only transitions count: Events come at their own time.
    """
    first: dict[tuple[str, str], int] = {}
    for number, line in enumerate(lines):
        if line["kind"] == "transition":
            first.setdefault((line["uid"], line["concept"]), number)
    pods = {line["uid"]: line["name"] for line in lines}
    return [
        f'Pod {name}: "{right}" came before "{left}"'
        for chain in scenario.order
        for left, right in combinations(chain, 2)
        for uid, name in pods.items()
        if first.get((uid, left), -1) > first.get((uid, right), len(lines))
    ]
