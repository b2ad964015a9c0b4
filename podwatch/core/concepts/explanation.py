"""What the catalogue says of one real transition or Event.

Responsible for composing the texts, when they are asked for: most of what a busy cluster does is
never shown. Which concept it is was decided in `catalog`.
"""

import msgspec

from podwatch.core.concepts.concept import Concept, Weight
from podwatch.core.concepts.container_facts import OWN_WORDS
from podwatch.core.concepts.patterns import Facts, can_fill, filled, fitted
from podwatch.core.text import one_line


class Aside(msgspec.Struct, frozen=True, gc=False):
    """A lesson that a real transition demonstrates besides what it is about.

    `key` is the same where the same is demonstrated: another kind of transition shows another side
    of the lesson.
    """

    concept: Concept
    sentence: str
    key: str = ""


class Explanation(msgspec.Struct, frozen=True, gc=False):
    """A concept's texts about one real transition or Event.

    `concept` is None where podwatch knows no concept for it; the sentence says so. The texts
    whose places `facts` fill are `text`, `prediction`, `news`, `actor` and, of other lessons,
    `demonstrates`. `text` and `demonstrates` are chosen so that there is a fact for each place;
    of the others, a text that lacks one is left out.
    """

    concept: Concept | None
    text: str
    prediction: str = ""
    facts: Facts = {}
    demonstrates: tuple[tuple[Concept, str], ...] = ()
    news: str = ""
    actor: str = ""

    @property
    def fact(self) -> str:
        """The news in a few words; the title where the concept has none."""
        if can_fill(self.news, self.facts) and (fact := fitted(self.news, self.facts)):
            return fact
        return self.concept.title if self.concept else ""

    @property
    def sentence(self) -> str:
        """What happened and why, with the last words of a container that ended."""
        return _with_last_words(filled(self.text, self.facts), self.facts)

    @property
    def then(self) -> str:
        """What comes next; empty of an Event that comes when its Pod is no more."""
        return "" if self.facts.get("pod.gone") else self._told(self.prediction)

    @property
    def who(self) -> str:
        """Who did it, or has to act."""
        return self._told(self.actor or (self.concept.who if self.concept else ""))

    @property
    def try_(self) -> tuple[str, ...]:
        """Commands to try: those for which every fact is known."""
        if self.concept is None:
            return ()
        past = self.facts.get("container.run_is_past")
        return tuple(
            filled(_of_past_run(command) if past else command, self.facts, quote=True)
            for command in self.concept.try_
            if can_fill(command, self.facts)
        )

    @property
    def asides(self) -> tuple[Aside, ...]:
        """What it demonstrates besides, one a lesson, the most specific first."""
        moment = f"{self.facts.get('transition.facet')} {self.facts.get('transition.after')}"
        return tuple(
            Aside(concept, filled(text, self.facts), f"{concept.id} {moment}")
            for concept, text in self.demonstrates
        )

    @property
    def weight(self) -> Weight:
        """The concept's; what is not known is important, as it may be trouble."""
        return self.concept.weight if self.concept else Weight.IMPORTANT

    @property
    def docs(self) -> str:
        """The address of the page, empty without a concept."""
        return self.concept.docs if self.concept else ""

    def _told(self, text: str) -> str:
        """The text with its facts; nothing if one of them is not there."""
        return filled(text, self.facts) if can_fill(text, self.facts) else ""


def _of_past_run(command: str) -> str:
    """The command for a run that another one has followed: its output is not the newest."""
    reads = command.startswith("kubectl logs ") and not command.endswith((" --previous", " -f"))
    return f"{command} --previous" if reads else command


def _with_last_words(sentence: str, facts: Facts) -> str:
    """The sentence, and what a container's program that ended has left as its own message.

    With any other reason the message is the kubelet's or the runtime's. In a crash loop it is
    that of the run before.
    """
    if facts.get("transition.reason") == "CrashLoopBackOff":
        message = str(facts.get("container.last_words", ""))
    elif (
        facts.get("transition.after") == "terminated"
        and facts.get("transition.reason") in OWN_WORDS
    ):
        message = str(facts.get("transition.message", "")).strip()
    else:
        return sentence
    if not message or message in sentence:
        return sentence
    last = one_line(message.splitlines()[-1])
    return sentence if last in sentence else f'{sentence} It left the message "{last}".'
