"""A question for a class: large, with the hands that each choice has, counted twice.

Responsible for what can be read from the back of a room while a class votes, talks and votes again,
and for both votes as bars. What the keys do is `asking`'s.
"""

from collections.abc import Sequence

from rich.text import Text

from podwatch.renderers.dashboard.asking import Asking, AskingStage, Votes
from podwatch.renderers.dashboard.layout import Layout, Line, cells, wrapped
from podwatch.renderers.dashboard.letters import lettered

LETTERS = "ABCD"
"""What a class calls the choices: numbers are hands."""
_SAID = {
    AskingStage.CHOOSING: "How many hands has each? Type it, Enter. Or only Enter: nobody counts.",
    AskingStage.TALKING: "Now talk with your neighbour: who has the better reason?",
    AskingStage.AGAIN: "And now? Type how many hands each choice has, Enter.",
    AskingStage.VOTED: "Before and after talking. Enter: see what happens.",
    AskingStage.OUTCOME: "Enter: go on.",
}


IN_A_CLASS = frozenset({AskingStage.TALKING, AskingStage.AGAIN, AskingStage.VOTED})
"""The stages that only a class goes through: they are large, wherever one looks."""
_ROWS = 8
"""How many lines a choice in large letters has at most: two rows."""
_BAR = 24
"""How many cells the longest bar has at most."""


def voting(asking: Asking, width: int, height: int, pen: Layout) -> list[Text]:
    """`height` lines of exactly `width` cells."""
    margin = max(width // 20, 2)
    inner = max(width - 2 * margin, 10)
    said: list[Line] = [
        [(line, "label")] for line in wrapped(pen.own(_SAID.get(asking.stage, "")), inner)
    ]
    if asking.stage is AskingStage.OUTCOME:  # what is true, without the error: half of a pair
        point = wrapped(pen.say(asking.question.point), inner)
        said = [*([(line, "strong")] for line in point), *said]
    room = max(height - len(said), 1)
    prompt, style = asking.question.prompt, "strong"
    if asking.stage is AskingStage.OUTCOME:
        prompt, style = _outcome(asking), "ready"
    said_prompt = pen.say(prompt)
    top: list[Line] = [[(line, style)] for line in wrapped(said_prompt, inner)]
    choices = _choices(asking, inner, room - len(top) - 2, pen)
    for largest in (1, 0):  # large choices are worth more than a prompt that is larger still
        if drawn := lettered(said_prompt, inner, room - len(choices) - 2, pen, largest):
            top = [[(line, style)] for line in drawn]
    choices = _choices(asking, inner, room - len(top) - 2, pen, can_be_large=True)
    lines = _spread([top, choices, said], height)
    return [pen.line(width, [(" " * margin, ""), *one]) for one in lines]


def _outcome(asking: Asking) -> str:
    """What happened, in large letters."""
    if asking.right < 0:
        return asking.withdrawn
    return f"{LETTERS[asking.right]}: {asking.question.choices[asking.right].text}"


def _choices(
    asking: Asking, width: int, room: int, pen: Layout, *, can_be_large: bool = False
) -> list[Line]:
    """The choices with their hands, large where they have room; what is decided with why."""
    lines: list[Line] = []
    is_decided = asking.stage is AskingStage.OUTCOME
    for answers in (True, False) if is_decided else (False,):
        for large, gap in ((True, True), (False, True), (False, False)):
            if large and (is_decided or not can_be_large):
                continue
            blocks = [
                _choice(asking, number, width, pen, answers=answers, large=large)
                for number in range(len(asking.question.choices))
            ]
            lines = [line for block in blocks for line in ([[], *block] if gap else block)]
            lines = lines[1:] if gap else lines
            if len(lines) <= room and all(blocks):
                return lines
    return lines


def _choice(
    asking: Asking, number: int, width: int, pen: Layout, *, answers: bool, large: bool
) -> list[Line]:
    """One choice, its hands or bars, and why it is right or wrong; nothing if it can't be large."""
    choice = asking.question.choices[number]
    is_right = asking.stage is AskingStage.OUTCOME and number == asking.right
    mark = pen.symbol("ended") if is_right else " "
    style = "ready" if is_right else "strong"
    hands, counted = _hands(asking, number, pen), _is_counted(asking)
    beside = 0 if counted else cells(hands)
    label = f"{mark} " if large else f"{mark} {LETTERS[number]}  "
    room = max(width - len(label) - beside, 10)
    text = pen.say(choice.text)
    said: Sequence[str] = wrapped(text, room)
    if large:
        said = lettered(f"{LETTERS[number]}: {text}", room, _ROWS, pen, 1)
    lines: list[Line] = pen.labelled(label, said, len(label), style, style)
    if not lines:
        return []
    if hands and not counted:
        lines[0] = pen.cut(lines[0], width, hands)
    elif hands:
        lines.append([(" " * len(label), ""), *hands])
    if answers:
        indent = " " * len(label)
        lines += [[(indent + line, "")] for line in wrapped(pen.say(choice.answer), room)]
    return lines


def _is_counted(asking: Asking) -> bool:
    """Whether bars are shown: votes that are seen before the talk decide it."""
    counted = any((*asking.votes, *asking.again))
    return counted and asking.stage in {AskingStage.VOTED, AskingStage.OUTCOME}


def _hands(asking: Asking, number: int, pen: Layout) -> Line:
    """Where the hands are typed, or both votes as bars."""
    if _is_counted(asking):
        return [*_bar(asking, asking.votes, number, "before", pen), ("   ", "")] + (
            _bar(asking, asking.again, number, "after", pen) if any(asking.again) else []
        )
    if asking.stage not in {AskingStage.CHOOSING, AskingStage.AGAIN}:
        return []
    votes = asking.again if asking.stage is AskingStage.AGAIN else asking.votes
    typed = votes[number] if votes else ""
    here = asking.at == number
    cell = (f" {typed:>3} ", "selected" if here else "")
    arrow = pen.symbol("here") if here else " "
    return [(f"  {arrow} ", "brand"), cell, (" hands ", "label")]


def _bar(asking: Asking, votes: Votes, number: int, label: str, pen: Layout) -> Line:
    most = max((int(one) for one in (*asking.votes, *asking.again) if one), default=0)
    hands = int(votes[number] or 0) if votes else 0
    long = min(round(hands / most * min(most, _BAR)), _BAR) if most else 0
    bar = pen.symbol("bar") * long
    return [(f"{label} ", "label"), (bar, "brand"), (f" {hands}", "strong")]


def _spread(blocks: list[list[Line]], height: int) -> list[Line]:
    """The blocks with room between them, the last one at the bottom."""
    *above, last = blocks
    lines: list[Line] = []
    free = height - sum(map(len, blocks))
    for block in filter(None, above):
        gap = min(max(free // 4, 0), 2) if free > 0 else 0
        lines += [*([[]] * gap), *block]
    lines = lines[: max(height - len(last), 0)]
    lines += [[]] * (height - len(lines) - len(last))
    return [*lines, *last][:height]
