"""The rules of hopeless.toml: states in which nothing will change by itself.

Responsible for reading them, for the facts of a Pod's and an owner's present state, and for
which rule such a state falls under. When that decides is `judge`'s business.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec

from podwatch.core.concepts.facts import pod_facts
from podwatch.core.concepts.patterns import Fact, Facts
from podwatch.core.expectations import rollout
from podwatch.core.kube import ContainerStatus, Pod, PodEvent, Terminated
from podwatch.core.kube.owner import Owner
from podwatch.core.states import Facet, State, container_state


class BrokenRule(Exception):
    """A rule can't be used; the message says which and why."""


Test = tuple[str, tuple[Fact, ...]]
"""A fact's name, and what it may be."""


class Rule(msgspec.Struct, frozen=True):
    """One rule. `words` empty: for every word that wants progress."""

    id: str
    cause: str
    when: tuple[Test, ...]
    unless: tuple[Test, ...] = ()
    grace: bool = False
    words: tuple[str, ...] = ()

    def matches(self, facts: Mapping[str, Fact]) -> bool:
        """Whether all of `when` and nothing of `unless` holds; an absent fact equals nothing."""
        return all(_holds(test, facts) for test in self.when) and not any(
            _holds(test, facts) for test in self.unless
        )

    def decides(self, about: str) -> bool:
        """Whether it decides words that are about this."""
        return about in (self.words or ("ready", "succeeded", "condition", "phase"))

    def said(self, facts: Mapping[str, Fact]) -> str:
        """The cause with the facts filled in."""
        return re.sub(
            r"\{([a-z_]+\.[a-z_]+)\}", lambda made: _one_line(facts.get(made[1], "")), self.cause
        )


class Symptom(msgspec.Struct, frozen=True):
    """One part of a state that can be hopeless: which part, and its facts.

    `facet`, `subject` and `state` are those of the transition that led to it, for the
    catalogue; `event` stands instead where an Event says it. What `may_be_old` has to last for
    the grace, whatever the rule says.
    """

    subject: str
    facts: Facts
    facet: Facet | None = None
    state: State | None = None
    event: PodEvent | None = None
    may_be_old: bool = False


@cache
def rules() -> tuple[Rule, ...]:
    """The rules that come with podwatch."""
    return parsed(files(__package__).joinpath("hopeless.toml").read_text("utf-8"))


def parsed(toml: str) -> tuple[Rule, ...]:
    """The rules of a file's text; BrokenRule names the one that is wrong."""
    made = []
    for id_, table in tomllib.loads(toml).items():
        unknown = set(table) - {"cause", "when", "unless", "grace", "words"}
        if unknown or not {"cause", "when"} <= set(table):
            raise BrokenRule(f"{id_}: a rule has cause, when and maybe unless, grace and words")
        when = tuple(_tests(id_, table["when"]))
        if not when:
            raise BrokenRule(f"{id_}: an empty `when` would hold for everything")
        made.append(
            Rule(
                id_,
                table["cause"],
                when,
                tuple(_tests(id_, table.get("unless", {}))),
                table.get("grace", False),
                tuple(table.get("words", ())),
            )
        )
    return tuple(made)


def matches(symptoms: Iterable[Symptom]) -> tuple[tuple[Rule, Symptom], ...]:
    """Every rule that a state falls under, with the part that shows it, in the file's order."""
    known = list(symptoms)
    return tuple((rule, one) for rule in rules() for one in known if rule.matches(one.facts))


# ── facts of a state ──


