"""Workloads and the verdicts that are right for them, as data: `verdicts/*.yaml`.

Responsible for what their files can say. They are performed by `verdict_runs`; a recording of one
that stands beside its file is judged without a cluster.
"""

import json
import re
import shlex
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import msgspec
import yaml
from msgspec.structs import replace

from podwatch.core.durations import parsed
from podwatch.core.expectations import Expectations, grammar
from tests.bench.kind import WORKLOADS

FOLDER = Path(__file__).with_name("verdicts")
SECONDS = 320.0
"""How long a step or a verdict may be waited for until something has gone wrong."""

Kubectl = Literal["met", "fails", "waits"]
"""What comes of kubectl: exit code 0, another one, or none as long as one may wait."""


class Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A program that is called while both wait.

    `after`: patterns for fields of a line of podwatch's JSON in this namespace; none: as soon as
    podwatch has listed what there is. `rest`: so many seconds later. `run`: the program; `given` is
    its standard input. Both may have places that are filled.
    """

    run: str
    after: dict[str, str] = {}
    rest: float = 0.0
    given: str = ""


class Decisive(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The item of the stream that decides: the first object of this kind that shows this.

    `shows` is a pattern for the object as JSON. `later`: how many seconds of grace follow. `tried`:
    in them the kubelet has to have failed again, of which Events with this reason tell; two graces
    are the most.
    """

    kind: str
    shows: str = ""
    type: str = ""
    later: float = 0.0
    tried: str = ""

    def instant(self, items: Sequence[dict[str, Any]]) -> float | None:
        """When it decides, by the items' time; None if there is no such object among them."""
        begun = next((item["t"] for item in items if self._is(item)), None)
        if begun is None or not self.tried:
            return None if begun is None else begun + self.later
        again = (item["t"] for item in items if self._tells(item))
        tried = next(again, begun + 2 * self.later)
        return float(min(max(begun + self.later, tried), begun + 2 * self.later))

    def _is(self, item: dict[str, Any]) -> bool:
        return (
            item["item"] == "observed"
            and item["object"]["kind"] == self.kind
            and self.type in {"", item["type"]}
            and re.search(self.shows, json.dumps(item["object"])) is not None
        )

    def _tells(self, item: dict[str, Any]) -> bool:
        if item["item"] != "observed" or not re.fullmatch(
            self.tried, item["object"].get("reason", "")
        ):
            return False
        times = (item["object"].get(key) for key in ("firstTimestamp", "lastTimestamp"))
        first, last = (datetime.fromisoformat(time) for time in times if time is not None)
        pause = item["object"]["message"] == "Error: ImagePullBackOff"  # no new try
        return not pause and (last - first).total_seconds() >= self.later * 2 / 3


class Claim(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The first document of a file; the others are its objects, unless it names a workload of
    `make bench-kind` in `made`.

    `expect`: what podwatch is asked, `exits` its right exit code, `says` a pattern for its sentence
    and cause. `kubectl`: what it is asked, `there` what comes of it; `because`: why that is another
    verdict. `before` happens before both wait, `then` while they do, `afterwards` once podwatch is
    done, `undo` at the end. `alone`: what it does to the cluster would disturb others. `namespace`:
    its labels.
    """

    about: str
    expect: str
    exits: int
    says: str = ""
    decisive: Decisive | None = None
    kubectl: str = ""
    there: Kubectl
    because: str = ""
    made: str = ""
    before: tuple[Step, ...] = ()
    then: tuple[Step, ...] = ()
    afterwards: tuple[Step, ...] = ()
    undo: tuple[str, ...] = ()
    alone: bool = False
    namespace: dict[str, str] = {}
    tier: Literal["quick", "full"] = "full"

    @property
    def asks(self) -> list[str]:
        """What kubectl is asked: that which stands nearest to what podwatch expects."""
        if self.kubectl:
            return shlex.split(self.kubectl)
        target = shlex.split(self.expect)[0]
        kind, _, _ = target.partition("/")
        if kind in {"deployment", "statefulset", "daemonset"}:
            return ["rollout", "status", target]
        condition = {"job": "Complete", "pod": "Ready"}[kind]
        return ["wait", f"--for=condition={condition}", target, f"--timeout={SECONDS:.0f}s"]


class Workload(msgspec.Struct, frozen=True):
    """One of the files."""

    name: str
    claim: Claim
    objects: tuple[dict[str, Any], ...]


# ── the files ──


def names() -> list[str]:
    """Of all workloads."""
    return sorted(path.stem for path in FOLDER.glob("*.yaml"))


def workload(name: str) -> Workload:
    """One of them, as its file says."""
    claim, *objects = yaml.safe_load_all((FOLDER / f"{name}.yaml").read_text("utf-8"))
    made = msgspec.convert(claim, Claim)
    if made.made:
        objects = list(yaml.safe_load_all((WORKLOADS / f"{made.made}.yaml").read_text("utf-8")))
    return Workload(name, made, tuple(objects))


def recorded() -> list[str]:
    """The names of those with a recording beside their file."""
    return sorted(path.stem for path in FOLDER.glob("*.jsonl"))


def expectations(claim: Claim, namespace: str) -> Expectations:
    """What its command line expects; of the options only those that take a number."""
    target, *options = shlex.split(claim.expect)
    given = dict(zip(options[::2], options[1::2], strict=True))
    restarts = given.pop("--max-restarts", None)
    wanted = Expectations(
        targets=(grammar.wanted_target(target, namespace),),
        max_restarts=None if restarts is None else int(restarts),
    )
    return replace(wanted, **{name[2:]: parsed(text) for name, text in given.items()})
