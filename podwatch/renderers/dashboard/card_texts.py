"""What a card says: a beat, or the diagnosis of one Pod, as texts by what they are for.

Responsible for which texts there are. Which of them there is room for is `card_lines`'.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from podwatch.core.beat import Beat
from podwatch.core.board import Board
from podwatch.core.cards import Card
from podwatch.core.concepts import Weight
from podwatch.core.concepts.explanation import Aside
from podwatch.core.finding import Diagnosis, Finding
from podwatch.core.health import Health
from podwatch.core.kubelet import next_start
from podwatch.core.states import CONTAINER_FACETS, Facet
from podwatch.core.stream import Ref
from podwatch.core.text import capitalized, one_line
from podwatch.core.timeline import ExplainedTransition

_NAMED = 4
"""How many of several Pods are named."""
_NEWEST = 5
"""How many of a Pod's newest beats stand below its diagnosis."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CardTexts:
    """The texts of a card; what there is nothing to say of is empty.

    `symbol` and `style` are those of its head. `follows` is told below the head, `beats` below
    everything else. `whole`: the sentence gets as many lines as it needs. `note` are labels with
    texts. `now` is what has become of the Pod since: then nothing comes next.
    """

    symbol: str
    style: str
    fact: str
    title: str = ""
    follows: tuple[str, ...] = ()
    because: str = ""
    sentence: str = ""
    whole: bool = False
    cure: str = ""
    now: str = ""
    then: str = ""
    who: str = ""
    why: str = ""
    tries: tuple[str, ...] = ()
    note: tuple[tuple[str, str], ...] = ()
    also: str = ""
    pods: str = ""
    beats: tuple[Beat, ...] = ()


def of_card(card: Card, board: Board) -> CardTexts:
    """What is said of a beat, and of how many Pods."""
    if card.aside is not None:
        return _of_aside(card, card.aside)
    beat, finding = card.beat, card.beat.finding
    trouble = beat.weight == Weight.TROUBLE
    concept = beat.concept
    title = concept.title if concept is not None else "Not known to podwatch"
    if beat.explanation is None and concept is None:
        title = ""
    aside = next(iter(beat.asides), None)
    also = board.teaches and not card.apart
    general = one_line(concept.explanation) if concept is not None else ""
    now = _now(card, board)
    pair = finding.pair if finding is not None else concept.pair if concept is not None else ()
    return CardTexts(
        symbol="trouble" if trouble else "",
        style="alarm" if trouble else "strong",
        fact=capitalized(card.fact),
        title=f"{title}, inferred" if beat.inferred else title,
        follows=tuple(one.fact for one in card.follows),
        because=beat.because.fact if beat.because is not None else "",
        sentence=_sentence(card),
        cure=beat.cure,
        now=now,
        then="" if now else _then(beat, board),
        who=beat.who,
        why=finding.why if finding is not None else general,
        tries=beat.tries,
        note=pair if board.teaches else (),
        also=f"{aside.concept.title}: {aside.sentence}" if aside and also else "",
        pods=_names(card.refs) if card.pods > 1 else "",
    )


def _of_aside(card: Card, aside: Aside) -> CardTexts:
    """What a beat demonstrates besides, without the error that its own card has quoted."""
    pair, concept = aside.concept.pair, card.beat.concept
    quoted = concept.pair[:1] if concept is not None else ()
    return CardTexts(
        symbol="",
        style="strong",
        fact=aside.concept.title,
        sentence=capitalized(aside.sentence),
        why=one_line(aside.concept.explanation),
        note=() if quoted and pair[:1] == quoted else pair,
    )


def of_diagnosis(known: Diagnosis, health: Health, beats: Iterable[Beat]) -> CardTexts:
    """What is the matter with a Pod, as `podwatch explain pod/NAME` says it, and what was last."""
    first, others = known.first, known.findings[1:]
    told = [one for one in beats if one.matters]
    lesson = first.concept_title
    return CardTexts(
        symbol=health,
        style="alarm" if first.role == "cause" else "strong",
        fact=capitalized(first.fact),
        title=lesson,
        follows=tuple(one.fact for one in others if one.role == "follows"),
        sentence=first.sentence,
        cure=first.cure,
        then=_ends(first, known.now),
        who=first.who,
        why=first.why,
        tries=first.tries,
        note=first.pair,
        also=" ".join(_besides(others)),
        beats=tuple(reversed(told[-_NEWEST:])),
    )


def _besides(others: Iterable[Finding]) -> list[str]:
    return [one.sentence for one in others if one.role != "follows"]


def _sentence(card: Card) -> str:
    """The sentence; of several Pods it is about one of them."""
    sentence = card.beat.sentence
    if card.pods > 1 and card.beat.ref.name in sentence:
        return f"For example: {sentence}"
    return capitalized(sentence)


def _names(refs: tuple[Ref, ...]) -> str:
    """`web-1, web-2 and 28 more`."""
    names = [ref.name for ref in refs[:_NAMED]]
    more = len(refs) - len(names)
    return ", ".join(names) + (f" and {more:,} more" if more else "")


def _now(card: Card, board: Board) -> str:
    """The newest of its Pod, where that has moved on while the card is read."""
    beats = (beat for beat in reversed(board.beats_of(card.newest.ref)) if beat.matters)
    newest = next(beats, None)
    if newest is None or newest.number == card.newest.number or newest.t < card.newest.t:
        return ""
    return newest.fact


def _then(beat: Beat, board: Board) -> str:
    """What comes next, with a countdown where its time is known."""
    head = beat.head
    if not board.foretells:
        return ""
    if isinstance(head, ExplainedTransition) and beat.then:
        return _when(head, board) + beat.then
    row = board.row(beat.ref)
    if beat.explanation is not None and (beat.then or beat.weight != Weight.TROUBLE):
        return beat.then
    if row is None:
        return ""
    wait = board.wait(row)  # what it waits for now, as its row says it, too
    return _ends(wait, board.now) if wait is not None else ""


def _ends(wait: Finding, now: datetime | None) -> str:
    """The countdown, after the label `next`."""
    return wait.ends(now).removeprefix("next ")


_SHOWN_AHEAD = 3600
"""What is due later is no countdown."""


def _when(head: ExplainedTransition, board: Board) -> str:
    """When what comes next is due, where that is known; counted down.

    A deletion's grace period is a limit, a back-off is about what the kubelet waits.
    """
    transition, row = head.transition, board.row(head.ref)
    if row is None or row.gone or board.now is None:
        return ""
    due, said = None, "in about {} s: "
    if transition.facet is Facet.DELETION:
        due, said = row.pod.metadata.deletion_timestamp, "{} s left: "
    elif transition.facet in CONTAINER_FACETS:
        status, then = (pod.status_of(transition.subject) for pod in (row.pod, head.pod))
        due = next_start(row.pod, status) if status is not None and status == then else None
    left = math.ceil((due - board.now).total_seconds()) if due is not None else 0
    return said.format(left) if 0 < left < _SHOWN_AHEAD else ""
