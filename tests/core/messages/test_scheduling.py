"""Why a Pod has no node, with what its Nodes lack."""

from time import process_time

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from podwatch.core.kube import Node, PersistentVolumeClaim, Pod
from podwatch.core.kube.claim import ClaimSpec, ClaimStatus
from podwatch.core.kube.container_spec import Port
from podwatch.core.kube.meta import ObjectMeta
from podwatch.core.kube.node import Taint
from podwatch.core.kube.pod_spec import (
    Affinity,
    ClaimSource,
    LabelSelector,
    NodeAffinity,
    NodeRequirement,
    NodeTerm,
    NodeTerms,
    PodAffinity,
    PodAffinityTerm,
    Toleration,
    TopologySpread,
    Volume,
)
from podwatch.core.messages import Why, why_unscheduled
from podwatch.core.messages.clauses import classes
from podwatch.core.messages.nodes import load_of
from tests.build import asking, node, pod
from tests.strategies import arbitrary_pods

WEB = pod()
ROOM = {"cpu": "4", "memory": "8Gi", "pods": "110"}
CONTROL_PLANE = node(
    "control",
    taints=[Taint(key="node-role.kubernetes.io/control-plane", effect="NoSchedule")],
    allocatable=ROOM,
)
HDD = node("one", labels={"disktype": "hdd"}, allocatable=ROOM)
OTHER_HDD = node("two", labels={"disktype": "hdd"}, allocatable=ROOM)
NVME = node("fast", labels={"disktype": "nvme"}, allocatable=ROOM)


def says(*reasons: str, nodes: int = 3) -> str:
    """The scheduler's message with these clauses."""
    return (
        f"0/{nodes} nodes are available: {', '.join(reasons)}. preemption: 0/{nodes} nodes are "
        f"available: {nodes} Preemption is not helpful for scheduling."
    )


def first(one: Pod, message: str, *nodes: Node, pods: tuple[Pod, ...] = ()) -> Why:
    return why_unscheduled(one, message, nodes, pods)[0]


def running(name: str, on: str, requests: dict[str, str] | None = None) -> Pod:
    return asking(pod(name=name, node=on, phase="Running"), requests)