def pod_symptoms(
    pod: Pod, events: Iterable[PodEvent] = (), *, nodes_ready: bool = False
) -> Iterator[Symptom]:
    """A Pod's present state in parts: itself, its conditions, its containers, its Events."""
    common = pod_facts(pod)
    common["pod.started"] = any(one.container_id for one in pod.all_statuses())
    common["pod.sandbox_ready"] = any(
        one.type == "PodReadyToStartContainers" and one.status == "True"
        for one in pod.status.conditions
    )
    common["pod.nominated"] = bool(pod.status.nominated_node_name)
    common["pod.own_restart_rules"] = any(
        one.restart_policy or one.restart_policy_rules for one in pod.spec.containers
    )
    common["nodes.all_ready"] = nodes_ready
    common["pod.why"] = _why(pod)
    phase = State(pod.status.phase, pod.status.reason, pod.status.message)
    yield Symptom("", common, Facet.PHASE, phase)
    for condition in pod.status.conditions:
        facts = common | {
            "condition.type": condition.type,
            "condition.status": condition.status,
            "condition.reason": condition.reason,
            "condition.message": condition.message,
        }
        state = State(condition.status, condition.reason, condition.message)
        yield Symptom(condition.type, facts, Facet.CONDITION, state)
    images = {one.name: one.image for one in pod.all_containers()}
    sidecars = pod.sidecars()
    for facet, statuses in (
        (Facet.INIT_CONTAINER, pod.status.init_container_statuses),
        (Facet.CONTAINER, pod.status.container_statuses),
    ):
        for status in statuses:
            state = container_state(status)
            facts = common | {
                "container.name": status.name,
                "container.image": images.get(status.name, status.image),
                "container.state": state.value,
                "container.reason": state.reason,
                "container.message": state.message,
            }
            if (last := status.last_state.terminated) is not None:
                facts |= {
                    "container.last_reason": last.reason,
                    "container.last_message": last.message,
                }
            own = Facet.SIDECAR if status.name in sidecars else facet
            yield Symptom(status.name, facts, own, state)
    for event in events:
        facts = common | {"event.reason": event.reason, "event.message": event.message}
        yield Symptom(event.container, facts, event=event)


def owner_symptoms(
    owner: Owner,
    events: Iterable[tuple[PodEvent, bool]] = (),
    *,
    has_pods: bool = False,
) -> Iterator[Symptom]:
    """An owner's conditions and the Events about it.

    An Event comes with whether it may be about an earlier generation.
    """
    common: Facts = {
        "owner.kind": type(owner).__name__,
        "owner.name": owner.metadata.name,
        "owner.observed": rollout.is_observed(owner),
        "owner.has_pods": has_pods,
    }
    for condition in owner.status.conditions:
        yield Symptom(
            condition.type,
            common
            | {
                "condition.type": condition.type,
                "condition.status": condition.status,
                "condition.reason": condition.reason,
                "condition.message": condition.message,
            },
        )
    for event, may_be_old in events:
        facts = common | {"event.reason": event.reason, "event.message": event.message}
        yield Symptom(event.reason, facts, event=event, may_be_old=may_be_old)


def failed_again(status: ContainerStatus, after: int, before: int = 0) -> Terminated | None:
    """The end of a run that is one failure too many: after `after` restarts. None: not yet.

    An end with exit code 0 counts where the container is started again all the same. `before`:
    so often it had been restarted when the stream began; if it runs since, that is past.
    """
    ended = status.state.terminated
    if ended is not None:
        return ended if status.restart_count >= after else None
    last = status.last_state.terminated
    if last is None:
        return None
    if status.state.waiting is not None:
        return last if status.restart_count >= after else None
    return last if status.restart_count > max(after, before) else None


# ── parts ──


def _why(pod: Pod) -> str:
    """How a Pod came to its end: by its own reason, or by the containers that failed."""
    if pod.status.reason:
        message = f": {pod.status.message}" if pod.status.message else ""
        return f"{pod.status.reason}{message}"
    ends = [
        f'container "{status.name}" ended with exit code {status.state.terminated.exit_code}'
        for status in pod.all_statuses()
        if status.state.terminated is not None and status.state.terminated.exit_code
    ]
    return ", ".join(ends) or "it does not say why"


def _tests(id_: str, table: Any, path: str = "") -> Iterator[Test]:
    for key, value in table.items():
        name = f"{path}.{key}" if path else key
        if isinstance(value, dict):
            yield from _tests(id_, value, name)
        else:
            yield name, _values(id_, name, value)


def _values(id_: str, name: str, value: Any) -> tuple[Fact, ...]:
    values = value if isinstance(value, list) else [value]
    if not values or not all(isinstance(one, str | int | bool) for one in values):
        raise BrokenRule(f"{id_}: {name} has to be a text, a number, true or false, or a list")
    return tuple(values)


def _holds(test: Test, facts: Mapping[str, Fact]) -> bool:
    name, values = test
    return any(_fits(facts.get(name), value) for value in values)


def _fits(fact: Fact | None, value: Fact) -> bool:
    if isinstance(fact, str) and isinstance(value, str):
        return fact != "" and fnmatchcase(_one_line(fact), value)
    return type(fact) is type(value) and fact == value


def _one_line(value: object) -> str:
    return " ".join(str(value).split())
