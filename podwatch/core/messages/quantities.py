"""Quantities of resources, read and written, and what a Pod asks for.

Responsible for the arithmetic of requests as the scheduler does it; amounts are whole numbers of
thousandths (of a CPU, of a byte, of a device). What a node has left is
`podwatch.core.messages.nodes`.
"""

import re
from collections.abc import Iterable, Mapping
from fractions import Fraction
from functools import lru_cache

from podwatch.core.kube import Container, Pod

Amounts = dict[str, int]
"""Thousandths, by the resource's name."""

_QUANTITY = re.compile(r"([+-]?\d{1,30}(?:\.\d{0,12})?|[+-]?\.\d{1,12})([EPTGMk]|[EPTGMK]i|[mnu])?")
_EXPONENT = re.compile(r"([+-]?\d{1,30}(?:\.\d{0,12})?)[eE]([+-]?\d{1,2})")
_SCALES = {name: Fraction(1000**power) for name, power in zip("kMGTPE", range(1, 7), strict=True)}
_SCALES |= {f"{name}i": Fraction(1024**at) for at, name in enumerate("KMGTPE", 1)}
_SCALES |= {"m": Fraction(1, 10**3), "u": Fraction(1, 10**6), "n": Fraction(1, 10**9)}


@lru_cache(4096)
def parsed(quantity: str) -> int:
    """A quantity's thousandths, rounded up; 0 for what is none.

    https://github.com/kubernetes/kubernetes/blob/v1.34.0/staging/src/k8s.io/apimachinery/pkg/api/resource/quantity.go
    """
    if (plain := _QUANTITY.fullmatch(quantity)) is not None:
        number = Fraction(plain[1]) * _SCALES.get(plain[2] or "", 1)
    elif (power := _EXPONENT.fullmatch(quantity)) is not None:
        number = Fraction(power[1]) * Fraction(10) ** int(power[2])
    else:
        return 0
    return -(-number.numerator * 1000 // number.denominator)


_UNITS = tuple((f"{name}i", 1024**at * 1000) for at, name in enumerate("KMGTPE", 1))[::-1]
_BYTES = ("memory", "ephemeral-storage", "hugepages-")


def written(resource: str, *amounts: int) -> list[str]:
    """Amounts of one resource that are to be compared, so in one unit: `4,000m`, `1.5Gi`, `3`.

    What is asked for comes first and is rounded up, what is there is rounded down.
    """
    if resource.startswith(_BYTES):
        most = max(map(abs, amounts), default=0)
        for unit, size in _UNITS:
            texts = [_rounded(one, size, up=at == 0) + unit for at, one in enumerate(amounts)]
            zeros = sum(text == f"0{unit}" for text in texts)
            if most >= size and len(set(texts)) == len(set(amounts)) and zeros == amounts.count(0):
                return [text if text != f"0{unit}" else "0" for text in texts]
    if any(one % 1000 for one in amounts):
        return [f"{one:,}m" for one in amounts]
    return [f"{one // 1000:,}" for one in amounts]


def _rounded(amount: int, size: int, *, up: bool) -> str:
    tenths = -(-amount * 10 // size) if up else amount * 10 // size
    whole, rest = divmod(tenths, 10)
    return f"{whole:,}.{rest}" if rest else f"{whole:,}"


# ── what a Pod asks for ──


def requests(pod: Pod) -> Amounts:
    """What the scheduler reserves for a Pod.

    Containers run side by side, init containers one after the other beside the sidecars that have
    started before; what is asked for the whole Pod replaces the sum, the overhead comes on top.

    https://github.com/kubernetes/kubernetes/blob/v1.34.0/staging/src/k8s.io/component-helpers/resource/helpers.go
    """
    spec = pod.spec
    resized = _resized(pod) if is_resized(pod) else {}
    total: Amounts = {}
    for one in spec.containers:
        _add(total, _of(one, resized))
    if spec.init_containers:
        total = _with_init_containers(total, spec.init_containers, resized)
    if spec.resources is not None and spec.resources.requests:
        asked = spec.resources.requests
        total |= {name: parsed(asked[name]) for name in asked if _is_for_a_pod(name)}
    if spec.overhead:
        _add(total, {name: parsed(value) for name, value in spec.overhead.items()})
    return total


def _is_for_a_pod(name: str) -> bool:
    return name in {"cpu", "memory"} or name.startswith("hugepages-")


def _with_init_containers(
    total: Amounts, containers: Iterable[Container], resized: Mapping[str, Amounts]
) -> Amounts:
    sidecars: Amounts = {}
    most: Amounts = {}
    for one in containers:
        own = _of(one, resized)
        if one.restart_policy == "Always":
            _add(total, own)
            _add(sidecars, own)
            own = dict(sidecars)
        else:
            _add(own, sidecars)
        most = _most(most, own)
    return _most(total, most)


def _of(container: Container, resized: Mapping[str, Amounts]) -> Amounts:
    """A container's requests. What has only a limit asks for that: the API server fills it in."""
    asked, limits = container.resources.requests, container.resources.limits
    own = {name: parsed(asked[name]) for name in asked}
    for name in limits:
        if name not in own:
            own[name] = parsed(limits[name])
    if container.name in resized:
        return _most(own, resized[container.name])
    return own


def is_resized(pod: Pod) -> bool:
    """Whether its containers may still have other requests than its spec says."""
    for one in pod.status.conditions:  # noqa: SIM110 - asked of every Pod of a cluster
        if one.type.startswith("PodResize"):
            return True
    return False


def _resized(pod: Pod) -> dict[str, Amounts]:
    """What containers still have while they are resized, by name: the larger of both counts."""
    return {
        one.name: {name: parsed(value) for name, value in one.resources.requests.items()}
        for one in pod.all_statuses()
        if one.resources is not None
    }


def _add(total: Amounts, more: Amounts) -> None:
    for name, amount in more.items():
        total[name] = total.get(name, 0) + amount


def _most(one: Amounts, other: Amounts) -> Amounts:
    return {name: max(one.get(name, 0), other.get(name, 0)) for name in one | other}
