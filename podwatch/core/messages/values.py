"""What is said in the places of a class of errors, where it is not what its pattern found.

Responsible for amounts in one unit, for what the API server's lists name, and for the registry that
an image's name means.
"""

import re
from collections.abc import Mapping

from podwatch.core.messages import clauses
from podwatch.core.messages.quantities import parsed, written


def values(groups: Mapping[str, str | None], text: str) -> dict[str, str]:
    """By place, what is said instead of the group of a pattern found in the text."""
    return _amounts(groups) | _evicted(groups, text) | _named(groups)


# ── amounts ──

_AMOUNTS = ("asked", "used", "most", "left")


def _amounts(groups: Mapping[str, str | None]) -> dict[str, str]:
    """The kubelet's bare numbers with their unit: thousandths of a CPU, bytes, or pieces.

    https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/kubelet/lifecycle/predicate.go
    """
    resource = groups.get("what") or ""
    numbers = {name: groups.get(name) or "" for name in _AMOUNTS}
    found = {name: int(one) for name, one in numbers.items() if one.isdecimal()}
    if not resource or not groups.keys() & set(_AMOUNTS):
        return {}
    word = {"what": clauses.word("resource", resource)}
    if not found:
        return word
    scale = 1 if resource == "cpu" else 1000
    amounts = written(resource, *(one * scale for one in found.values()))
    return dict(zip(found, amounts, strict=True)) | word


_USES = re.compile(
    r"Container (?P<name>[\w.-]+) was using (?P<uses>[^,]+), "
    r"(?:request is|which exceeds its request of) (?P<request>\w+)"
)


def _evicted(groups: Mapping[str, str | None], text: str) -> dict[str, str]:
    """What the node had left and keeps free, and the container that used the most, in one unit.

    https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/kubelet/eviction/helpers.go
    """
    resource = groups.get("what") or ""
    found: dict[str, str] = {}
    if (threshold := groups.get("threshold")) and (free := groups.get("free")):
        amounts = written(resource, parsed(threshold), parsed(free))
        found |= zip(("threshold", "free"), amounts, strict=True)
    if groups.get("uses"):
        most = max(_USES.finditer(text), key=lambda one: parsed(one["uses"]))
        amounts = written(resource, parsed(most["uses"]), parsed(most["request"]))
        found |= {"name": most["name"], "uses": amounts[0], "request": amounts[1]}
    return found | ({"what": clauses.word("resource", resource)} if found else {})


# ── the API server's lists ──

_WHERE = {
    # allowPrivilegeEscalation != false (container "app" must set …), …
    "rules": re.compile(r" \((?:pod|container)[^()]* must [^()]*\)"),
    # requests.cpu for: app; requests.memory for: app
    "fields": re.compile(r" for: [^;]*"),
    # "cpu":"100150m","memory":"200Mi"
    "total": re.compile(r'"'),
    # [provider "anyuid": Forbidden: not usable by …, spec.volumes[0]: Invalid value: "hostPath": …]
    "scc": re.compile(
        r'^\[|provider "?[\w.-]+"?: (?:Forbidden: not usable by user or serviceaccount(?:, |$|\]))?'
        r"|(?<![\w/\].-])\.?(?:[\w/-]+(?:\[[^\]]*\])?\.)*"
        r"(?P<field>[\w/-]+(?:\[[^\]]*\])?): (?:Invalid value|Forbidden):|\]$"
    ),
}


def _named(groups: Mapping[str, str | None]) -> dict[str, str]:
    """What a list names, without how and where each of it is to be set."""
    found = {name: groups.get(name) or "" for name in _WHERE}
    return {
        name: _WHERE[name].sub(_field, one).replace(";", ",").strip(", ")
        for name, one in found.items()
        if one
    }


def _field(match: re.Match[str]) -> str:
    """What a field's value is refused for stays beside the field's name."""
    return match.groupdict().get("field") or ""


# ── images ──


def host(image: str) -> str:
    """The registry that an image's name says, mostly by saying none; of `<hidden>`, none."""
    first, slash, _ = image.partition("/")
    if slash and (first == "localhost" or "." in first or ":" in first):
        return first
    return "docker.io" if image[:1].isalnum() else ""


DOCKER_HUB = {"registry-1.docker.io", "index.docker.io", "auth.docker.io"}
