"""Claims about Pods that many texts make and that are false: none of podwatch's texts may.

Responsible for the patterns and for where texts are; `make check` runs it. Each pattern comes with
a text that it has to catch and a correct one that it has to spare.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
_STATUSES = r"CrashLoopBackOff|Terminating|Completed|Evicted|ImagePullBackOff|ErrImagePull|NotReady"


class Claim(NamedTuple):
    """A false claim: its pattern over a text in one line, a wrong text and a right one."""

    pattern: str
    wrong: str
    right: str


CLAIMS: dict[str, Claim] = {
    "a Pod restarts": Claim(
        r"\bPods? (itself )?(restarts?|restarted)\b",
        "Then the Pod restarts.",
        "The Pod itself never restarts; its container does.",
    ),
    "a Pod is restarted": Claim(
        r"\bPods? (is|are|was|were|gets?|being|has been|will be) restarted\b",
        "After a failure the Pod is restarted.",
        "Containers are restarted, Pods are replaced.",
    ),
    "something restarts a Pod": Claim(
        r"\brestart(s|ing)? (the|a|this|your|its) Pods?\b",
        "The kubelet restarts the Pod.",
        "The kubelet restarts a container of the Pod.",
    ),
    "a Pod is rescheduled or moved": Claim(
        r"\bPods? (is|are|gets?|will be) (re-?scheduled|moved)\b",
        "Evicted Pods are rescheduled to another node.",
        "Evicted Pods are replaced by new ones, if a controller owns them.",
    ),
    "a STATUS is a phase": Claim(
        rf"\b({_STATUSES}) (phase\b|is (a|the|another) phase)|"
        rf"\bphases? (is |becomes? |of |are )?({_STATUSES})\b",
        "The phase becomes CrashLoopBackOff.",
        "CrashLoopBackOff is no phase: the phase is Running.",
    ),
    "a STATUS stands among the phases": Claim(
        rf"\b(Pending|Running|Succeeded|Failed)(,| or| and) ({_STATUSES})\b",
        "Phases: Pending, Running, Succeeded, Failed, CrashLoopBackOff.",
        "Pending, then Running, then Succeeded or Failed: everything else is no phase.",
    ),
    "137 is out of memory": Claim(
        r"\b137\b[^.;:]{0,20}\b(means|proves|stands for|says|is) (an? )?"
        r"(out.of.memory|too little memory|OOM|memory)",
        "Exit code 137 means out of memory.",
        "Exit code 137 stands for SIGKILL; only the reason OOMKilled proves memory.",
    ),
    "containers start or stop together": Claim(
        r"\bcontainers\b[^.;:]{0,30}\b(starts?( and stops?|/stops?)?|stops?) together\b",
        "All containers in a Pod start/stop together.",
        "The containers of a Pod do not start and stop together.",
    ),
    "Running means ready": Claim(
        r"\bRunning (means|says that|implies)( that)?( it is| the Pod is)? ready\b",
        "Running means ready.",
        "Running does not mean ready.",
    ),
    "Running: a container is running": Claim(
        r"Running\W{1,4}(the )?Pod is on a node and at least one container is running",
        "Running: Pod is on a node and at least one container is running",
        "Running: all containers were created; at least one runs, starts or restarts.",
    ),
    "one failed container fails the Pod": Claim(
        r"Failed\W{1,4}(at least )?one container (exited|ended)",
        "Failed: At least one container exited with error",
        "Failed: every container has stopped for good, and at least one failed.",
    ),
    "a Pod is a container": Claim(
        r"\bPod is (just |really )?(a|one) container\b",
        "A Pod is a container.",
        "A Pod is no container: it wraps one or more.",
    ),
    "a Pod is persistent": Claim(
        r"\bpersistent Pods?\b",
        "Use a persistent Pod for databases.",
        "A PersistentVolume outlives the Pod.",
    ),
    "a liveness probe deletes the Pod": Claim(
        r"\b(liveness|startup)[ -]?probes?\b[^.;]{0,40}"
        r"\b(deletes?|kills?|removes?|ends?) (the|a) Pod\b",
        "A failing liveness probe deletes the Pod.",
        "After a failing liveness probe the kubelet restarts that container.",
    ),
    "a readiness probe restarts": Claim(
        r"\breadiness[ -]?probe\b[^.;,]{0,30}\b(restarts|kills)\b",
        "A failing readiness probe restarts the container.",
        "A failing readiness probe only takes the Pod out of its Services.",
    ),
    "preStop runs after the grace period": Claim(
        r"\bpreStop\b[^.;]{0,30}\b(runs?|is run|comes?) (after|on top of) the grace period",
        "The preStop hook runs after the grace period.",
        "The preStop hook runs first and uses up the grace period.",
    ),
    "the restart delay is always 5 minutes": Claim(
        r"\b(waits|delay is|pause is) (always )?(5|five) minutes\b",
        "The kubelet waits 5 minutes before each restart.",
        "The pause doubles from 10 s up to 5 minutes.",
    ),
    "Deployment Pods complete": Claim(
        r"\bDeployment('s)? Pods? (can be|become|becomes) (Completed|Succeeded)\b",
        "Deployment Pods can be Completed.",
        "A Deployment's Pods never become Succeeded.",
    ),
    "resizing needs a new Pod": Claim(
        r"\b(needs?|takes) a new Pod\b",
        "Another memory limit needs a new Pod.",
        "A memory limit can be changed in place.",
    ),
    "emptyDir survives its Pod": Claim(
        r"\bemptyDir\b[^.;:]{0,20}\b(outlives|survives) (the|its|a) Pod\b",
        "An emptyDir survives the Pod.",
        "An emptyDir survives a restart of the container, not the Pod.",
    ),
    "init containers are all over": Claim(
        r"\ball init containers? (are|have) (over|ended) (once|after)\b",
        "All init containers are over once the Pod is Initialized.",
        "Sidecars keep running once the Pod is Initialized.",
    ),
    "Terminating is the deletion itself": Claim(
        r"\bTerminating means (that )?(kubectl|the kubelet|it) is (being )?delet",
        "Terminating means kubectl is deleting it now.",
        "Terminating means that a deletion was requested.",
    ),
    "Docker runs the containers": Claim(
        r"(?<!connect to the )\b(docker daemon|Docker (starts|runs))\b",
        "Docker runs the containers of a Pod.",
        "A container runtime such as containerd runs them.",
    ),
}


def claims(text: str) -> list[str]:
    """The false claims that a text makes, wherever its lines break; a denied one is none.

    Nor is one that is quoted to be answered.
    """
    joined = " ".join(_QUOTED.sub(" ", text).split())
    return [
        name
        for name, claim in CLAIMS.items()
        if any(
            not _DENIED.search(joined, max(found.start() - _NEAR, 0), found.end() + _NEAR)
            for found in re.finditer(claim.pattern, joined, re.I)
        )
    ]


_QUOTED = re.compile(
    r'often_read = (?:"""[^"]*"""|"[^"\n]*"|\'[^\'\n]*\')|\*\*Often read:\*\* "[^"]*"'
    r'|^also = \[(?:\s*"[^"\n]*",?)*\s*\]'
    r'|^text = "[^"\n]*"(?=\nanswer = )',
    re.I | re.M,
)
"""An error in a concept's file and on its page, where the answer follows; what people type; a wrong
choice of a question, which its answer follows."""
_NEAR = 10
"""How many characters before and after a claim a denial of it may stand."""
_DENIED = re.compile(r"\b(not?|never|nothing)\b|n't\b", re.I)


def texts() -> Iterator[tuple[Path, str]]:
    """All that people read: concepts, scenarios, docs, README, and the sentences in the code."""
    for pattern in ("*.md", "docs/**/*.md", "podwatch/**/*.toml", "podwatch/**/*.py"):
        for path in sorted(ROOT.glob(pattern)):
            yield path, path.read_text("utf-8")
    for path in sorted(ROOT.glob("podwatch/scenarios/*/manifest.yaml")):
        yield path, path.read_text("utf-8")


def main() -> int:
    """Name the texts that make a false claim."""
    found = [
        f"{path.relative_to(ROOT)}: claims that {claim}\n"
        for path, text in texts()
        for claim in claims(text)
    ]
    sys.stderr.write("".join(found))
    sys.stdout.write(f"claims: {len(found)} false\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
