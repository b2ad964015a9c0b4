"""The tour in plain lines: for pipes, screen readers and terminals that can't be drawn on.

Responsible for telling each stop as text that stands on its own, and for asking on standard input
where a person is there to answer. Without one nothing is waited for: a question is printed, and its
outcome where it falls, so that the same course gives the same text. How the lines look is
`renderers.course_text`.
"""

import os
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from typing import Literal, TextIO

from rich.text import Text

from podwatch.app.feeds import ReplayFeed
from podwatch.app.run import run
from podwatch.app.tour.guide import Answered, AwaitedLive, Here, Recap
from podwatch.app.tour.material import Pictured, Played
from podwatch.app.tour.route import Jump, Move
from podwatch.core.beat import Beat
from podwatch.core.board import Update
from podwatch.core.concepts import catalog
from podwatch.core.learning import LONGEST, GivenAnswer
from podwatch.core.predictions import Predictions
from podwatch.core.question import Question
from podwatch.core.session import Session
from podwatch.core.stream import KeptItem, Posed
from podwatch.core.text import counted
from podwatch.core.timeline import Decided
from podwatch.course import Page, Picture, Play
from podwatch.renderers import StreamRenderer
from podwatch.renderers.appearance import width
from podwatch.renderers.course_text import WIDTH, CourseText
from podwatch.renderers.dashboard.layout import Layout
from podwatch.renderers.dashboard.theme import suited
from podwatch.renderers.dashboard.tour.sheets import ON_A_CLUSTER
from podwatch.renderers.pictures import in_words
from podwatch.renderers.pictures.box import WIDEST_BOX, box, document_box
from podwatch.renderers.pictures.layers import layers
from podwatch.renderers.pictures.manifest import manifest
from podwatch.renderers.pictures.phases import phases
from podwatch.renderers.questions import outcome_lines, question_lines
from podwatch.renderers.sanitize import visible
from podwatch.renderers.told import Teller

Passage = Literal["text", "question", "manifest", "picture", "play"]
"""What lines are: podwatch's own words, or what a manifest or a recording shows."""
Write = Callable[[Passage, Iterable[str]], None]
"""Takes what a passage is, and its lines."""


class Person:
    """Somebody who answers on standard input. At its end nobody is there any more."""

    def __init__(self, given: TextIO | None, out: TextIO) -> None:
        self._given = given
        self._out = out

    @property
    def is_there(self) -> bool:
        """Whether anybody can answer."""
        return self._given is not None

    def says(self, prompt: str) -> str | None:
        """What they typed, without blanks around it; None if nobody is there any more."""
        if self._given is None:
            return None
        self._out.write(prompt)
        self._out.flush()
        line = self._given.readline()
        if not line:
            self._out.write("\n")
            self._given = None
            return None
        return line.strip()


