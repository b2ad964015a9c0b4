"""Scenarios: what happens to Pods, as manifests, and recordings of it from a real cluster.

Responsible for finding and checking the files of `podwatch/scenarios/NAME/`: `manifest.yaml`
(what to apply), `scenario.toml` (what it has to show) and `recording.jsonl` (what
`podwatch ns --record` saw of it). Nothing is applied or played here: `tests/kind/stage.py`
and `podwatch demo` do that. The grammar of `scenario.toml` is in `docs/adding-a-scenario.md`.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from podwatch.core.question import Moment, Table
from podwatch.errors import PodwatchError, close_match

FOLDER = Path(str(files(__name__)))
"""Where the scenarios are; the wheel has them too."""


_FORMER = {"tour": "overview"}
"""What a scenario was called before: that name goes on working."""


class BrokenScenario(Exception):
    """A scenario's file can't be used; the message names the file and says what to mend."""


class Arguments(Table, frozen=True):
    """What is added to a command line."""

    arguments: tuple[str, ...] = ()


class Step(Table, frozen=True):
    """What is done to the Pods meanwhile, and what for."""

    after: str
    run: tuple[str, ...] = ()
    program: Literal["kubectl", "docker"] = "kubectl"
    aim: str = ""
    undo: tuple[str, ...] = ()
    pod: str = ""
    count: int = 1
    event: bool = False

    @property
    def moment(self) -> Moment:
        """What it waits for."""
        return Moment(concept=self.after, pod=self.pod, count=self.count, event=self.event)

    @property
    def is_deed(self) -> bool:
        """Whether it changes something: `kubectl wait` does not."""
        return bool(self.run) and self.run[0] != "wait"


class Scenario(Table, frozen=True, kw_only=True):
    """One scenario. Concepts are named by their ids.

    Who plays it is told before what to `watch_for`, afterwards the `point`, and the `next` lesson.
    """

    name: str
    title: str
    summary: str
    place: int
    watch_for: str
    point: str
    next: str
    must: tuple[str, ...]
    may: dict[str, str] = msgspec.field(default_factory=dict)
    order: tuple[tuple[str, ...], ...] = ()
    steps: tuple[Step, ...] = ()
    until: dict[str, int] = msgspec.field(default_factory=dict)
    alone: bool = False
    tier: Literal["quick", "full"] = "quick"
    needs: Annotated[str, msgspec.Meta(pattern=r"^(1\.\d+)?$")] = ""
    apply: Arguments = Arguments()
    watch: Arguments = Arguments()

    @property
    def manifest_path(self) -> Path:
        """The manifest's file. It names no namespace: who applies it chooses one."""
        return FOLDER / self.name / "manifest.yaml"

    @property
    def recording(self) -> Path:
        """The recording's file; `make record` makes it."""
        return FOLDER / self.name / "recording.jsonl"


def names() -> list[str]:
    """The names of all scenarios, in the order in which to look at them."""
    return sorted(_folders(), key=lambda name: (scenario(name).place, name))


_GROUPS = {
    0: "Begin here",
    10: "Containers of one Pod, and when it is ready",
    20: "Programs that end",
    30: "Crashes, and images that are not there",
    50: "Deployments, and Pods that are replaced",
    60: "Init containers and sidecars",
    90: "What a Pod keeps, and what it loses",
    100: "Pods that get no node, or no room",
    115: "How a Pod ends",
    130: "What a Pod needs and does not get",
    170: "Gates, probes and changes in place",
    190: "What happens to nodes, and what they do",
}
"""What the scenarios from each place on have in common."""


def grouped() -> dict[str, list[Scenario]]:
    """All scenarios, in the order in which to look at them, under what they have in common."""
    found: dict[str, list[Scenario]] = {}
    for one in map(scenario, names()):
        heading = next(text for place, text in reversed(_GROUPS.items()) if place <= one.place)
        found.setdefault(heading, []).append(one)
    return found


def scenario(name: str) -> Scenario:
    """The scenario of this name, or that had it formerly; PodwatchError if there is none."""
    folders = _folders()
    name = _FORMER.get(name, name)
    if name not in folders:
        raise PodwatchError(
            f'there is no scenario "{name}"',
            close_match(name, folders).rstrip() or "podwatch demo --list names them all",
        )
    return parsed(name, (FOLDER / name / "scenario.toml").read_text("utf-8"))


def scenario_of(recording: Path) -> Scenario | None:
    """The scenario whose own recording this file is."""
    folder = recording.resolve().parent
    known = folder.parent == FOLDER.resolve() and (folder / "scenario.toml").is_file()
    return scenario(folder.name) if known and recording.name == "recording.jsonl" else None


def filled(arguments: Iterable[str], places: Mapping[str, str]) -> list[str]:
    """The arguments of a step, with what is put in the places that are known."""
    return [
        re.sub(r"\{[a-z-]+\}", lambda place: places.get(place[0], place[0]), argument)
        for argument in arguments
    ]


def minor(version: str) -> int:
    """The second number of `v1.37.2` or `1.37`; 0 where there is none."""
    found = re.match(r"v?1\.(\d+)", version)
    return int(found[1]) if found else 0


def half_cpu(allocatable: str) -> str:
    """A little more than half of a node's CPU, so that only one Pod can have it."""
    cores = allocatable.removesuffix("m")
    millicores = int(cores) if cores != allocatable else int(cores) * 1000
    return f"{millicores // 2 + 1}m"


def _folders() -> list[str]:
    return [path.parent.name for path in FOLDER.glob("*/scenario.toml")]


def parsed(name: str, toml: str) -> Scenario:
    """The scenario that a scenario.toml describes; BrokenScenario says what to mend."""
    file = f"{name}/scenario.toml"
    try:
        made = msgspec.convert({**tomllib.loads(toml), "name": name}, Scenario)
    except tomllib.TOMLDecodeError as error:
        raise BrokenScenario(f"{file} is not TOML: {error}") from error
    except msgspec.ValidationError as error:
        raise BrokenScenario(f"{file} can't be used: {error}") from error
    for wrong in _mistakes(made):
        raise BrokenScenario(f"{file}: {wrong}")
    return made


def _mistakes(made: Scenario) -> list[str]:
    must, may = set(made.must), set(made.may)
    wrong = [f'"{id_}" can\'t both be in `must` and in `may`' for id_ in sorted(must & may)]
    wrong += [f'`until` counts "{id_}": put it in `must`' for id_ in made.until if id_ not in must]
    wrong += [
        f'a step waits for "{step.after}": put it in `must`'
        for step in made.steps
        if step.after not in must
    ]
    wrong += [
        f'`order` names "{id_}": put it in `must` or `may`'
        for chain in made.order
        for id_ in chain
        if id_ not in must | may
    ]
    wrong += [f'`may` needs a reason for "{id_}"' for id_, reason in made.may.items() if not reason]
    if any(step.program == "docker" for step in made.steps) and not made.alone:
        wrong.append("docker touches a node: set `alone`")
    if any(step.undo and not step.run for step in made.steps):
        wrong.append("a step without `run` has nothing to `undo`")
    if any(step.is_deed and not step.aim for step in made.steps):
        wrong.append("a step that does something needs an `aim`: a sentence about what for")
    if not made.must:
        wrong.append("`must` has to name a concept: what else would it show?")
    if min([1, *made.until.values(), *(step.count for step in made.steps)]) < 1:
        wrong.append("counts in `until` and `steps` begin with 1")
    return wrong
