"""The tour on the dashboard: sheets to read, recordings to watch, questions to answer.

Responsible for what a place of the tour is on the screen, and for which move a key makes. The
terminal stays taken from the first place to the last, so that nothing flickers between them.
"""

from collections.abc import Callable, Sequence

from rich.text import Text

from podwatch.app.feeds import Inbox, Keys, ReplayFeed, keys_of
from podwatch.app.run import EndOfStream, run
from podwatch.app.tour.guide import Answered, AwaitedLive, Here, Recap
from podwatch.app.tour.material import Pictured, Played
from podwatch.app.tour.route import Jump, Move
from podwatch.core.beat import Beat, Part
from podwatch.core.board import Board, Update
from podwatch.core.concepts import Catalog, catalog
from podwatch.core.history import History
from podwatch.core.predictions import Predictions, is_met
from podwatch.core.question import Moment, Question
from podwatch.core.session import Session
from podwatch.core.stream import StreamItem, Tick
from podwatch.core.timeline import Explained
from podwatch.course import Chapter, Page, Play
from podwatch.course import Picture as PictureName
from podwatch.renderers import TerminalSignal
from podwatch.renderers.dashboard.asking import Asker
from podwatch.renderers.dashboard.canvas import Canvas
from podwatch.renderers.dashboard.card_texts import CardTexts
from podwatch.renderers.dashboard.keys import Key, Mouse
from podwatch.renderers.dashboard.layout import Layout
from podwatch.renderers.dashboard.screen import Screen
from podwatch.renderers.dashboard.tour import sheets
from podwatch.renderers.dashboard.tour.beside import Picture
from podwatch.renderers.dashboard.tour.lead import Lead
from podwatch.renderers.dashboard.tour.look import Sheet, TourLook
from podwatch.renderers.dashboard.view_state import Scene, ViewState
from podwatch.renderers.pictures.box import DOCUMENT_BOX_WIDTH, WIDEST_BOX, box, document_box
from podwatch.renderers.pictures.layers import layers
from podwatch.renderers.pictures.manifest import manifest, manifest_width
from podwatch.renderers.pictures.phases import phases
from podwatch.renderers.playback import Player

_MOVES = {
    "enter": Move.ON,
    "left": Move.BACK,
    "]": Move.NEXT_CHAPTER,
    "[": Move.PREVIOUS_CHAPTER,
    "r": Move.REPEAT,
    "q": Move.LEAVE,
}