class LinesGuide:
    """Tells the tour in lines. `write` takes them, `person` answers, `answered` keeps answers."""

    def __init__(
        self, write: Write, person: Person, answered: Answered, pen: Layout, text: CourseText
    ) -> None:
        self._write = write
        self._person = person
        self._answered = answered
        self._pen = pen
        self._text = text
        self._answers: dict[str, GivenAnswer] = {}
        self._begun = False
        self._lessons = set[str]()
        self._untaught: list[Beat] = []
        self._teller = self._new_teller(foretells=True)

    def welcome_back(self, here: Here) -> Move | Jump:
        """Say where one was."""
        where = f"You were in chapter {here.chapter.number}, {here.chapter.title}."
        self._say("text", self._text.text(where))
        return Move.ON if self._person.is_there else Move.REPEAT

    def opening(self, here: Here) -> Move | Jump:
        """A chapter's title, how long it takes and what to watch for."""
        self._note(here)
        self._lessons.clear()
        self._say("text", self._text.opening(here.chapter, len(here.chapters)))
        return Move.ON

    def page(self, here: Here, page: Page, shown: Pictured) -> Move | Jump:
        """A page: its text, its pictures below it, errors that are often read."""
        self._note(here)
        text = self._text
        if page.title:
            self._say("text", text.heading(page.title, "-"))
        self._say("text", text.text(page.text))
        if shown.problem:
            self._say("text", text.text(shown.problem))
        for picture in page.pictures:
            self._picture(picture, page, shown)
        if page.commands:
            self._say("text", text.commands(page.commands))
        if page.links:
            self._say("text", text.links(page.links))
        if page.quotes:
            self._say("text", text.quotes(page.quotes))
        return self._next()

    def wait(self, here: Here, what: AwaitedLive) -> Move | Jump | None:
        """Wait for something on a cluster, and say what is done there."""
        self._note(here)
        self._say("text", self._text.text(ON_A_CLUSTER))
        told = ""
        while not what.is_over():
            if (now := what.told()) != told:
                told = now
                self._write("text", self._text.text(visible(told)))
            time.sleep(_LOOKS)
        return None

    def play(self, here: Here, play: Play, played: Played) -> Move | Jump:
        """The beats of a part of a recording, held at its end."""
        self._note(here)
        self._say("text", self._text.said("Now", play.see))
        if played.problem:
            self._say("text", self._text.text(played.problem))
        if not played.items:
            return self._next()
        self._teller = self._new_teller(foretells=not played.questions)
        session = Session(catalog(), predictions=Predictions(played.questions))
        lines = _PlayLines(self, len(played.before))
        items = chain(played.before, played.items)
        run(ReplayFeed(items), session, lines, takers=[lines.count])
        self.teach(session.store.t)
        store, there = session.store, [r.pod for r in session.pods.rows.values() if not r.gone]
        before = store.before_1_35
        held = f"{_seconds(store.t)} Here it is held."
        table = self._text.pods(there, before_1_35=before) if there else ["  No Pod is there."]
        self._say("play", [held, *table])
        return self._next()

    def ask(self, here: Here, question: Question) -> Move | Jump:
        """A question without a Pod, and its outcome."""
        self._note(here)
        self.question(question)
        self.outcome(question, question.right)
        return self._next()

    def ending(self, here: Here, recaps: Sequence[Recap]) -> Move | Jump:
        """A chapter's summary, and for who answered how many answers were right."""
        self._note(here)
        self._say("text", self._text.heading("In short", "-"))
        self._say("text", self._text.summary(here.chapter.summary))
        given = [(one.question, one.answer) for one in recaps if one.answer is not None]
        if given and self._person.is_there:
            right = sum(answer.last == question.right for question, answer in given)
            said = f"{right} of {counted(len(given), 'answer')} right."
            self._say("text", self._text.text(said))
        return self._next()

    def question(self, question: Question) -> None:
        """Ask it: of a person who is there, who may skip it, else on paper."""
        self._say("question", self._wrapped(question_lines(question)))
        choices = len(question.choices)
        while self._person.is_there:
            typed = self._person.says(f"Your answer, 1 to {choices} (Enter skips it): ")
            if not typed:
                break
            if not typed.isascii() or not typed.isdigit() or not 1 <= int(typed[:4]) <= choices:
                self._say("text", self._text.text(f"{visible(typed[:40])} is no choice."))
                continue
            reason = self._person.says(f"{question.reason} (Enter skips it) ") or ""
            answer = GivenAnswer(choice=int(typed) - 1, reason=reason[:LONGEST])
            self._answers[question.id] = answer
            self._answered(question, answer)
            break

    def outcome(self, question: Question, right: int, withdrawn: str = "") -> None:
        """What was right and why, and why each other choice is not."""
        lines = list(outcome_lines(question, right, withdrawn))
        answer = self._answers.pop(question.id, None)
        if answer is not None and right >= 0:
            how = "right" if answer.choice == right else "not right"
            lines.insert(0, f"You said {answer.choice + 1}: {how}.")
        self._say("question", self._wrapped(lines))

    def close(self) -> None:
        """Nothing was taken."""

    def happened(self, update: Update) -> None:
        """Say what one item brought."""
        told = [one.beat for one in update.beats if one.told]
        teaches = update.board().teaches
        said = [text for beat in told for text in self._teller.beat(beat, teaches=teaches)]
        if not teaches:
            self._untaught += told
        self._tell(update.t, said)

    def teach(self, t: float) -> None:
        """Say which lessons were kept back: their questions are decided."""
        self._tell(t, [text for beat in self._untaught for text in self._teller.lessons(beat)])
        self._untaught.clear()

    def _tell(self, t: float, said: Iterable[str]) -> None:
        lines = (
            one for text in said for one in self._text.hanging(f"{_seconds(t)} ", text, _FURTHER)
        )
        self._write("play", lines)

    def _new_teller(self, *, foretells: bool) -> Teller:
        """For a play: it says nothing "again", but brings a lesson up once in a chapter.

        What comes next is not said where that is asked.
        """
        return Teller(
            lambda text, _: text, short=True, foretells=foretells, brought_up=self._lessons
        )

    def _note(self, here: Here) -> None:
        if here.note:
            self._say("text", self._text.text(here.note))

    def _picture(self, picture: Picture, page: Page, shown: Pictured) -> None:
        """What is seen, in a sentence, then the picture."""
        columns, pen, still = self._text.width, self._pen, shown.still
        words, drawn = "", list[Text]()
        match picture:
            case "manifest" if shown.manifest:
                words = (
                    f"the manifest{'; the lines that matter are marked' if page.marked else ''}."
                )
                drawn = manifest(shown.manifest, columns, pen, page.marked)
            case "document box":
                words, drawn = in_words.DOCUMENT_BOX, document_box(columns, pen)
            case "box" if still is not None:
                pod = still.page.pod
                words, drawn = in_words.box(pod, pen), box(pod, min(columns, WIDEST_BOX), pen)
            case "phases":
                words = in_words.phases(shown.met, shown.now)
                drawn = phases(shown.met, shown.now, columns, pen)
            case "container pod deployment" if still is not None:
                words = in_words.layers(still.pods, still.owners)
                drawn = layers(still.pods, still.owners, columns, pen)
        if drawn:
            kind: Passage = "manifest" if picture == "manifest" else "picture"
            self._say("text", self._text.said("Picture", words))
            self._write(kind, [line.plain.rstrip() for line in drawn])

    def _wrapped(self, lines: Iterable[str]) -> Iterable[str]:
        for line in lines:
            blanks = len(line) - len(line.lstrip())
            yield from self._text.hanging(" " * blanks, line.lstrip(), blanks + 3)

    def _say(self, kind: Passage, lines: Iterable[str]) -> None:
        """A passage, after a blank line."""
        self._write(kind, chain([""] if self._begun else [], lines))
        self._begun = True

    def _next(self) -> Move:
        """Where a person goes from here; on, where nobody is there."""
        while self._person.is_there:
            typed = self._person.says(_GO_ON)
            if typed is None:
                break
            if (move := _MOVES.get(typed.lower())) is not None:
                return move
            self._say("text", self._text.text(f"{visible(typed[:40])} is no answer."))
        return Move.ON


