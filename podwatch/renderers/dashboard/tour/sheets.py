"""Sheets: what is read between two plays, as lines of an exact width.

Responsible for the look of a chapter's opening, its pages, its ending, and of the list of chapters.
A sheet is as long as it has to be; the screen scrolls it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from rich.text import Text

from podwatch.core.text import counted, page
from podwatch.course import Ask, Chapter, Page, Play
from podwatch.renderers.dashboard.layout import Layout, Line, joined, wrapped
from podwatch.renderers.dashboard.tour.beside import Picture, arranged
from podwatch.renderers.dashboard.tour.look import Sheet

_MARGIN = 2
_WIDEST = 78
"""Longer lines are hard to read."""
_PAIR = 12


@dataclass(frozen=True, slots=True)
class AnswerTold:
    """A question of a chapter: what was chosen, and what was right; empty where nothing was."""

    prompt: str
    chosen: str
    right: str
    is_right: bool


def length(chapter: Chapter) -> str:
    """`about 4 minutes`."""
    return f"about {counted(max(round(chapter.minutes), 1), 'minute')}"


def opening(chapter: Chapter, of: int, *, was_read: bool, note: str = "") -> Sheet:
    """A chapter's title, number and length, and what to watch for."""

    def sheet(width: int, pen: Layout) -> list[Line]:
        read: Line = [(pen.own("   ✔ read before"), "dim")] if was_read else []
        lines: list[Line] = [
            [
                (f"Chapter {chapter.number} of {of}", "label"),
                (f"   {length(chapter)}", "dim"),
                *read,
            ],
            [],
            *_styled(chapter.title, width, pen, "brand"),
            [],
            *_labelled("watch for", chapter.watch_for, width, pen),
            [],
            *_styled(_contents(chapter), width, pen, "dim"),
        ]
        if note:
            lines = [*_styled(note, width, pen, "alarm"), [], *lines]
        return lines

    return _plain(sheet)


def _contents(chapter: Chapter) -> str:
    plays = sum(isinstance(one, Play) for one in chapter.scenes)
    asked = sum(
        len(one.ask) if isinstance(one, Play) else isinstance(one, Ask) for one in chapter.scenes
    )
    parts = [counted(sum(isinstance(one, Page) for one in chapter.scenes), "page")]
    parts += [counted(plays, "recording")] if plays else []
    parts += [counted(asked, "question")] if asked else []
    return " · ".join(parts)


def reading(one: Page, pictures: Sequence[Picture], problem: str = "") -> Sheet:
    """A page: its text, the pictures beside it or below, and what is often read."""

    def sheet(width: int, pen: Layout) -> list[Text]:
        inner = max(width - 2 * _MARGIN, 10)
        head = [*_styled(one.title, inner, pen, "brand"), []] if one.title else []
        if problem:
            head = [*_styled(problem, min(inner, _WIDEST), pen, "alarm"), [], *head]
        body = arranged(lambda room: _paragraphs(one.text, room, pen), pictures, inner, pen)
        tail = list(_tail(one, min(inner, _WIDEST), pen))
        made = [pen.line(inner, parts) for parts in head] + body
        made += [pen.line(inner, parts) for parts in tail]
        return _with_margin(made)

    return sheet


def _tail(one: Page, width: int, pen: Layout) -> Iterable[Line]:
    for quote in one.quotes:
        yield []
        yield from _labelled("often read", f'"{quote.often_read}"', width, pen)
        yield from _labelled("in fact", quote.in_fact, width, pen, "strong")
    if one.commands:
        yield []
    for command in one.commands:
        yield from pen.labelled("", wrapped(pen.own(command), max(width - 2, 8)), 2, "command")
    if one.links:
        yield []
    for link in one.links:
        yield from _styled(link.text, width, pen)
        whole = f"https://kubernetes.io{link.page}"
        yield from pen.labelled("", wrapped(page(whole), max(width - 2, 8)), 2, whole)


def ending(chapter: Chapter, answers: Sequence[AnswerTold], following: Chapter | None) -> Sheet:
    """A chapter's summary, what was right, and what comes next."""

    def sheet(width: int, pen: Layout) -> list[Line]:
        lines = [*_styled(f"In short: {chapter.title}", width, pen, "brand"), []]
        for one in chapter.summary:
            lines += _listed(pen.symbol("dot"), one, width, pen)
        if answers:
            lines += [[], [("What was asked", "label")]]
        for answer in answers:
            lines += [[], *_answer(answer, width, pen)]
        lines.append([])
        if following is None:
            lines += _styled(_OVER, width, pen, "strong")
        else:
            title = f"{following.number}  {following.title}, {length(following)}"
            lines += _labelled("next", title, width, pen)
        return lines

    return _plain(sheet)


