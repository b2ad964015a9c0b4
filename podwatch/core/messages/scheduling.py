"""Why the scheduler finds no node for a Pod: each reason of its message, with what Nodes lack.

Responsible for bringing together the clauses of the message, the Pod and, where they are known,
the Nodes and the requests of their Pods. The texts are data (concepts/scheduling.toml); what is
said there of names and numbers is `podwatch.core.messages.lacks`.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence

import msgspec
from msgspec.structs import replace

from podwatch.core.kube import Node, PersistentVolumeClaim, Pod
from podwatch.core.messages.clauses import FACT, Clause, classes, common, parsed
from podwatch.core.messages.cleaning import shortened
from podwatch.core.messages.lacks import Situation, resource
from podwatch.core.messages.nodes import Rejection, load_of
from podwatch.core.messages.rules import filled

_CHECKS = {
    "cordoned": "cordoned",
    "untolerated-taint": "untolerated-taint",
    "control-plane": "untolerated-taint",
    "node-affinity": "node-affinity",
    "port-taken": "port-taken",
    "insufficient": "insufficient",
    "too-many-pods": "insufficient",
}
"""The check that is made anew, by the class of the clause."""
_OF_TAINTS = ("control-plane", "untolerated-taint")
_CONTROL_PLANE = ("node-role.kubernetes.io/control-plane", "node-role.kubernetes.io/master")
_TAINTS = 4
"""So many taints are told one by one."""
_NAMES = 3
"""So many nodes are named."""


class Why(msgspec.Struct, frozen=True):
    """One reason. `id`: a heading of scheduling.toml, empty where no class is known.

    `nodes`: how many nodes it rules out, 0 where it is about the Pod. `fact`: at most 50
    characters. `who` can change it and their `cure`: empty where that is not known. `where`: the
    names of the nodes, at most three, where Nodes are known.
    """

    id: str
    nodes: int
    fact: str
    sentence: str
    who: str = ""
    cure: str = ""
    where: tuple[str, ...] = ()


def why_unscheduled(
    pod: Pod,
    message: str,
    nodes: Iterable[Node] = (),
    pods: Iterable[Pod] = (),
    claims: Iterable[PersistentVolumeClaim] = (),
) -> tuple[Why, ...]:
    """Why the Pod has no node, the nearest way out first; empty for a message of somebody else.

    `message`: that of PodScheduled, or of an Event FailedScheduling or NotTriggerScaleUp. `nodes`:
    all, or none if they are not known; then `pods`, those of all namespaces, say what nodes have
    left (added up once for as long as the same tuple is given). `claims`: the Pod's own.
    """
    told = parsed(message)
    situation = Situation(pod, tuple(nodes), load_of(pods), tuple(claims), told.nodes)
    out = _rejections(situation, {_CHECKS[one.id] for one in told.clauses if one.id in _CHECKS})
    # Where its selector and taints are all there is, what it selects is out for a taint.
    ids = {one.id for one in told.clauses}
    selects = "node-affinity" in ids and ids <= {"node-affinity", *_OF_TAINTS}
    unchecked = [one for one in told.clauses if one.id not in _CHECKS]
    rest = _not_among(out, situation.nodes) if len(unchecked) == 1 else []
    reasons = [why for one in told.clauses for why in _reasons(situation, one, out, selects, rest)]
    known = classes().by_id
    reasons.sort(key=lambda why: known[why.id].order if why.id else len(known))
    return (*reasons, *(_why(situation, one) for one in told.news))


def _rejections(situation: Situation, checks: Collection[str]) -> list[tuple[Node, Rejection]]:
    """What each node fails first, of the checks that the message tells of."""
    if not checks:
        return []
    found = (
        (node, situation.asks.rejection(node, situation.load.of(node.metadata.name), checks))
        for node in situation.nodes
    )
    return [(node, rejection) for node, rejection in found if rejection is not None]


def _reasons(
    situation: Situation,
    clause: Clause,
    rejections: Sequence[tuple[Node, Rejection]],
    selects: bool,
    rest: list[Node],
) -> Iterator[Why]:
    """What is to be said of one clause: one reason, or one for each taint.

    `rest`: the nodes that only a clause can be about whose check is not made anew.
    """
    elsewhere = clause.id == "node-affinity" or (clause.id == "prefiltered" and not clause.groups)
    if elsewhere and situation.only:
        yield _why(situation, replace(clause, id="other-nodes"))
        return
    check = _CHECKS.get(clause.id)
    out = [(node, one) for node, one in rejections if one.class_ == check]
    if check == "untolerated-taint" and out:
        yield from _taints(situation, clause, out, selects)
        return
    if check == "insufficient":
        yield _why(situation, clause, _too_full(situation, clause, rejections))
        return
    if check is None and len(rest) == clause.count:
        yield _why(situation, clause, rest)
        return
    yield _why(situation, clause, [node for node, _ in out])


def _too_full(
    situation: Situation, clause: Clause, rejections: Sequence[tuple[Node, Rejection]]
) -> list[Node]:
    """The nodes that have too little of a resource.

    Without their Pods these are the nodes that nothing else is known of, if there are as many.
    """
    lacking = [node for node, one in rejections if resource(clause) in one.resources]
    if lacking or situation.load.known:
        return lacking
    left = _not_among(rejections, situation.nodes)
    return left if len(left) == clause.count else []


def _not_among(rejections: Sequence[tuple[Node, Rejection]], nodes: Iterable[Node]) -> list[Node]:
    names = {node.metadata.name for node, _ in rejections}
    return [node for node in nodes if node.metadata.name not in names]


def _taints(
    situation: Situation,
    clause: Clause,
    out: Sequence[tuple[Node, Rejection]],
    selects: bool,
) -> Iterator[Why]:
    """A reason for each taint, if the clause does not name one."""
    by_taint: dict[tuple[str, str, str], list[Node]] = {}
    for node, one in out:
        assert one.taint is not None
        by_taint.setdefault((one.taint.key, one.taint.value, one.taint.effect), []).append(node)
    named = clause.groups.get("key") or clause.groups.get("taint")
    if named:
        rows = [row for row in by_taint.items() if row[0][0] == named]
    else:
        rows = sorted(by_taint.items(), key=lambda row: (-len(row[1]), row[0]))
    for (key, value, effect), nodes in rows[:_TAINTS]:
        pair = f"{key}={value}" if value else key
        groups = {"key": key, "taint": f"{pair}:{effect}"}
        id_ = "control-plane" if key in _CONTROL_PLANE else "untolerated-taint"
        if selects and all(map(situation.asks.fits, nodes)):
            id_ = "selected-but-tainted"
        yield _why(situation, replace(clause, id=id_, groups=groups), nodes)
    if rest := [node for _, nodes in rows[_TAINTS:] for node in nodes]:
        yield _why(situation, replace(clause, id="untolerated-taint", groups={}), rest)
    if not rows:
        yield _why(situation, clause)


def _why(situation: Situation, clause: Clause, nodes: Sequence[Node] = ()) -> Why:
    """A clause in words. `nodes`: those that it is about, if that is known."""
    where = tuple(sorted(node.metadata.name for node in nodes)[:_NAMES])
    if nodes:
        clause = replace(clause, count=len(nodes))
    if not clause.id:
        who = f"{common(clause, 'nodes')}: " if clause.count else ""
        text = shortened(who + clause.text)
        return Why("", clause.count, shortened(text, FACT), f"{text}.", where=where)
    known = {**situation.places(clause, nodes), **clause.groups}

    def find(name: str) -> str:
        return known.get(name) or common(clause, name, where[0] if len(nodes) == 1 else "")

    def find_short(name: str) -> str:
        return known.get(name) or common(clause, name)

    class_ = classes().by_id[clause.id]
    fact = filled(class_.fact, find)
    return Why(
        clause.id,
        clause.count,
        fact if len(fact) <= FACT else filled(class_.fact, find_short, FACT),
        filled(class_.sentence, find),
        filled(class_.who, find),
        filled(class_.cure, find),
        where,
    )
