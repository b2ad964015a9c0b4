"""What is amiss among many Pods on a page: causes, the worst first; then what only waits.

Responsible for the order and the layout; what is said is `podwatch.core.overview`'s.
"""

import shlex
from collections.abc import Iterator

from rich.text import Text

from podwatch.core.folding import Group
from podwatch.core.overview import Member, Overview
from podwatch.core.text import counted, listed
from podwatch.renderers.dashboard.explained import paragraph
from podwatch.renderers.dashboard.layout import Layout

_NAMED = 3
"""The most workloads that are named."""


def overview(one: Overview, width: int, pen: Layout) -> list[Text]:
    """The page in lines of `width` cells; commands stay whole, so that they can be copied."""
    return list(_lines(one, width, pen))


def _lines(one: Overview, width: int, pen: Layout) -> Iterator[Text]:
    place = f"namespace {pen.say(one.namespace)}" if one.namespace else "all namespaces"
    causes = [group for group in one.groups if group.finding.role == "cause"]
    waits = [group for group in one.groups if group.finding.role != "cause"]
    numbers = [counted(one.pods, "Pod"), f"{counted(len(causes), 'cause')} of trouble"]
    yield pen.line(width, [(f" {place}  ", "brand"), (pen.own(" · ").join(numbers), "")])
    if one.missing:
        note = f"podwatch could not read {listed(one.missing)}"
        yield from paragraph(note, 1, width, pen, style="alarm")
    yield pen.blank(width)
    for group in causes:
        yield from _cause(group, one, width, pen)
    for group in waits:
        yield from _head(group, "waiting", f"{_count(group)} waiting: {group.fact}", width, pen)
        yield from _more(group, one, pen)
    if waits:
        yield pen.blank(width)
    yield from _well(one, width, pen)


def _cause(group: Group[Member], one: Overview, width: int, pen: Layout) -> Iterator[Text]:
    finding = group.finding
    yield from _head(group, "trouble", f"{_count(group)}: {group.fact}", width, pen)
    yield from paragraph(_whose(group, one.namespace), 3, width, pen)
    yield from paragraph(finding.sentence, 3, width, pen)
    for label, text in (("fix", finding.cure), ("who", finding.who)):
        if text:
            yield from paragraph(text, 3, width, pen, label=label)
    yield from _more(group, one, pen)
    yield pen.blank(width)


def _head(group: Group[Member], symbol: str, text: str, width: int, pen: Layout) -> Iterator[Text]:
    style = "trouble" if group.finding.role == "cause" else "strong"
    yield from paragraph(f"{pen.symbol(symbol)} {text}", 1, width, pen, style=style)


def _count(group: Group[Member]) -> str:
    """`12 Pods`, or of workloads that lack Pods `2 Pods missing`."""
    if group.members[0].pod:
        return counted(group.pods, "Pod")
    return f"{counted(group.pods, 'Pod')} missing" if group.pods else "no Pods"


def _whose(group: Group[Member], namespace: str) -> str:
    """The first workloads and bare Pods that it is about, each with its namespace."""
    owners = list(dict.fromkeys(member.owner for member in group.members))
    names = [name if namespace else f"{name} in {where}" for where, name in owners[:_NAMED]]
    if more := len(owners) - _NAMED:
        names += [f"{more} more"] if more > 0 else []
    return listed(names)


def _more(group: Group[Member], one: Overview, pen: Layout) -> Iterator[Text]:
    """The command that says all about the first."""
    first = group.members[0]
    kind, name = "pod", first.pod
    if not name:
        kind, _, name = first.workload.partition(" ")
    within = ("-n", first.namespace) if first.namespace else ()
    words = ["podwatch", "explain", f"{kind.lower()}/{name}", *within, *one.options]
    yield pen.text([("   more   ", "label"), (pen.say(shlex.join(words)), "command")])


def _well(one: Overview, width: int, pen: Layout) -> Iterator[Text]:
    if one.manifests:
        said = f"{counted(one.manifests, 'Pod')} of them only in a manifest: no cluster has it yet"
        yield from paragraph(f"{pen.symbol('waiting')} {said}", 1, width, pen)
    if not one.pods:
        yield from paragraph("There are no Pods.", 1, width, pen)
    elif one.well:
        all_ = one.well == one.pods
        said = (
            f"all {one.pods} Pods are well" if all_ else f"{one.well} of {one.pods} Pods are well"
        )
        said = "the one Pod is well" if one.pods == one.well == 1 else said
        yield from paragraph(f"{pen.symbol('ready')} {said}", 1, width, pen)