_OVER = "That was the whole tour. podwatch exercise list has workloads to mend, on a cluster."


def _answer(one: AnswerTold, width: int, pen: Layout) -> list[Line]:
    sign = "ended" if one.is_right else "dot"
    lines = _listed(pen.symbol(sign), one.prompt, width, pen)
    said = one.right
    if not one.chosen:
        said = f"{one.right}  (you skipped it)" if one.right else "(you skipped it)"
    elif not one.is_right:
        said = f"{one.right}  (you said: {one.chosen})"
    lines += [[("  ", ""), *parts] for parts in _styled(said, width - 2, pen, "strong")]
    return lines


def welcome_back(chapter: Chapter, of: int, at: int, note: str = "") -> Sheet:
    """Where one was, and what can be done."""

    def sheet(width: int, pen: Layout) -> list[Line]:
        where = f"You were in chapter {chapter.number} of {of}: {chapter.title}"
        if 0 < at <= len(chapter.scenes):
            where += f", {at} of {len(chapter.scenes)}"
        lines = [*_styled(f"{where}.", width, pen, "brand"), []]
        for key, does in (
            ("Enter", "goes on there"),
            ("r", "begins this chapter again"),
            ("c", "shows all chapters"),
        ):
            lines.append([(f"{key:7}", "key"), (does, "")])
        if note:
            lines = [*_styled(note, width, pen, "alarm"), [], *lines]
        return lines

    return _plain(sheet)


def waiting(told: Callable[[], str]) -> Sheet:
    """That something happens on the cluster, and what is done beside it."""

    def sheet(width: int, pen: Layout) -> list[Line]:
        return [*_styled(ON_A_CLUSTER, width, pen, "brand"), [], *_styled(told(), width, pen)]

    return _plain(sheet)


def contents(chapters: Sequence[Chapter], here: int, picked: int, read: frozenset[str]) -> Sheet:
    """The list of all chapters: which were read, where one is, and which is picked."""

    def sheet(width: int, pen: Layout) -> list[Line]:
        lines: list[Line] = [[("The chapters", "brand")], []]
        for index, one in enumerate(chapters):
            mark = pen.symbol("here") if index == here else " "
            sign = pen.symbol("ended") if one.name in read else " "
            right: Line = [(f"{one.minutes:g} min ", "dim")]
            row: Line = [(f"{mark} {one.number:2}  {sign} ", "label"), (pen.own(one.title), "")]
            cut = pen.cut(row, width, right)
            bar = [(text, f"bar {style}".rstrip()) for text, style in cut]
            lines.append(bar if index == picked else cut)
        return lines

    return _plain(sheet)


ON_A_CLUSTER = "It happens on your cluster now. As soon as it is there, it is played."
CONTENTS_HEAD = 2
"""So many lines stand above the first chapter of the list."""


# ── lines ──


def _plain(draw: Callable[[int, Layout], list[Line]]) -> Sheet:
    """A sheet of lines of text alone, not wider than can be read."""

    def sheet(width: int, pen: Layout) -> list[Text]:
        inner = max(width - 2 * _MARGIN, 10)
        room = min(inner, _WIDEST)
        return _with_margin([pen.line(inner, parts) for parts in draw(room, pen)])

    return sheet


def _with_margin(lines: Iterable[Text]) -> list[Text]:
    margin = " " * _MARGIN
    return [joined(margin, line, margin) for line in lines]


def _paragraphs(text: str, width: int, pen: Layout) -> list[Line]:
    lines: list[Line] = []
    for number, paragraph in enumerate(text.strip().split("\n\n")):
        lines += [[]] if number else []
        lines += _styled(" ".join(paragraph.split()), min(width, _WIDEST), pen)
    return lines


def _styled(text: str, width: int, pen: Layout, style: str = "") -> list[Line]:
    return [[(line, style)] for line in wrapped(pen.say(text), max(width, 8))]


def _labelled(label: str, text: str, width: int, pen: Layout, style: str = "") -> list[Line]:
    return pen.labelled(label, wrapped(pen.say(text), max(width - _PAIR, 8)), _PAIR, style)


def _listed(mark: str, text: str, width: int, pen: Layout) -> list[Line]:
    return pen.labelled(f"{mark} ", wrapped(pen.say(text), max(width - 2, 8)), 2)
