"""Findings and diagnoses as values: what is said of a Pod's present state, made when it is read.

Responsible for texts of one line in which nothing is that can't be printed. Which findings there
are is `podwatch.core.diagnosis`'s to decide; how JSON has them `podwatch.core.finding_parts`'.
"""

from datetime import datetime
from typing import Any

import msgspec

from podwatch.core.concepts.loader import concept_of
from podwatch.core.concepts.patterns import FACT, filled, fitted, places
from podwatch.core.finding_parts import DiagnosisPart, FindingPart
from podwatch.core.present import PresentState, Symptom, countdown, present_states
from podwatch.core.text import capitalized, one_line, printable

_TOLD = ("{message.detail}", "{message.after_colon}", "{probe.answer}")
"""How a state's sentence tells its part's message."""


class Finding(msgspec.Struct, frozen=True):
    """One thing about a Pod's present state: a state of states.toml, and the facts of its part.

    `role`: `cause`, `wait`, `fine`, `note`, `follows` (from the findings before it) or `past`.
    """

    present: PresentState
    symptom: Symptom
    role: str

    @property
    def state(self) -> str:
        """The state's id, which stays."""
        return self.present.id

    @property
    def concept(self) -> str:
        """The id of the lesson about it; empty if there is none."""
        return self.present.concept

    @property
    def docs(self) -> str:
        """The page of kubernetes.io about it; empty without a lesson."""
        return concept_of(self.concept).docs if self.concept else ""

    @property
    def fact(self) -> str:
        """The news in about 50 characters."""
        fact = self._text(self.present.fact)
        if len(fact) <= FACT:
            return fact
        return printable(fitted(self.present.shorter or self.present.fact, self.symptom.facts))

    @property
    def clause(self) -> str:
        """What is the matter, as it is said after a colon."""
        return self._text(self.present.sentence).removesuffix(".")

    @property
    def sentence(self) -> str:
        """What is the matter, as a whole sentence."""
        return capitalized(self._text(self.present.sentence))

    @property
    def who(self) -> str:
        """Who can change it; empty where nobody has to."""
        return self._of_class("who") or self._text(self.present.who)

    @property
    def cure(self) -> str:
        """What they can do, as a sentence; empty where nothing has to be done."""
        cure = capitalized(self._of_class("cure") or self._text(self.present.cure))
        return f"{cure}." if cure and not cure.endswith((".", "?", "!")) else cure

    @property
    def why(self) -> str:
        """How it comes to that: the state's own words, or else what its lesson says in general."""
        general = concept_of(self.concept).explanation if self.concept else ""
        return capitalized(self._text(self.present.why)) or one_line(general)

    @property
    def note(self) -> str:
        """What is easily mixed up, of its lesson; empty where that is about something else."""
        return concept_of(self.concept).note if self.concept and self.present.note else ""

    @property
    def pair(self) -> tuple[tuple[str, str], ...]:
        """The same as labels with texts."""
        return concept_of(self.concept).pair if self.concept and self.present.note else ()

    @property
    def concept_title(self) -> str:
        """The title of the lesson about it; empty if there is none."""
        return concept_of(self.concept).title if self.concept else ""

    @property
    def tries(self) -> tuple[str, ...]:
        """Commands that tell more, each quoted for a shell: those of which all is known."""
        facts = self.symptom.facts
        return tuple(
            printable(filled(command, facts, quote=True))
            for command in self.present.tries
            if all(facts.get(place) not in {None, ""} for place in places(command))
        )

    @property
    def waits_for(self) -> str:
        """What it waits for in a few words, or what comes at `until`; empty where for nothing."""
        ends = self.present.then and self.until is not None
        return self._text(self.present.then if ends else self.present.brief)

    @property
    def until(self) -> datetime | None:
        """When the wait ends at the earliest (UTC), where the Pod's fields say it."""
        computed = self.symptom.until.get(self.present.until)
        return computed() if computed is not None else None

    @property
    def permanent(self) -> bool:
        """Whether it is trouble in which nothing will change by itself, as in a Failed Pod."""
        if self.role != "cause":
            return False
        facts = self.symptom.facts
        if facts.get("pod.phase") == "Failed" and not facts.get("pod.deleting"):
            return True
        matching = present_states().permanent([self.symptom])
        return any(state.certain and "ready" in state.words for state, _ in matching)

    @property
    def part(self) -> FindingPart:
        """All of it as plain values, as JSON has it."""
        values = {name: getattr(self, name) for name in FindingPart.__struct_fields__}
        return FindingPart(**{**values, "concept": self.concept or None})

    def ends(self, now: datetime | None) -> str:
        """The countdown to `until`: `next start in 23 s or later`; empty without one."""
        until = self.until
        exact = self.present.until == "grace period ends"
        return f"{self.waits_for} {countdown(until, now, exact=exact)}" if until and now else ""

    def short(self, now: datetime | None) -> str:
        """The news with the countdown: `CrashLoopBackOff: exit code 1; next start in 23 s`."""
        return "; ".join(filter(None, (self.fact, self.ends(now))))

    def _of_class(self, name: str) -> str:
        """What the class of error says that the state's message is of: it knows better."""
        is_told = any(place in self.present.sentence for place in _TOLD)
        if not is_told or self.symptom.part == "resize":  # they speak of a Pod that can't run
            return ""
        return printable(str(self.symptom.facts.get(f"message.{name}", "")))

    def _text(self, text: str) -> str:
        return printable(filled(text, self.symptom.facts))

    def __repr__(self) -> str:
        return f"Finding(state={self.state!r}, role={self.role!r}, fact={self.fact!r})"