class TestLabels:
    MESSAGE = says("3 node(s) didn't match Pod's node affinity/selector")

    def test_that_no_node_has_are_told_with_those_that_there_are(self) -> None:
        ssd = asking(WEB, node_selector={"disktype": "ssd"})
        why = first(ssd, self.MESSAGE, HDD, OTHER_HDD, NVME)
        assert (why.id, why.nodes) == ("node-affinity", 3)
        assert why.fact == "no node has disktype=ssd"
        assert "hdd (2), nvme (1)" in why.sentence
        assert "disktype=ssd" in why.cure

    def test_that_no_node_has_at_all(self) -> None:
        why = first(asking(WEB, node_selector={"gpu": "a100"}), self.MESSAGE, HDD, NVME)
        assert "no node has the label gpu at all" in why.sentence

    def test_that_only_a_node_has_that_a_taint_keeps_off(self) -> None:
        tainted = node("ssd", labels={"disktype": "ssd"}, taints=CONTROL_PLANE.spec.taints)
        message = says(
            "1 node(s) had untolerated taint(s)", "1 node(s) didn't match Pod's node affinity"
        )
        ssd = asking(WEB, node_selector={"disktype": "ssd"})
        why, other = why_unscheduled(ssd, message, (HDD, tainted))
        assert (why.id, why.where) == ("selected-but-tainted", ("ssd",))
        assert "ssd has what the Pod selects" in why.sentence
        assert "toleration" in why.cure
        assert "one does not have disktype=ssd" in other.sentence
        assert "ssd has it" in other.sentence

    def test_count_before_a_taint_of_nodes_that_are_not_asked_for(self) -> None:
        tainted = node("off", taints=CONTROL_PLANE.spec.taints)
        message = says(
            "1 node(s) had untolerated taint(s)", "1 node(s) didn't match Pod's node affinity"
        )
        ssd = asking(WEB, node_selector={"disktype": "ssd"})
        assert first(ssd, message, HDD, tainted).id == "node-affinity"

    def test_that_nodes_have_but_not_together(self) -> None:
        both = asking(WEB, node_selector={"disktype": "hdd", "zone": "a"})
        why = first(both, self.MESSAGE, HDD, node("a", labels={"zone": "a"}))
        assert why.fact == "no node has disktype=hdd and zone=a together"

    def test_of_an_affinity(self) -> None:
        affine = asking(WEB, affinity=_affinity("zone", "In", "a", "b"))
        assert first(affine, self.MESSAGE, HDD).fact == "no node has zone=a or b"
        assert first(affine, self.MESSAGE, node("c", labels={"zone": "c"})).sentence.endswith(
            "there are c (1)."
        )

    @pytest.mark.parametrize(
        ("operator", "values", "missing"),
        [
            ("Exists", (), "the label cores"),
            ("DoesNotExist", (), "no label cores"),
            ("NotIn", ("8",), "cores other than 8"),
            ("Gt", ("8",), "cores > 8"),
            ("Lt", ("8",), "cores < 8"),
        ],
    )
    def test_by_any_operator(self, operator: str, values: tuple[str, ...], missing: str) -> None:
        labels = {} if operator == "Exists" else {"cores": "8"}
        affine = asking(WEB, affinity=_affinity("cores", operator, *values))
        assert (
            first(affine, self.MESSAGE, node("a", labels=labels)).fact == f"no node has {missing}"
        )
        fitting = {"Exists": "8", "NotIn": "9", "Gt": "16", "Lt": "2"}.get(operator)
        labels = {"cores": fitting} if fitting else {}
        assert "no node" not in first(affine, self.MESSAGE, node("a", labels=labels)).fact

    def test_without_nodes_are_those_of_the_spec(self) -> None:
        ssd = asking(WEB, node_selector={"disktype": "ssd"})
        assert first(ssd, self.MESSAGE).fact == "none of the 3 nodes has disktype=ssd"
        some = says("2 node(s) didn't match Pod's node affinity/selector", "1 Insufficient cpu")
        assert why_unscheduled(ssd, some)[1].fact == "2 nodes do not have disktype=ssd"

    def test_are_not_told_where_a_node_has_them_by_now(self) -> None:
        ssd = asking(WEB, node_selector={"disktype": "hdd"})
        why = first(ssd, self.MESSAGE, HDD)
        assert "disktype" not in why.sentence
        assert why.nodes == 3

    def test_of_many_values_the_most_frequent_are_told(self) -> None:
        nodes = [node(f"n{at}", labels={"zone": f"z{at % 5}"}) for at in range(5000)]
        why = first(asking(WEB, node_selector={"zone": "x"}), self.MESSAGE, *nodes)
        assert "z0 (1000), z1 (1000), z2 (1000), 2 other values" in why.sentence
        assert len(why.where) == 3

    def test_of_a_daemon_sets_pod_are_told_last(self) -> None:
        field = NodeRequirement(key="metadata.name", operator="In", values=("one",))
        terms = NodeTerms(node_selector_terms=(NodeTerm(match_fields=(field,)),))
        daemon = asking(WEB, {"cpu": "5"}, affinity=_required(terms))
        message = says("1 Insufficient cpu", "2 node(s) didn't match Pod's node affinity/selector")
        full, others = why_unscheduled(daemon, message, [HDD, NVME, OTHER_HDD])
        assert full.id == "insufficient"
        assert others.id == "other-nodes"
        assert "one" in others.fact


def _affinity(key: str, operator: str, *values: str) -> Affinity:
    need = NodeRequirement(key=key, operator=operator, values=values)
    return _required(NodeTerms(node_selector_terms=(NodeTerm(match_expressions=(need,)),)))


def _required(terms: NodeTerms) -> Affinity:
    return Affinity(
        node_affinity=NodeAffinity(required_during_scheduling_ignored_during_execution=terms)
    )