class ScreenGuide:
    """Shows the tour on a terminal. `answered` is given each answer."""

    def __init__(
        self, answered: Answered, inbox: Inbox | None = None, canvas: Canvas | None = None
    ) -> None:
        self._answered = answered
        self._inbox = inbox if inbox is not None else Inbox()
        self._canvas = canvas if canvas is not None else Canvas(self._inbox)

    def welcome_back(self, here: Here) -> Move | Jump:
        """Say where one was."""
        of = len(here.chapters)
        return self._sheet(here, sheets.welcome_back(here.chapter, of, here.at, here.note))

    def opening(self, here: Here) -> Move | Jump:
        """A chapter's title, how long it takes and what to watch for."""
        was_read = here.chapter.name in here.read
        of = len(here.chapters)
        sheet = sheets.opening(here.chapter, of, was_read=was_read, note=here.note)
        return self._sheet(here, sheet)

    def page(self, here: Here, page: Page, shown: Pictured) -> Move | Jump:
        """Something to read, with its pictures."""
        note = " ".join(filter(None, (here.note, shown.problem)))
        return self._sheet(here, sheets.reading(page, _pictures(page, shown), note))

    def wait(self, here: Here, what: AwaitedLive) -> Move | Jump | None:
        """Wait for something on a cluster; None once it is there."""
        while not what.is_over():
            lead = Lead(_look(here), waits=True)
            sheet = sheets.waiting(what.told)
            screen = Screen(canvas=self._canvas, lead=lead, look=_reading(sheet))
            run(_WaitingFeed(what.is_over, keys_of(self._inbox)), Session(Catalog(())), screen)
            if lead.chosen:
                move = self._decided(here, lead)
                if move is not None:
                    return move
        return None

    def play(self, here: Here, play: Play, played: Played) -> Move | Jump:
        """A part of a recording, with its questions; held at its end."""
        if not played.items:
            page = Page(title="A recording is missing", text=play.see)
            return self._sheet(here, sheets.reading(page, (), played.problem))
        while True:
            lead = self._performed(here, play, played)
            if (move := self._decided(here, lead)) is not None:
                return move

    def ask(self, here: Here, question: Question) -> Move | Jump:
        """A question without a Pod."""
        while True:
            asker, lead = Asker(answers=_Answers(self._answered)), Lead(_look(here))
            asker.ask(question)
            self._show(Screen(canvas=self._canvas, asker=asker, lead=lead, look=_reading(None)))
            if (move := self._decided(here, lead)) is not None:
                return move

    def ending(self, here: Here, recaps: Sequence[Recap]) -> Move | Jump:
        """A chapter's summary, and what was right."""
        following = here.chapters[here.chapter.number :][:1]
        answers = [_answered(one) for one in recaps]
        return self._sheet(here, sheets.ending(here.chapter, answers, next(iter(following), None)))

    def close(self) -> None:
        """Give the terminal back."""
        self._canvas.terminal.leave()

    # ── screens ──

    def _sheet(self, here: Here, sheet: Sheet) -> Move | Jump:
        """Show it until somebody has decided where to go."""
        while True:
            lead = Lead(_look(here))
            self._show(Screen(canvas=self._canvas, lead=lead, look=_reading(sheet)))
            if (move := self._decided(here, lead)) is not None:
                return move

    def _performed(self, here: Here, play: Play, played: Played) -> Lead:
        """Play it, and hold it at its end until somebody has decided."""
        predictions = Predictions(played.questions, later=played.later)
        session = Session(catalog(), predictions=predictions)
        for item in played.before:
            session.feed(item)
        history = History(session)
        length = played.items[-1].t - played.items[0].t
        player = Player(1.0, paced=True, length=length)
        keys = keys_of(self._inbox)
        feed = ReplayFeed(iter(played.items), player, keys, hold=True, rests=play.until is None)
        lead = Lead(_look(here, played.met), player, held_at=_beat_of(play.until))
        note = " ".join(filter(None, (here.note, played.problem)))
        screen = Screen(
            canvas=self._canvas,
            recorded=not played.live,
            history=history,
            playback=player,
            asker=Asker(player, _Answers(self._answered)),
            lead=lead,
            before=_before(play.see, note, live=played.live),
        )
        screen.show(Update(t=session.store.t, board=session.freeze))
        run(feed, session, screen, takers=(history.keep,))
        return lead

    def _show(self, screen: Screen) -> None:
        """Show a screen behind which nothing happens."""
        feed = ReplayFeed(iter(()), keys=keys_of(self._inbox), hold=True)
        run(feed, Session(Catalog(())), screen)

    def _decided(self, here: Here, lead: Lead) -> Move | Jump | None:
        """The move that was decided; None to stay, after a look at the list of chapters."""
        if lead.chosen != "c":
            return _MOVES.get(lead.chosen, Move.LEAVE)
        index = list(here.chapters).index(here.chapter)
        choice = Lead(_look(here), picks=len(here.chapters), picked=index)

        def sheet(width: int, pen: Layout) -> Sequence[Text]:
            listed = sheets.contents(here.chapters, index, choice.picked, here.read)
            return listed(width, pen)

        self._show(Screen(canvas=self._canvas, lead=choice, look=_reading(sheet)))
        if choice.chosen == "enter":
            return Jump(choice.picked)
        return Move.LEAVE if choice.chosen == "q" else None


class _Answers:
    """Passes answers on. That they can't be kept is said by the tour."""

    def __init__(self, answered: Answered) -> None:
        self.problem = ""
        self.keep = answered


