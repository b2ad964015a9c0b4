"""What `podwatch expect` judges: what was named, in which namespaces, and what is followed for it.

Responsible for where targets are named and for the least that has to be listed and watched. How
they are written is `podwatch.core.expectations.grammar`'s business.
"""

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from msgspec.structs import replace

from podwatch.core.expectations import Target, grammar
from podwatch.core.expectations.arguments import in_slash_form
from podwatch.core.expectations.scopes import kinds_needed, lacking
from podwatch.core.kube.selectors import requirements
from podwatch.core.stream import Opened, Scope
from podwatch.errors import PodwatchError

NAMED = 8
"""Up to so many objects of a kind in a namespace are followed by name; more of them, all together.
"""


# ── what was named ──


def named(texts: Sequence[str], selectors: Iterable[str], namespace: str) -> tuple[Target, ...]:
    """The targets that were named; that of one which names no namespace is `namespace`."""
    targets: list[Target] = []
    for text in in_slash_form(texts):
        if text == "-":
            targets += _from_stdin(namespace)
        else:
            targets.append(grammar.wanted_target(text, namespace))
    for selector in selectors:
        requirements(selector)
        targets.append(Target("Pod", namespace, selector=selector))
    return tuple(dict.fromkeys(targets))


def _from_stdin(namespace: str) -> list[Target]:
    targets, skipped = grammar.targets_of_lines(sys.stdin, namespace)
    if not targets:
        what = f"only kinds without Pods: {', '.join(skipped[:5])}" if skipped else "nothing"
        raise PodwatchError(f"standard input named {what}", "pipe kubectl apply -o name into it")
    return targets


# ── where it is ──


def placed(targets: Iterable[Target], where: Callable[[Target], str]) -> tuple[Target, ...]:
    """The targets, each in a namespace: `where` those are that name none."""
    known = [one if one.namespace else replace(one, namespace=where(one)) for one in targets]
    qualified = len({one.namespace for one in known}) > 1
    return tuple(dict.fromkeys(replace(one, qualified=qualified) for one in known))


def held(path: Path, opened: Opened, targets: Iterable[Target]) -> tuple[Target, ...]:
    """The targets where a recording holds them; PodwatchError for one that it does not hold."""
    followed = [one.namespace or "default" for one in opened.scopes if one.kind == "Pod"]

    def where(target: Target) -> str:
        inside = (one for one in followed if not lacking(opened, replace(target, namespace=one)))
        return next(inside, next(iter(followed), "default"))

    known = placed(targets, where)
    for target in known:
        if missing := lacking(opened, target):
            raise PodwatchError(
                f"the recording {path} can't tell about {target.local} in namespace "
                f"{target.namespace}: it does not follow its "
                + ", ".join(f"{kind}s" for kind in missing),
                "name a target that it holds (-n names a namespace), or record with "
                "podwatch expect --record or podwatch ns --record",
            )
    return known


# ── what is followed for it ──


def scopes(targets: Iterable[Target]) -> tuple[Scope, ...]:
    """What to list and watch for these targets, which have a namespace: as little as possible.

    The namespaces come in the order in which they are named first.
    """
    by_namespace: dict[str, list[Target]] = {}
    for target in targets:
        by_namespace.setdefault(target.namespace, []).append(target)
    followed = (one for within in by_namespace.items() for one in _within(*within))
    return (*dict.fromkeys(followed), Scope("Node"))


def _within(namespace: str, targets: Sequence[Target]) -> Iterator[Scope]:
    """Pods by name and by label need no more than Pods; owners, their Pods and what refuses them
    are found in the whole namespace.
    """
    names = [target.name for target in targets if target.kind == "Pod" and target.name]
    selectors = {target.selector for target in targets if target.selector}
    if len(names) == len(targets) <= NAMED:
        for name in names:
            about = f"involvedObject.kind=Pod,involvedObject.name={name}"
            yield Scope("Pod", namespace, "", f"metadata.name={name}")
            yield Scope("Event", namespace, "", about)
    elif len(targets) == 1 and selectors:
        yield Scope("Pod", namespace, selectors.pop())
        yield Scope("Event", namespace, "", "involvedObject.kind=Pod")
    else:
        yield Scope("Pod", namespace)
        yield Scope("Event", namespace)
    kinds = Counter(target.kind for target in targets)
    for target in targets:
        for kind in kinds_needed(target)[1:]:  # the Pods are followed already
            by_name = kind == target.kind and kinds[kind] <= NAMED
            yield Scope(kind, namespace, "", f"metadata.name={target.name}" if by_name else "")