class TestTaints:
    GPU = node("gpu", taints=[Taint(key="gpu", value="yes", effect="NoSchedule")])
    MESSAGE = says("2 node(s) had untolerated taint(s)")

    def test_are_told_by_the_nodes_where_the_message_names_none(self) -> None:
        gpu, control = why_unscheduled(WEB, self.MESSAGE, [CONTROL_PLANE, self.GPU])
        assert (gpu.id, gpu.where) == ("untolerated-taint", ("gpu",))
        assert gpu.fact == "gpu has the taint gpu=yes:NoSchedule"
        assert "toleration for gpu=yes:NoSchedule" in gpu.cure
        assert control.id == "control-plane"

    def test_that_are_tolerated_do_not_count(self) -> None:
        both = node("both", taints=[*self.GPU.spec.taints, Taint(key="a", effect="NoExecute")])
        tolerant = asking(WEB, tolerations=(Toleration(key="gpu", operator="Exists"),))
        assert first(tolerant, self.MESSAGE, both).fact == "both has the taint a:NoExecute"

    def test_of_one_kind_are_told_once(self) -> None:
        nodes = [replace(self.GPU, metadata=ObjectMeta(name=f"n{at}")) for at in range(4)]
        assert first(WEB, self.MESSAGE, *nodes).fact == "4 nodes have the taint gpu=yes:NoSchedule"

    def test_that_a_component_sets_are_told_in_words(self) -> None:
        sick = node("sick", taints=[Taint(key="node.kubernetes.io/not-ready", effect="NoExecute")])
        assert first(WEB, self.MESSAGE, sick).fact == "sick is not ready"

    def test_of_many_kinds_the_most_frequent_are_told(self) -> None:
        nodes = [
            node(f"n{at}", taints=[Taint(key=f"k{at}", effect="NoSchedule")]) for at in range(9)
        ]
        whys = why_unscheduled(WEB, self.MESSAGE, nodes)
        assert [why.nodes for why in whys] == [1, 1, 1, 1, 5]

    def test_a_cordoned_node_is_named(self) -> None:
        why = first(WEB, says("1 node(s) were unschedulable"), HDD, node("off", cordoned=True))
        assert why.fact == "off is cordoned"


class TestResources:
    MESSAGE = says("2 Insufficient cpu", "1 node(s) had untolerated taint(s)")

    def test_are_told_with_what_nodes_have_left(self) -> None:
        pods = (running("a", "one", {"cpu": "2500m"}), running("b", "two", {"cpu": "3"}))
        nodes = (HDD, OTHER_HDD, CONTROL_PLANE)
        why = first(asking(WEB, {"cpu": "4"}), self.MESSAGE, *nodes, pods=pods)
        assert why.fact == "4,000m CPU asked, 2 nodes have at most 1,500m left"
        assert (why.nodes, why.where) == (2, ("one", "two"))

    def test_pods_that_are_over_use_nothing(self) -> None:
        over = replace(running("a", "one", {"cpu": "3"}), status=pod(phase="Succeeded").status)
        full = running("b", "one", {"cpu": "2"})
        why = first(asking(WEB, {"cpu": "3"}), says("1 Insufficient cpu"), HDD, pods=(over, full))
        assert why.fact == "3 CPU asked, one has 2 left"

    def test_without_pods_are_what_nodes_can_give(self) -> None:
        why = first(asking(WEB, {"cpu": "3"}), self.MESSAGE, HDD, OTHER_HDD, CONTROL_PLANE)
        assert "3 CPU asked" in why.fact
        assert "left" not in why.fact
        assert "at most 4 for Pods, and others use some of it" in why.sentence

    def test_that_are_more_than_any_node_has(self) -> None:
        why = first(asking(WEB, {"memory": "16Gi"}), says("2 Insufficient memory"), HDD, OTHER_HDD)
        assert why.fact == "16Gi memory asked, biggest node has 8Gi"
        assert "bigger node" in why.cure

    def test_are_told_in_a_unit_in_which_what_there_is_is_not_nothing(self) -> None:
        big, small = asking(WEB, {"memory": "10Ti"}), node("a", allocatable={"memory": "23Gi"})
        why = first(big, says("1 Insufficient memory", nodes=1), small)
        assert why.fact == "10,240Gi memory asked, biggest node has 23Gi"

    def test_that_no_node_has(self) -> None:
        why = first(asking(WEB, {"x.io/gpu": "1"}), says("2 Insufficient x.io/gpu"), HDD, NVME)
        assert why.fact == "1 x.io/gpu asked, no node has any"

    def test_without_nodes_are_what_is_asked_for(self) -> None:
        why = first(asking(WEB, {"memory": "16Gi"}), says("2 Insufficient memory"))
        assert why.fact == "16Gi memory asked, 2 nodes have too little"
        assert first(WEB, says("1 Insufficient cpu")).fact == "1 node has too little CPU left"

    def test_are_not_told_of_nodes_that_have_enough_by_now(self) -> None:
        free = (running("a", "one"),)
        why = first(asking(WEB, {"cpu": "3"}), says("1 Insufficient cpu"), HDD, pods=free)
        assert why.where == ()
        assert why.fact == "3 CPU asked, 1 node has too little"

    def test_a_node_that_is_full_of_pods(self) -> None:
        small = node("small", allocatable={"pods": "2"})
        pods = (running("a", "small"), running("b", "small"))
        why = first(WEB, says("1 Too many pods"), small, pods=pods)
        assert why.fact == "small has all 2 Pods that maxPods allows"


