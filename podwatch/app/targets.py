"""What is judged or watched: what was named, in which namespaces, and what is followed for it.

Responsible for where targets are named and for the least that has to be listed and watched. How
they are written is `podwatch.core.expectations.grammar`'s business.
"""

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from msgspec.structs import replace

from podwatch.core.expectations import Target, grammar, manifest
from podwatch.core.expectations.arguments import in_slash_form
from podwatch.core.expectations.expectation import NotJudged, Word
from podwatch.core.expectations.scopes import kinds_needed, lacking
from podwatch.core.kube import OWNER_KINDS
from podwatch.core.kube.selectors import requirements
from podwatch.core.stream import Opened, Scope
from podwatch.core.text import listed
from podwatch.errors import PodwatchError

NAMED = 8
"""Up to so many objects of a kind in a namespace are followed by name; more of them, all together.
"""
NAMESPACES = 64
"""The most namespaces that are followed; each takes several connections."""
SHOWN = 5
"""How many objects are named where none of them can be judged."""


# ── what was named ──


class Named(NamedTuple):
    """What is judged, and what was named with it and is not."""

    targets: tuple[Target, ...]
    not_judged: tuple[NotJudged, ...]


def named(
    texts: Sequence[str],
    selectors: Iterable[str],
    files: Sequence[str],
    namespace: str,
    *,
    recursive: bool = False,
    words: Sequence[Word] = (),
) -> Named:
    """What was named; `namespace` is that of what names none.

    `files`: of manifests, folders of them (`recursive`: with those in them), or `-`. `words`: what
    is expected of it.
    PodwatchError where there is nothing that can be judged, or a file can't be read.
    """
    selectors = tuple(selectors)
    texts = in_slash_form(texts, selected=bool(selectors))
    if (*texts, *files).count("-") > 1:
        raise PodwatchError(
            "standard input can be read only once",
            '"-" reads the names of kubectl apply -o name, "-f -" reads manifests: use one of them',
        )
    targets: list[Target] = []
    others: list[NotJudged] = []
    for text in texts:
        if text == "-":
            some, rest = manifest.chosen_lines(sys.stdin, namespace, words)
            targets, others = targets + some, others + rest
            if not some and not rest:
                raise _nothing("standard input", "pipe kubectl apply -o name into it")
        else:
            targets.append(grammar.wanted_target(text, namespace))
    for selector in selectors:
        requirements(selector)
        targets.append(Target("Pod", namespace, selector=selector))
    for file in files:
        some, rest = _of_file(file, namespace, words, recursive=recursive)
        targets, others = targets + some, others + rest
    if others and not targets:
        raise PodwatchError(
            "nothing that was named can be judged: "
            + listed([f"{one.name} ({one.why})" for one in others[:SHOWN]])
            + (f", and {len(others) - SHOWN} more" if len(others) > SHOWN else ""),
            "name what has Pods, or a claim to storage",
        )
    return Named(tuple(dict.fromkeys(targets)), tuple(dict.fromkeys(others)))


def _of_file(
    name: str, namespace: str, words: Sequence[Word], *, recursive: bool
) -> tuple[list[Target], list[NotJudged]]:
    from podwatch.sources import manifests  # only -f needs it

    objects: list[manifest.Manifest] = []
    for file in manifests.files(name, recursive=recursive):
        objects += manifests.manifests(file)
    shown = "standard input" if name == "-" else name
    if not objects:
        raise _nothing(shown, "give manifests, or what kubectl apply -o yaml prints")
    try:
        return manifest.chosen(objects, namespace, words)
    except PodwatchError as error:
        raise PodwatchError(f"{shown}: {error.message}", error.hint) from error


def _nothing(shown: str, hint: str) -> PodwatchError:
    return PodwatchError(f"{shown} names no objects", hint)


def watched(texts: Sequence[str]) -> tuple[Target, ...]:
    """The targets of a watch, in the order in which they are named."""
    kinds = ("Pod", *OWNER_KINDS, "CronJob")
    named = (grammar.wanted_target(text, "", "watch", kinds) for text in in_slash_form(texts))
    return tuple(dict.fromkeys(named))


# ── where it is ──


def placed(targets: Iterable[Target], where: Callable[[Target], str]) -> tuple[Target, ...]:
    """The targets, each in a namespace: `where` those are that name none."""
    known = [one if one.namespace else replace(one, namespace=where(one)) for one in targets]
    qualified = (number := len({one.namespace for one in known})) > 1
    if number > NAMESPACES:
        raise PodwatchError(
            f"the targets are in {number} namespaces, and each of them would be followed",
            f"name targets in at most {NAMESPACES} namespaces at once",
        )
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
    followed = dict.fromkeys(one for within in by_namespace.items() for one in _within(*within))
    classes = [Scope("StorageClass")] if any(one.kind == _CLAIM for one in followed) else []
    return (*followed, Scope("Node"), *classes)


_CLAIM = "PersistentVolumeClaim"
_ABOUT_CLAIMS = f"involvedObject.kind={_CLAIM}"
"""Why a Pod gets no volume is said of its claim."""


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
        yield Scope("Event", namespace, "", _ABOUT_CLAIMS)
    elif len(targets) == 1 and selectors:
        yield Scope("Pod", namespace, selectors.pop())
        yield Scope("Event", namespace, "", "involvedObject.kind=Pod")
        yield Scope("Event", namespace, "", _ABOUT_CLAIMS)
    else:
        yield Scope("Pod", namespace)
        yield Scope("Event", namespace)
    if any(target.selector for target in targets):
        yield Scope("Job", namespace)  # whether one makes another Pod for one that failed
    kinds = Counter(target.kind for target in targets)
    for target in targets:
        for kind in kinds_needed(target)[1:]:  # the Pods are followed already
            by_name = kind == target.kind and kinds[kind] <= NAMED
            yield Scope(kind, namespace, "", f"metadata.name={target.name}" if by_name else "")