def _beat_of(moment: Moment | None) -> Callable[[Board], Beat | None] | None:
    """Finds the beat at which a recording is held."""
    if moment is None:
        return None

    def found(board: Board) -> Beat | None:
        beats = (one.lead for one in reversed(board.story))
        return next(
            (one for one in beats if any(_is_met(moment, part) for part in one.parts)), None
        )

    return found


def _is_met(moment: Moment, part: Part) -> bool:
    return isinstance(part, Explained) and is_met(moment, part)


def _reading(sheet: Sheet | None) -> ViewState:
    return ViewState(scene=Scene.SHEET, home=Scene.SHEET, sheet=sheet)


def _look(here: Here, met: frozenset[str] | None = None) -> TourLook:
    """Where one is; with the phases that were `met`, where a recording is played."""
    chapter = here.chapter
    return TourLook(
        number=chapter.number,
        chapters=len(here.chapters),
        title=chapter.title,
        scene=min(here.at, len(chapter.scenes)),
        scenes=len(chapter.scenes),
        strip=(met, frozenset()) if met is not None and _is_about_phases(chapter) else None,
    )


def _is_about_phases(chapter: Chapter) -> bool:
    pages = (one for one in chapter.scenes if isinstance(one, Page))
    return any("phases" in page.pictures for page in pages)


def _before(see: str, note: str, *, live: bool) -> CardTexts:
    """What is read before a recording plays, or what was seen live."""
    pair = (("note", note),) if note else ()
    fact = "Now watch: this is your cluster" if live else "Now watch"
    return CardTexts(symbol="", style="brand", fact=fact, sentence=see, whole=True, note=pair)


class _WaitingFeed(ReplayFeed):
    """Keys, until something is over."""

    def __init__(self, is_over: Callable[[], bool], keys: Keys) -> None:
        super().__init__(iter(()), keys=keys, hold=True, rests=False)
        self._is_over = is_over

    def get(self, wait: float | None) -> Key | Mouse | TerminalSignal | StreamItem | None:
        """See Feed."""
        if self._is_over():
            raise EndOfStream
        return self._keys(_LOOKS if wait is None else min(wait, _LOOKS)) or Tick(t=0.0)


_LOOKS = 0.5
"""Every so many seconds it is looked whether it is over."""


def _answered(one: Recap) -> sheets.AnswerTold:
    choices, right = one.question.choices, one.question.right
    choice = one.answer.last if one.answer is not None else -1
    chosen = choices[choice].text if 0 <= choice < len(choices) else ""
    return sheets.AnswerTold(
        prompt=one.question.prompt,
        chosen=chosen,
        right=choices[right].text if right >= 0 else "",
        is_right=bool(chosen) and choice == right,
    )


def _pictures(page: Page, shown: Pictured) -> list[Picture]:
    """What stands beside a page's text, as far as there is something to draw."""
    return [made for one in page.pictures if (made := _picture(one, page, shown)) is not None]


def _picture(name: PictureName, page: Page, shown: Pictured) -> Picture | None:
    still, yaml = shown.still, shown.manifest
    match name:
        case "manifest" if yaml:
            wide = manifest_width(yaml)
            return Picture(
                lambda width, pen: manifest(yaml, width, pen, page.marked),
                least=min(wide, 34),
                most=min(wide, 84),
                caption="manifest.yaml",
            )
        case "box" if still is not None:
            return Picture(
                lambda width, pen: box(still.page.pod, width, pen),
                least=40,
                most=WIDEST_BOX,
                caption="the real Pod",
            )
        case "document box":
            room = DOCUMENT_BOX_WIDTH
            return Picture(document_box, least=room, most=room, caption="as many texts draw it")
        case "phases":
            met, now = shown.met, shown.now
            return Picture(lambda width, pen: phases(met, now, width, pen), least=49, most=66)
        case "container pod deployment" if still is not None:
            pods, owners = still.pods, still.owners
            return Picture(lambda width, pen: layers(pods, owners, width, pen), least=48, most=84)
    return None
