"""One Pod of a target, as it is judged: what it has been through since the watch began.

Responsible for what is kept of it. Which Pods a target has is `target_state`'s business.
"""

from collections.abc import Mapping

from podwatch.core.expectations.runs import Runs
from podwatch.core.present import PresentState, Symptom
from podwatch.core.timeline import PodVersion


class TrackedPod:
    """One Pod as it is judged.

    `concepts` are the ids of those that it has shown, and whether by itself: what a deletion does
    to phase and conditions only follows from it. `permanent` the states of this version that
    can't heal, with their symptoms, None until somebody asks.
    """

    def __init__(self, version: PodVersion, concepts: Mapping[str, bool]) -> None:
        self.key = version.ref.key
        self.pod = version.pod
        self.status = version.columns.status
        self.concepts = concepts
        self.created_t = 0.0 if version.initial else version.t
        self.gone = False
        # The API server makes every Pod so, whatever its maker wrote (PrepareForCreate):
        # https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/registry/core/pod/strategy.go
        self.phases = ["Pending"]
        self.passed: set[str] = set()
        self.permanent: list[tuple[PresentState, Symptom]] | None = None
        self.runs = Runs(version)

    @property
    def controller_kind(self) -> str:
        """The kind of what made it; empty for a bare Pod."""
        controller = self.pod.metadata.controller
        return controller.kind if controller is not None else ""

    @property
    def leaves(self) -> bool:
        """Whether it is being deleted and still has its node's room."""
        meta, spec = self.pod.metadata, self.pod.spec
        return not self.gone and meta.deletion_timestamp is not None and bool(spec.node_name)

    def take(self, version: PodVersion, *, own: bool) -> None:
        """Another version of it; `own`: the target still has it."""
        self.pod, self.status = version.pod, version.columns.status
        self.gone = version.type == "DELETED" or not own
        self.permanent = None
        self.runs.take(version)
        phase = self.pod.status.phase
        if phase and self.phases[-1] != phase:
            self.phases.append(phase)
