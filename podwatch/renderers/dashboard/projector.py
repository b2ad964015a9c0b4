"""The projector's picture: one Pod, one beat, large.

Responsible for what can be read from the back of a room: few words, as large as they fit. What a
beat and its Pod are in a word is `projected`'s to say, how letters are drawn `letters`'.
"""

import re
from collections.abc import Iterable

from rich.text import Text

from podwatch.core.beat import Beat
from podwatch.core.board import Board, Row
from podwatch.core.concepts import Weight
from podwatch.core.health import HEALTH_WORDS
from podwatch.core.text import capitalized, counted
from podwatch.renderers.dashboard.card_texts import CardTexts
from podwatch.renderers.dashboard.layout import Layout, Line, cells, wrapped
from podwatch.renderers.dashboard.letters import large, lettered, parted, spaced
from podwatch.renderers.dashboard.projected import (
    as_it_was,
    before,
    is_newest,
    place_of,
    word,
)
from podwatch.renderers.dashboard.view_state import titled

_STYLES = {Weight.TROUBLE: "alarm", Weight.IMPORTANT: "brand", Weight.NORMAL: "brand"}
_LABEL = 9
_Said = tuple[str, str, str]
"""A label, its text and the text's style."""


def projector(board: Board, beat: Beat | None, width: int, height: int, pen: Layout) -> list[Text]:
    """`height` lines of exactly `width` cells about the beat."""
    margin = max(width // 20, 2)
    inner = width - 2 * margin
    if beat is None:
        blocks = _nothing_yet(board, inner, height, pen)
    else:
        blocks = _about(board, beat, inner, height, pen)
    return [
        pen.line(width, [(" " * margin, ""), *parts]) for parts in _spread(list(blocks), height)
    ]


def projected_texts(texts: CardTexts, width: int, height: int, pen: Layout) -> list[Text]:
    """The same of what is read beside the beats: a lesson, its beginning and its end."""
    margin = max(width // 20, 2)
    inner = width - 2 * margin
    big: list[Line] = [
        [(row, "brand")] for row in large(pen.say(texts.fact), inner, height // 2, pen)
    ]
    said: list[_Said] = [("", pen.say(texts.sentence), "")]
    notes = [f"{capitalized(label)}: {text}" for label, text in texts.note]
    said += [("", pen.say(" ".join(notes)), "")] if notes else []  # half of a pair denies it
    said += [("", pen.say(command), "strong") for command in texts.tries]
    told = _told(said, inner, max(height - len(big) - len(said), 1), pen)
    return [
        pen.line(width, [(" " * margin, ""), *parts]) for parts in _spread([big, *told], height)
    ]


def _spread(blocks: list[list[Line]], height: int) -> list[Line]:
    """The blocks over the whole height, with the same room above, between and below them."""
    blocks = [block for block in blocks if block]
    free = height - sum(map(len, blocks))
    lines: list[Line] = []
    for number, block in enumerate(blocks):
        room = min(max(free, 0) // (len(blocks) + 1 - number), 3)
        lines += [*([[]] * room), *block]
        free -= room
    return [*lines, *([[]] * height)][:height]


def _about(board: Board, beat: Beat, width: int, height: int, pen: Layout) -> Iterable[list[Line]]:
    """The blocks, from the top to the bottom."""
    then = as_it_was(beat, board)
    term = word(beat, then)
    head = _head(board, beat, then, width, pen)
    line = _lifeline(then, width, pen, tall=height >= 26)
    arrow = _arrow(before(beat, term), width, pen) if height >= 26 else []
    texts = _texts(board, beat, term, pen)
    # A line of air around each block, where there is any.
    air = 1
    if height >= 20:
        air = len(texts) + (2 + bool(line) + bool(arrow) if height >= 26 else 1)
    left = height - len(head) - len(line) - len(arrow) - air
    least = min(sum(len(_plain(one, width, pen)) for one in texts[:2]), left // 2)
    room = min(max(left - least, 1), height // 2)
    tone = _STYLES.get(beat.weight, "strong")
    big: list[Line] = [[(row, tone)] for row in large(pen.say(term), width, room, pen)]
    told = _told(texts, width, max(left - len(big), 1), pen)
    top = [head, line] if height >= 20 else [head + line]
    return *top, arrow, big, *told


def _arrow(was: str, width: int, pen: Layout) -> list[Line]:
    """What it was, and that it became something else."""
    words = spaced(" ".join(parted(pen.say(was))), width - 6)
    return [[(f"{words}  {pen.own('━━━▶')}", "")]] if was else []


def _texts(board: Board, beat: Beat, term: str, pen: Layout) -> list[_Said]:
    """What is said of it, the most important first."""
    fact, sentence = pen.say(_after(term, beat.fact)), pen.say(capitalized(beat.sentence))
    said: list[_Said] = [("", sentence, "")]
    if fact and not sentence.startswith(fact):
        said.insert(0, ("", fact, "strong"))
    if beat.because is not None:
        said.append(("because", pen.say(beat.because.fact), ""))
    if not board.foretells:
        return said
    if due := _countdown(board, beat):
        said.append(("", pen.say(capitalized(due)), "brand"))
    elif beat.then:
        said.append(("next", pen.say(beat.then.removeprefix("next ")), ""))
    return said


def _after(term: str, fact: str) -> str:
    """The fact without the term that stands above it in large letters already."""
    said = re.match(r"\s*".join(map(re.escape, term.replace(" ", ""))), fact, re.IGNORECASE)
    rest = fact[said.end() :] if said is not None else fact
    if said is None or rest[:1].isalnum():
        return capitalized(fact)
    return rest.strip() if rest[:1] == " " else capitalized(rest.lstrip(":,; "))


def _countdown(board: Board, beat: Beat) -> str:
    """When what comes next is due, while nothing has come since."""
    row = board.row(beat.ref)
    wait = board.wait(row) if row is not None and is_newest(beat, board) else None
    return wait.ends(board.now) if wait is not None else ""


def _told(texts: list[_Said], width: int, height: int, pen: Layout) -> list[list[Line]]:
    """The texts, the first ones drawn in letters as far as the last ones still have room."""
    blocks = [_plain(one, width, pen) for one in texts]
    while len(blocks) > 1 and sum(map(len, blocks)) > height:
        del blocks[-1]
    if len(blocks) < 2 and len(texts) > 1 and (room := height - sum(map(len, blocks))) > 0:
        blocks.append([[(line, "")] for line in pen.fitting(texts[1][1], width, room)])
    free = height - sum(map(len, blocks))
    drawn = 0
    for largest in (1, 0):  # what is said most shortly is made greater once all of it is large
        for number, (label, text, style) in enumerate(texts[: len(blocks) if largest else 1]):
            whole = f"{capitalized(label)}: {text}" if label else text
            lines = lettered(whole, width, free + len(blocks[number]), pen, largest)
            if not lines:
                break
            free -= len(lines) - len(blocks[number])
            blocks[number] = [[(line, style)] for line in lines]
            drawn += 1
        if drawn < len(texts):
            break
    return [block[:height] for block in blocks]


def _plain(one: _Said, width: int, pen: Layout) -> list[Line]:
    label, text, style = one
    if not label:
        return [[(line, style)] for line in wrapped(text, width)]
    return pen.labelled(label, wrapped(text, width - _LABEL), _LABEL, style)


def _head(board: Board, beat: Beat, then: Row | None, width: int, pen: Layout) -> list[Line]:
    """Whose it is, how that Pod stood then, when, and which of its beats; nothing of it is cut."""
    right: Line = [(pen.time(beat.moment), "")]
    if place := place_of(beat, board):
        right.append((f"   {place}", "strong"))
    name: Line = [(pen.say(titled(board, beat.ref)), "strong")]
    if beat.subject:
        name.append((pen.own(f" · {pen.say(beat.subject)}"), ""))
    stood: Line = []
    if then is not None:
        status = pen.say(then.columns.status) if not then.gone else "deleted"
        stood = [(f"{pen.symbol(then.health)} {status}", then.health)]
    if cells([*name, *stood, *right]) + 6 <= width:
        return [pen.cut(name, width, [*stood, *([("   ", "")] * bool(stood)), *right])]
    room = width - cells(right) - 2
    if cells(name) > room:
        name = [(pen.fit_name(name[0][0], room).rstrip(), "strong")]
    lines = [pen.cut(name, width, right)]
    return [*lines, stood] if stood else lines


def _lifeline(then: Row | None, width: int, pen: Layout, *, tall: bool) -> list[Line]:
    """The states until then, the newest ones that have room: on a tall screen with words below."""
    states = [span.state for span in then.lifeline] if then is not None else []
    if len(states) < 2:
        return []
    dash = pen.own("━")
    if tall:
        step = max(min(width // len(states), 24), max(map(len, states)) + 2)
        shown = states[-max(width // step, 1) :]
        symbols: Line = [pen.sign(shown[0])]
        for state in shown[1:]:
            symbols += [(f" {dash * (step - 3)} ", "frame"), pen.sign(state)]
        words: Line = [("".join(state.ljust(step) for state in shown[:-1]), "")]
        return [symbols, [*words, (shown[-1], "strong")]]
    line: Line = []
    for state in reversed(states):
        join: Line = [(f" {dash * 2} ", "frame")] if line else []
        longer = [pen.sign(state), (f" {state}", "" if line else "strong"), *join, *line]
        if cells(longer) > width:
            break
        line = longer
    return [line]


def _nothing_yet(board: Board, width: int, height: int, pen: Layout) -> Iterable[list[Line]]:
    """How the Pods stand, and that the next beat comes here."""
    counts = board.counts
    title = counted(sum(counts.values()), "Pod") if board.synced else "podwatch"
    yield [[(line, "brand")] for line in large(title, width, height // 3, pen)]
    if not board.synced:
        yield [[("asking for the Pods", "")]]
        return
    yield [
        [(f"{pen.symbol(health)} {counts[health]} {said}", health)]
        for health, said in HEALTH_WORDS.items()
        if counts[health]
    ]
    text = "Nothing has changed yet. The next change is explained here."
    lines = lettered(text, width, height // 2, pen) or wrapped(text, width)
    yield [[(line, "")] for line in lines]
