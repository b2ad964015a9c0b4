"""What podwatch has to teach about Pods, statement by statement, in corrected form.

Each row: what a beginner's text says, the concept that teaches it and words that its text has.
"""

import re

import pytest

from podwatch.core.concepts import Concept, catalog
from podwatch.core.text import page

STATEMENTS: list[tuple[str, str, str]] = [
    # definition
    ("smallest deployable unit", "pod", "the smallest deployable unit of Kubernetes"),
    ("a wrapper around containers", "pod", "a wrapper around one or more containers"),
    ("on the same machine", "pod", "run together on the same node"),
    ("usually one container", "pod", "Most Pods have one container"),
    ("several if they work closely together", "pod", "if they need to work closely together"),
    # why it matters
    ("Kubernetes manages Pods, not containers", "pod", "does not manage containers directly"),
    ("shared network interface", "shared-network", "share one network namespace"),
    ("shared storage", "volumes", "mount the same volume share its files"),
    ("no common start and stop", "pod", "its own start, its own end and its own restarts"),
    ("a box around containers", "shared-network", "a box around its containers"),
    ("code and runtime inside", "shared-network", "its code and what it needs to run"),
    # container, Pod, Deployment
    ("a container is packaged code", "container-pod-deployment", "a program, packaged"),
    ("docker build makes an image", "container-pod-deployment", "`docker build`"),
    ("a Pod is containers plus network", "container-pod-deployment", "plus the network"),
    ("a Deployment is a wish", "container-pod-deployment", "run 3 replicas of this Pod"),
    ("image, Pod, Deployment", "container-pod-deployment", "a Deployment manages several"),
    # phases
    ("Pending", "pod-phases", "accepted, but not everything is set up yet"),
    ("Pending: images and scheduling", "pod-phases", "a node, volumes, its network, images"),
    ("Running", "pod-phases", "at least one runs, starts or restarts"),
    ("Running is not Ready", "pod-phases", "does not mean that it is ready"),
    ("Succeeded", "pod-phases", "ended with exit code 0 and none will be started again"),
    ("Succeeded: of Jobs", "pod-phases", "as in a Job"),
    ("Failed", "pod-phases", "all have stopped for good and at least one failed"),
    ("one after the other", "pod-phases", "Pending, then Running, then Succeeded or Failed"),
    ("Unknown", "pod-phases", "current Kubernetes does not set it"),
    ("CrashLoopBackOff is no phase", "pod-phases", "why a container waits after it ended again"),
    ("keeps crashing and restarting", "crash-loop-back-off", "ended again and again"),
    # one container or several
    ("most common: one", "several-containers", "Most Pods have one container"),
    ("one IP address", "shared-network", "therefore one IP address"),
    ("localhost", "shared-network", "They reach each other at localhost"),
    ("when to use several", "several-containers", "only if they are tightly coupled"),
    ("a logging sidecar", "several-containers", "sends its logs somewhere"),
    ("a service mesh", "several-containers", "proxy of a service mesh"),
    # networking
    ("the same IP for all", "shared-network", "They have one IP address"),
    ("two on port 80", "shared-network", "want port 80, the second one can't listen"),
    ("nobody rejects it", "shared-network", "Nobody rejects such a Pod beforehand"),
    ("localhost:port", "shared-network", "at localhost:8080"),
    # volumes
    ("Pods can mount storage", "volumes", "can have storage for its containers"),
    ("volumes and volumeMounts", "volumes", "`volumeMounts` of a container"),
    ("mountPath", "volumes", "/app/data"),
    ("emptyDir is ephemeral", "volumes", "An emptyDir begins empty and is ephemeral"),
    # ephemeral or persistent
    ("a deleted Pod's data is lost", "life-of-data", "lost when the Pod is deleted"),
    ("for stateless programs", "life-of-data", "suits stateless programs"),
    ("what survives the Pod", "life-of-data", "through a PersistentVolumeClaim"),
    ("databases, StatefulSets", "life-of-data", "usually run in a StatefulSet"),
    ("no persistent Pod", "life-of-data", "No Pod is persistent"),
    # limitations
    ("Pods are ephemeral", "disposable", "they are created, run for a while and are deleted"),
    ("don't create Pods directly", "bare-pod", "don't create Pods directly"),
    ("what to use instead", "bare-pod", "write a Deployment, a StatefulSet or a Job"),
    ("not reliable", "disposable", "A Pod by itself is not reliable"),
    ("a node crashes", "disposable", "notices only after about a minute"),
    ("another Pod elsewhere", "disposable", "a controller creates a new Pod on another node"),
    ("not for direct scaling", "bare-pod", "do not write ten of them by hand"),
    # myths
    ("myth: a Pod is a container", "pod", "A Pod is no container. It wraps containers"),
    ("what Pods add", "pod", "gives them one network, volumes to share and one life"),
    ("myth: create Pods directly", "bare-pod", "it creates the Pods for you"),
    ("direct Pods are for debugging", "bare-pod", "to try something out or to debug"),
    ("myth: always one", "several-containers", "Not every Pod has one container"),
    # next steps
    ("deploy something", "next-steps", "Deploy your first application"),
    ("Deployments", "next-steps", "how a Deployment manages many Pods"),
    ("the API", "next-steps", "All fields of a Pod are in the API reference"),
    ("Services", "next-steps", "expose Pods"),
    ("Namespaces", "next-steps", "Namespaces, which divide the objects"),
    ("the architecture", "next-steps", "The overview of a cluster's components"),
    ("a Pod won't start", "next-steps", "If a Pod won't start"),
]


@pytest.mark.parametrize(
    ("id_", "words"), [row[1:] for row in STATEMENTS], ids=[row[0] for row in STATEMENTS]
)
def test_it_is_taught(id_: str, words: str) -> None:
    one = catalog().by_id[id_]
    text = " ".join(" ".join((one.summary, one.explanation, one.often_read, one.in_fact)).split())
    assert words in text


LESSONS = sorted({id_ for _, id_, _ in STATEMENTS if not catalog().by_id[id_].when})


@pytest.mark.parametrize("id_", LESSONS)
def test_a_lesson_that_is_no_transition_is_brought_up_by_one(id_: str) -> None:
    """But for the one that leads on from everything."""
    assert bool(catalog().by_id[id_].demonstrates) is (id_ != "next-steps")


@pytest.mark.parametrize("id_", LESSONS)
def test_a_lesson_can_be_read(id_: str) -> None:
    one: Concept | None = catalog().by_id.get(id_)
    assert one is not None
    assert catalog().look_up(one.title.upper()) == (one, None)
    assert re.match(r"kubernetes\.io/docs/", page(one.docs))