class TestPorts:
    def test_are_told_with_the_pod_that_has_it(self) -> None:
        container = replace(
            WEB.spec.containers[0], ports=(Port(container_port=80, host_port=8080),)
        )
        one = replace(WEB, spec=replace(WEB.spec, containers=(container,)))
        holder = replace(one, metadata=ObjectMeta(namespace="shop", name="old"))
        holder = replace(holder, spec=replace(holder.spec, node_name="one"))
        message = says("1 node(s) didn't have free ports for the requested pod ports")
        why = first(one, message, HDD, pods=(holder,))
        assert why.fact == "host port 8080 is taken on one by shop/old"
        assert first(one, message).fact == "host port 8080 is taken on 1 node"
        assert first(WEB, message).fact == "a host port is taken on 1 node"


class TestVolumes:
    MOUNTING = asking(
        WEB, volumes=(Volume(name="d", persistent_volume_claim=ClaimSource(claim_name="data")),)
    )

    def test_a_claim_that_is_not_bound_is_named_with_its_class(self) -> None:
        claim = PersistentVolumeClaim(
            metadata=ObjectMeta(name="data"),
            spec=ClaimSpec(storage_class_name="fast"),
            status=ClaimStatus(phase="Pending"),
        )
        message = says("pod has unbound immediate PersistentVolumeClaims")
        (why,) = why_unscheduled(self.MOUNTING, message, claims=[claim])
        assert "data" in why.fact
        assert "fast" in why.sentence
        assert "data" in why_unscheduled(self.MOUNTING, message)[0].fact

    def test_a_volume_in_another_zone_is_told_with_the_zones_of_the_nodes(self) -> None:
        zoned = node("a", labels={"topology.kubernetes.io/zone": "eu-1a"})
        message = says("1 node(s) had volume node affinity conflict")
        why = first(self.MOUNTING, message, zoned)
        assert "data" in why.fact
        assert "eu-1a (1)" in why.sentence

    def test_a_claim_that_is_not_there_is_named_by_the_message(self) -> None:
        why = first(self.MOUNTING, says('persistentvolumeclaim "data" not found'))
        assert (why.id, why.nodes) == ("claim-missing", 0)
        assert "data" in why.fact


class TestOtherPods:
    TERM = PodAffinity(
        required_during_scheduling_ignored_during_execution=(
            PodAffinityTerm(
                topology_key="kubernetes.io/hostname",
                label_selector=LabelSelector(match_labels={"app": "db"}),
            ),
        )
    )

    def test_that_it_has_to_be_beside(self) -> None:
        beside = asking(WEB, affinity=Affinity(pod_affinity=self.TERM))
        why = first(beside, says("3 node(s) didn't match pod affinity rules"))
        assert why.fact == "no Pod with app=db on 3 nodes"

    def test_are_told_with_the_node_that_no_other_reason_rules_out(self) -> None:
        beside = asking(WEB, affinity=Affinity(pod_affinity=self.TERM))
        told = ("1 node(s) didn't match pod affinity rules", "1 node(s) had untolerated taint(s)")
        why = first(beside, says(*told, nodes=2), HDD, CONTROL_PLANE)
        assert why.fact == "no Pod with app=db on one"

    def test_that_it_must_not_be_beside(self) -> None:
        apart = asking(WEB, affinity=Affinity(pod_anti_affinity=self.TERM))
        why = first(apart, says("3 node(s) didn't match pod anti-affinity rules"))
        assert "app=db" in why.fact

    def test_that_are_spread(self) -> None:
        zones = TopologySpread(
            max_skew=1,
            topology_key="topology.kubernetes.io/zone",
            when_unsatisfiable="DoNotSchedule",
        )
        soft = replace(zones, topology_key="soft", when_unsatisfiable="ScheduleAnyway")
        spread = asking(WEB, topology_spread_constraints=(zones, soft))
        message = says(
            "1 node(s) didn't match pod topology spread constraints (missing required label)",
            "2 node(s) didn't match pod topology spread constraints",
        )
        label, uneven = why_unscheduled(spread, message, [HDD])
        assert "topology.kubernetes.io/zone" in label.sentence
        assert "at most 1 apart by zone" in uneven.fact
        assert "soft" not in uneven.sentence + label.sentence