class Diagnosis(msgspec.Struct, frozen=True):
    """What is the matter with one version of a Pod: `findings`, the cause first, never empty.

    Everything else is that of the first finding. `now`: the cluster's clock, None if unknown.
    As a text it is its sentence.
    """

    findings: tuple[Finding, ...]
    now: datetime | None = None

    @property
    def first(self) -> Finding:
        """The cause; where nothing is amiss, how far the Pod has come."""
        return self.findings[0]

    @property
    def wait(self) -> Finding | None:
        """The first finding after which something is to come; None if it waits for nothing."""
        known = (one for one in self.findings if one.role in {"cause", "wait"})
        return next((one for one in known if one.present.brief), None)

    @property
    def state(self) -> str:
        """The id of the present state, which stays."""
        return self.first.state

    @property
    def role(self) -> str:
        """Whether something is amiss (`cause`), it waits (`wait`), or all is well (`fine`)."""
        return self.first.role

    @property
    def sentence(self) -> str:
        """What is the matter, as a whole sentence that names the cause."""
        return self.first.sentence

    @property
    def fact(self) -> str:
        """The news in about 50 characters."""
        return self.first.fact

    @property
    def who(self) -> str:
        """Who can change it; empty where nobody has to."""
        return self.first.who

    @property
    def cure(self) -> str:
        """What they can do; empty where nothing has to be done."""
        return self.first.cure

    @property
    def tries(self) -> tuple[str, ...]:
        """Commands that tell more, quoted for a shell."""
        return self.first.tries

    @property
    def waits_for(self) -> str:
        """What it waits for in a few words; empty where for nothing."""
        return self.first.waits_for

    @property
    def until(self) -> datetime | None:
        """When that wait ends at the earliest (UTC), where the Pod's fields say it."""
        return self.first.until

    @property
    def concept(self) -> str:
        """The id of the lesson about it; empty if there is none."""
        return self.first.concept

    @property
    def permanent(self) -> bool:
        """Whether it is trouble in which nothing will change by itself."""
        return self.first.permanent

    @property
    def docs(self) -> str:
        """The page of kubernetes.io about it."""
        return self.first.docs

    def as_dict(self) -> dict[str, Any]:
        """All of it as JSON's values, with the names of docs/diagnosis.schema.json, for a log."""
        parts = tuple(finding.part for finding in self.findings)
        whole = DiagnosisPart(**msgspec.structs.asdict(parts[0]), findings=parts)
        made: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(whole))
        return made

    def __str__(self) -> str:
        return self.sentence

    def __repr__(self) -> str:
        return f"Diagnosis(state={self.state!r}, role={self.role!r}, fact={self.fact!r})"
