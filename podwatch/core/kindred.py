"""Which other Pods a transition makes one compare a Pod with, as facts.

Responsible for when they are looked for: as a Pod starts, the one whose place it has; as it gets
ready, one of the same controller. Which facts they give says
`podwatch.core.concepts.kindred_facts`.
"""

from collections.abc import Iterable

from podwatch.core.concepts.kindred_facts import former_facts, sibling_facts
from podwatch.core.concepts.patterns import Facts
from podwatch.core.pods import PodTable
from podwatch.core.states import Facet
from podwatch.core.stream import Ref
from podwatch.core.transitions import Transition


def beside(pods: PodTable, ref: Ref, transitions: Iterable[Transition]) -> Facts:
    """The facts of the Pods with which this one is compared; none for most transitions."""
    facts: Facts = {}
    for one in transitions:
        if one.pod != ref or one.after is None:
            continue
        if one.facet is Facet.CONTAINER and one.after.value == "running":
            facts |= former_facts(pods.rows[ref.key].pod, pods.former(ref))
        elif one.subject == "Ready" and one.after.value == "True":
            facts |= sibling_facts(pods.rows[ref.key].pod, pods.sibling(ref))
    return facts
