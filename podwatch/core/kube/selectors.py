"""Label selectors, as `kubectl -l` writes them.

Responsible for reading one and for which labels fulfil it; who is asked to select by it is not
known here.
"""

import re
from collections.abc import Mapping

import msgspec

from podwatch.errors import PodwatchError


class Requirement(msgspec.Struct, frozen=True):
    """One part of a label selector. No values: only the label's presence counts."""

    key: str
    wanted: bool
    values: tuple[str, ...] = ()

    def holds(self, labels: Mapping[str, str]) -> bool:
        """Whether these labels fulfil it. As in Kubernetes, `a!=b` holds without `a`."""
        if self.values:
            return (labels.get(self.key) in self.values) is self.wanted
        return (self.key in labels) is self.wanted


_SET = re.compile(r"\s*([\w./-]+)\s+(in|notin)\s*\(([^()]*)\)\s*$")
_EQUAL = re.compile(r"\s*([\w./-]+)\s*(==|=|!=)\s*([\w.-]*)\s*$")
_THERE = re.compile(r"\s*(!?)\s*([\w./-]+)\s*$")


def requirements(selector: str) -> tuple[Requirement, ...]:
    """The parts of a label selector, all of which have to hold.

    https://v1-34.docs.kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors
    """
    parts = []
    for part in re.split(r",(?![^(]*\))", selector):
        if match := _SET.match(part):
            values = tuple(value.strip() for value in match[3].split(","))
            parts.append(Requirement(match[1], match[2] == "in", values))
        elif match := _EQUAL.match(part):
            parts.append(Requirement(match[1], match[2] != "!=", (match[3],)))
        elif match := _THERE.match(part):
            parts.append(Requirement(match[2], not match[1]))
        else:
            raise PodwatchError(
                f'"{selector}" is not a label selector', "write app=web, tier!=db or 'app in (a,b)'"
            )
    return tuple(parts)