def test_what_is_nearest_to_a_place_for_the_pod_is_told_first() -> None:
    message = says(
        "1 Insufficient cpu",
        "1 node(s) didn't match Pod's node affinity/selector",
        "1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }",
        "1 the moon is full",
        "1 node(s) had volume node affinity conflict",
    )
    assert [why.id for why in why_unscheduled(WEB, message)] == [
        "volume-elsewhere", "insufficient", "node-affinity", "control-plane", "",
    ]  # fmt: skip


def test_a_message_of_somebody_else_has_no_reasons() -> None:
    assert why_unscheduled(WEB, "") == ()
    assert why_unscheduled(WEB, "Successfully assigned default/web to one") == ()


def test_thousands_of_nodes_and_pods_take_no_time() -> None:
    nodes = [node(f"n{at}", allocatable={"cpu": "1", "pods": "110"}) for at in range(5000)]
    made = [running(f"p{at}", f"n{at % 5000}", {"cpu": "100m"}) for at in range(50_000)]
    pods = msgspec.json.decode(msgspec.json.encode(made), type=list[Pod])
    began = process_time()
    why = first(asking(WEB, {"cpu": "1"}), says("5000 Insufficient cpu"), *nodes, pods=tuple(pods))
    assert process_time() - began < 1
    assert why.fact == "1 CPU asked, 5000 nodes have none left"


def test_what_pods_use_is_added_up_once_for_many_that_wait() -> None:
    pods = tuple(running(f"p{at}", "one", {"cpu": "100m"}) for at in range(30))
    waiting = asking(WEB, {"cpu": "2"})
    (why,) = why_unscheduled(waiting, says("1 Insufficient cpu"), [HDD], pods)
    assert why.fact == "2 CPU asked, one has 1 left"
    assert load_of(pods) is load_of(pods)
    assert load_of(pods[:20]).of("one").amounts["cpu"] == 2000


REASONS = [
    "Insufficient cpu", "Insufficient x.io/gpu", "Too many pods", "node(s) were unschedulable",
    "node(s) had untolerated taint(s)", "node(s) had untolerated taint {a: b}",
    "node(s) didn't match Pod's node affinity", "node(s) had volume node affinity conflict",
    "node(s) didn't have free ports for the requested pod ports", "the moon is full",
    "node(s) didn't match pod topology spread constraints",
]  # fmt: skip
MESSAGES = st.lists(st.sampled_from(REASONS) | st.text(), max_size=4).map(
    lambda reasons: says(*(f"{at} {one}" for at, one in enumerate(reasons)))
)
NAMES = (
    st.sampled_from(["a", "ip-10-0-111-23.eu-central-1.compute.internal", "x" * 200]) | st.text()
)
NODES = st.builds(
    node,
    NAMES,
    labels=st.dictionaries(NAMES, NAMES, max_size=2),
    taints=st.lists(st.builds(Taint, key=NAMES, value=NAMES, effect=st.just("NoSchedule"))),
    cordoned=st.booleans(),
    allocatable=st.dictionaries(st.sampled_from(["cpu", "memory", "pods"]), st.text()),
)
SPECS = st.fixed_dictionaries(
    {"node_selector": st.dictionaries(NAMES, NAMES, max_size=2)},
)


@given(arbitrary_pods(), SPECS, MESSAGES, st.lists(NODES, max_size=3), st.lists(arbitrary_pods()))
def test_whatever_is_known_every_text_fits(
    one: Pod, spec: dict[str, dict[str, str]], message: str, nodes: list[Node], pods: list[Pod]
) -> None:
    one = replace(one, spec=replace(one.spec, **spec))
    for why in why_unscheduled(one, message, nodes, pods):
        assert len(why.fact) <= 50
        assert not why.fact.endswith("…")
        assert why.sentence.endswith(".")
        assert bool(why.cure) == (why.id in classes().by_id)
