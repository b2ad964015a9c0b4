"""What a line says of one beat, or of one transition or Event where they are told one by one.

Responsible for the words of a line without its time, and for saying once what does not change: a
page of the documentation, a lesson besides.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterator

from podwatch.core.beat import Beat, FoundInTrouble
from podwatch.core.concepts import Weight
from podwatch.core.concepts.concept import Concept
from podwatch.core.concepts.explanation import Aside
from podwatch.core.states import Facet
from podwatch.core.stream import Deed, Ref
from podwatch.core.text import capitalized, page
from podwatch.core.timeline import Explained, ExplainedEvent, ExplainedTransition, Stalled
from podwatch.renderers.sanitize import visible

SAID_LIMIT = 2_000
"""Of how many beats it is known what was said of them."""
Painted = Callable[[str, str], str]
"""A text in a style, where there is colour."""


class Teller:
    """Says what happened; it knows which pages and lessons it has named before.

    `brought_up` are the lessons that others have named before, and gets those that this one names.
    `short`: names without their namespace, and no pages, where there is one namespace and somebody
    reads the whole text. `foretells`: what comes next is said, too.
    """

    def __init__(
        self,
        painted: Painted,
        *,
        short: bool = False,
        foretells: bool = True,
        brought_up: set[str] | None = None,
    ) -> None:
        self._painted = painted
        self._short = short
        self._foretells = foretells
        self._linked: set[str] = set()
        self._brought_up: set[str] = set() if brought_up is None else brought_up
        self._next: dict[str, str] = {}
        self._said: OrderedDict[int, str] = OrderedDict()

    def beat(self, beat: Beat, *, teaches: bool = True) -> Iterator[str]:
        """The lines about a beat: what happened, and the lessons besides that are new.

        Without `teaches` no lesson, which `lessons` tells later.
        """
        who = self._named(beat.ref)
        match beat.head:
            case Deed(command=command, aim=aim):
                what = self._painted(f"you: {visible(command)}", "strong")
                yield f"{who} {what}" + (f": {visible(aim)}" if aim else "")
            case Stalled() as stalled:
                yield f"{who} {self._silence(stalled, known=beat.because is not None)}"
            case FoundInTrouble():
                what = self._painted("was in trouble before", "alarm")
                yield f"{who} {what}: {visible(_whole(beat))}{self._linked_page(beat.concept)}"
            case head:
                what = self._what(heading(head), beat.weight)
                more = f", {visible(beat.again)}" if beat.again else ""
                more += " (inferred)" if beat.inferred else ""
                sentence = beat.sentence
                if self._is_said(beat.number, sentence):
                    yield f"{who} {what}{more}: the same again."
                    return
                concept = beat.concept
                yield (
                    f"{who} {what}{more}: {visible(sentence)}{self._comes(beat.then, concept)}"
                    f"{self._linked_page(concept)}"
                )
        if teaches:
            yield from self.lessons(beat)

    def lessons(self, beat: Beat) -> Iterator[str]:
        """The lines about what a beat demonstrates besides, as far as it is new."""
        yield from self._lesson(self._named(beat.ref), beat.asides)

    def part(self, one: Explained | Stalled) -> Iterator[str]:
        """The lines about one transition, Event or silence, told for itself."""
        who = self._named(one.ref)
        if isinstance(one, Stalled):
            yield f"{who} {self._silence(one)}"
            return
        explanation = one.explanation
        more = " (inferred)" if one.inferred else ""
        if isinstance(one, ExplainedEvent) and one.event.times > 1:
            more = f", {one.event.times} times"
        what = self._what(f"{one.subject} {one.change}".strip(), explanation.weight)
        next_ = explanation.then if self._foretells else ""
        then = f" Next: {visible(next_)}" if next_ else ""
        yield (
            f"{who} {what}{more}: {visible(explanation.sentence)}{then}"
            f"{self._linked_page(explanation.concept)}"
        )
        yield from self._lesson(who, explanation.asides)

    def others(self, beat: Beat, number: int) -> str:
        """The line about that many more Pods to which the same happened, of which this is one."""
        what = self._painted(f"{number:,} more Pod{'s' if number > 1 else ''}", "strong")
        still = "have not moved: " if isinstance(beat.head, Stalled) else ""
        return f"{what} like {self._named(beat.ref)}: {still}{visible(beat.fact)}"

    def _comes(self, then: str, concept: Concept | None) -> str:
        """What comes next, if that is not what was said last of its lesson."""
        lesson = concept.id if concept is not None else ""
        before, self._next[lesson] = self._next.get(lesson, ""), then
        is_news = self._foretells and then and then != before
        return f" Next: {visible(then)}" if is_news else ""

    def _is_said(self, number: int, sentence: str) -> bool:
        """Whether that was said of a beat last; it is from now on."""
        before = self._said.pop(number, None)
        self._said[number] = sentence
        if len(self._said) > SAID_LIMIT:
            self._said.popitem(last=False)
        return before == sentence

    def _what(self, text: str, weight: Weight) -> str:
        return self._painted(visible(text), "alarm" if weight == Weight.TROUBLE else "strong")

    def _silence(self, one: Stalled, *, known: bool = False) -> str:
        """That it does not move, and why if that is not known; when it goes on, and what to do."""
        wait = one.wait
        ends = visible(wait.ends(one.now))
        until = f" {capitalized(ends)}." if ends else ""
        cure = f" To fix it: {visible(wait.cure)}" if wait.role == "cause" and wait.cure else ""
        still = self._painted(f"no change for {one.seconds:.0f} s", "alarm")
        if known and (until or cure):
            return f"{still}.{until}{cure}"
        return f"{still}: {visible(wait.sentence)}{until}{cure}"

    def _linked_page(self, concept: Concept | None) -> str:
        """The page of the documentation, the first time."""
        if concept is None or self._short or concept.id in self._linked:
            return ""
        self._linked.add(concept.id)
        return f" ({page(concept.docs)})"

    def _lesson(self, who: str, asides: tuple[Aside, ...]) -> Iterator[str]:
        """The lessons that were not brought up yet, each on a line of its own."""
        for aside in asides:
            if aside.key in self._brought_up:
                continue
            self._brought_up.add(aside.key)
            title, sentence = visible(aside.concept.title), visible(aside.sentence)
            yield f"{who} * {title}: {sentence} (podwatch explain {aside.concept.id})"

    def _named(self, ref: Ref) -> str:
        return visible(ref.title if self._short else ref.path)


def heading(one: Explained) -> str:
    """What a line begins with: of what, and the term that people search for.

    A condition that is met is its name alone; a container's state the reason that kubectl shows,
    where that says more than how it ended.
    """
    if isinstance(one, ExplainedEvent):
        return f"{one.subject} {one.change}".strip()
    return f"{one.subject} {_change(one)}".strip()


def _change(one: ExplainedTransition) -> str:
    after = one.transition.after
    match one.transition.facet:
        case Facet.EXISTENCE | Facet.DELETION | Facet.PHASE | Facet.OWNER:
            return one.change
        case _ if after is None:
            return one.change
        case Facet.CONDITION if after.value == "True":
            return ""
        case Facet.CONDITION:
            return f"{after.value} ({after.reason})" if after.reason else after.value
        case _ if after.value == "running" or after.reason in {"", "Error", "Completed"}:
            return after.value
        case _:
            return after.reason


def _whole(beat: Beat) -> str:
    """A present state: what is the matter, when it goes on, and what can be done."""
    ends = f" {capitalized(beat.then)}." if beat.then else ""
    cure = f" To fix it: {beat.cure}" if beat.cure else ""
    return f"{beat.sentence}{ends}{cure}"