_LOOKS = 0.25
"""Every so many seconds it is looked what is done on a cluster."""
_GO_ON = "\nEnter goes on (b back, r the chapter again, n the next one, q leaves): "
_MOVES = {
    "": Move.ON,
    "b": Move.BACK,
    "r": Move.REPEAT,
    "n": Move.NEXT_CHAPTER,
    "p": Move.PREVIOUS_CHAPTER,
    "q": Move.LEAVE,
}


def lines_guide(answered: Answered) -> LinesGuide:
    """On standard output; with somebody who answers if that and standard input are a terminal."""
    pen = Layout(suited(sys.stdout.encoding or "", os.environ), None)

    def write(_: Passage, lines: Iterable[str]) -> None:
        sys.stdout.writelines(f"{line}\n" for line in lines)
        sys.stdout.flush()

    is_there = sys.stdin.isatty() and sys.stdout.isatty()
    person = Person(sys.stdin if is_there else None, sys.stdout)
    columns = (
        min(width(), WIDTH) if sys.stdout.isatty() else WIDTH
    )  # a text for everybody: the same
    return LinesGuide(write, person, answered, pen, CourseText(pen, columns))


def _seconds(t: float) -> str:
    """When something was, in seconds of the recording."""
    return f"{f'{t:.1f} s':>7}"


_FURTHER = 9
"""Where a line goes on: below what stands behind the time."""


class _PlayLines(StreamRenderer):
    """What is told of a play: nothing of its first `before` items, the rest in lines."""

    def __init__(self, guide: LinesGuide, before: int) -> None:
        super().__init__(lambda: None)
        self._guide = guide
        self._before = before
        self._over = 0

    def count(self, _: KeptItem) -> None:
        """Another item comes."""
        self._over += 1

    def show(self, update: Update) -> None:
        """Say what one item brought."""
        if self._over <= self._before:
            return
        asked = [one.question for one in update.entries if isinstance(one, Posed)]
        decided = [one for one in update.entries if isinstance(one, Decided)]
        for question in asked:
            self._guide.question(question)
        self._guide.happened(update)
        for one in decided:
            self._guide.outcome(one.question, one.right, one.withdrawn)
        if decided and update.board().teaches:
            self._guide.teach(update.t)
