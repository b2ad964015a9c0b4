"""Which objects of a manifest, or of what was applied, are judged, and why the others are not.

Responsible for the choice only; where the objects are read from is `podwatch.sources.manifests`'
business, how a target is written `grammar`'s.
"""

from collections.abc import Iterable

import msgspec

from podwatch.core.expectations import grammar
from podwatch.core.expectations.expectation import NotJudged, Target, Word
from podwatch.core.expectations.impossible import claims_can_be
from podwatch.errors import PodwatchError


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a manifest says of an object that decides whether it is judged.

    `generated`: `name` is only the beginning of its name, its generateName. `hook`: when Helm runs
    it (`helm.sh/hook`). `applied`: it comes from a cluster, which gave it a uid.
    """

    kind: str
    group: str = ""
    name: str
    namespace: str = ""
    generated: bool = False
    hook: str = ""
    applied: bool = False

    @property
    def resource(self) -> str:
        """Its kind as kubectl's `-o name` writes it: `cronjob.batch`."""
        return ".".join(filter(None, [self.kind.lower(), self.group]))


def chosen(
    manifests: Iterable[Manifest], namespace: str, words: Iterable[Word] = ()
) -> tuple[list[Target], list[NotJudged]]:
    """What of it is judged, and what is not; `namespace` is that of objects which name none.

    `words`: what is expected. Claims to storage are not judged where that is only about Pods.
    PodwatchError for a name that no object can have.
    """
    targets: list[Target] = []
    others: list[NotJudged] = []
    about_pods = _about_pods(words)
    for one in manifests:
        text, within = f"{one.resource}/{one.name}", one.namespace or namespace
        if one.hook and not one.applied:
            others.append(NotJudged(text, HOOK, one.namespace))
        elif one.generated:
            others.append(NotJudged(f"{text}*", GENERATED, one.namespace))
        elif (target := grammar.object_target(one.resource, one.name, within)) is None:
            others.append(NotJudged(text, why_not(one.resource), one.namespace))
        elif target.is_claim and about_pods:
            others.append(NotJudged(text, about_pods, one.namespace))
        else:
            targets.append(target)
    return targets, others


def chosen_lines(
    text: Iterable[str], namespace: str, words: Iterable[Word] = ()
) -> tuple[list[Target], list[NotJudged]]:
    """The same of what `kubectl apply -o name` printed."""
    targets: list[Target] = []
    others: list[NotJudged] = []
    about_pods = _about_pods(words)
    for name in (parts[0] for line in text if (parts := line.split())):
        if "/" not in name:
            raise PodwatchError(
                f'"{name}" is not KIND/NAME, as kubectl apply -o name prints it',
                "pipe names into -, and manifests into -f -",
            )
        target = grammar.target(name, namespace)
        *within, resource, own = name.split("/")
        if target is None:
            others.append(NotJudged(f"{resource}/{own}", why_not(resource), "".join(within)))
        elif target.is_claim and about_pods:
            others.append(NotJudged(f"{resource}/{own}", about_pods, "".join(within)))
        else:
            targets.append(target)
    return targets, others


def _about_pods(words: Iterable[Word]) -> str:
    """Why claims are not judged by these words; empty if they can be."""
    word = next((one for one in words if not claims_can_be(one)), None)
    return f'a claim can\'t be "{word.text}"' if word is not None else ""


HOOK = "Helm runs this hook itself, waits for it and may delete it"
GENERATED = "its name is not known (generateName)"
_NO_PODS = "it has no Pods"
_NOT_FOLLOWED = "podwatch does not follow this kind"
_OF_ITS_OWN = {"cronjob.batch": "it makes Jobs only when they are due"}

_CORE = frozenset(
    {
        "configmap",
        "endpoints",
        "event",
        "limitrange",
        "namespace",
        "node",
        "persistentvolume",
        "podtemplate",
        "resourcequota",
        "secret",
        "service",
        "serviceaccount",
    }
)
_GROUPS = frozenset(
    {
        "admissionregistration.k8s.io",
        "apiextensions.k8s.io",
        "apiregistration.k8s.io",
        "apps",
        "autoscaling",
        "certificates.k8s.io",
        "coordination.k8s.io",
        "discovery.k8s.io",
        "events.k8s.io",
        "flowcontrol.apiserver.k8s.io",
        "networking.k8s.io",
        "node.k8s.io",
        "policy",
        "rbac.authorization.k8s.io",
        "resource.k8s.io",
        "scheduling.k8s.io",
        "storage.k8s.io",
    }
)
"""Kubernetes' own kinds and groups: of what is not followed there, nothing makes Pods but a
ReplicationController. https://v1-34.docs.kubernetes.io/docs/reference/kubernetes-api/
"""


def why_not(resource: str) -> str:
    """Why nothing of a kind is judged, which is written as in `kubectl apply -o name`."""
    kind, _, group = resource.lower().partition(".")
    without_pods = group in _GROUPS if group else kind in _CORE
    return _OF_ITS_OWN.get(resource.lower(), _NO_PODS if without_pods else _NOT_FOLLOWED)
