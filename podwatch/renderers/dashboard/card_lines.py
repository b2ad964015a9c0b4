"""A card's lines.

Responsible for which of a card's texts are shown where there is not room for all.
"""

from collections.abc import Sequence

from rich.cells import cell_len

from podwatch.renderers.dashboard.card_texts import CardTexts
from podwatch.renderers.dashboard.layout import Layout, Line, sentences_that_fit, wrapped

_LABEL = 8
_PAIR = 11
"""How wide the labels of a note are: `often read`."""
_WHY = 6
"""In how many lines at most it is said how it comes to that: `e` has all of it."""
_TALL = 12
"""From how many lines on a card says more than one thing at length."""


def card_lines(texts: CardTexts, width: int, height: int, pen: Layout) -> list[Line]:
    """At most `height` lines. What matters most gets its lines first, whatever its place is."""
    head = _head(texts, width, height, pen)
    left = height - len(head)
    tall = height >= _TALL

    def take(
        text: str,
        limit: int,
        used: int = _LABEL,
        *,
        command: bool = False,
        whole: bool = False,
    ) -> Sequence[str]:
        nonlocal left
        allowed = max(min(limit, left), 0)
        if not text or not allowed:
            return ()
        said, room = pen.say(text), max(width - used, 10)
        if whole:
            lines: Sequence[str] = sentences_that_fit(said, room, allowed)
        else:
            lines = wrapped(said, room) if command else pen.fitting(said, room, allowed)
        if len(lines) > allowed:
            return ()  # half a command is worse than none
        left -= len(lines)
        return lines

    now = take(texts.now, 1)
    because = take(texts.because, 1)
    sentence = take(texts.sentence, left if texts.whole else 4 if height > 8 else 3, 0)
    cure = take(texts.cure, 3 if tall else 2)
    then = take(texts.then, 2)
    beats = _beats(texts, width, max(min(left, 5 if tall else 3), 0), pen)
    left -= len(beats)
    pods = take(texts.pods, 2)
    who = take(texts.who, 2 if tall else 1)
    tries: list[str] = []
    for command in texts.tries[: 3 if tall else 1]:
        tries += take(command, 2, command=True)
    also = take(texts.also, 3 if tall else 2)
    note: list[Line] = []
    if texts.note:
        limit = 3 if tall else 2
        pair = [(label, take(text, limit, _PAIR, whole=True)) for label, text in texts.note]
        if all(lines for _, lines in pair):  # half of it says the contrary
            for label, lines in pair:
                note += pen.labelled(label, lines, _PAIR)
        else:
            left += sum(len(lines) for _, lines in pair)
    blanks = min(max(left, 0), 4 if tall else 2)
    left -= blanks
    why = sentences_that_fit(pen.say(texts.why), max(width - _LABEL, 10), min(left, _WHY))
    # The blank line above the details is worth more than the one below the title.
    body = [*head, *([[]] if blanks >= 2 else [])]
    body += pen.labelled("because", because, _LABEL)
    body += [[(line, "")] for line in sentence]
    details: list[Line] = []
    for label, lines, style in (
        ("now", now, ""),
        ("fix", cure, ""),
        ("next", then, ""),
        ("who", who, ""),
        ("why", why, ""),
        ("try", tries, "command"),
        ("also", also, ""),
        ("Pods", pods, ""),
    ):
        details += pen.labelled(label, lines, _LABEL, style)
    body += [*([[]] if blanks and details else []), *details]
    body += [*([[]] if blanks >= 3 and note else []), *note]
    return [*body, *([[]] if blanks >= 4 and beats else []), *beats]


def _head(texts: CardTexts, width: int, height: int, pen: Layout) -> list[Line]:
    """The news, the lesson's title at the right or below, and what follows from it."""
    symbol = f"{pen.symbol(texts.symbol)} " if texts.symbol else ""
    margin = " " * cell_len(symbol)
    room = max(width - len(margin), 10)
    news = pen.fitting(pen.say(texts.fact), room, 2 if height >= 4 else 1) or ("",)
    head: list[Line] = [
        [(margin if number else symbol, texts.style), (line, texts.style)]
        for number, line in enumerate(news)
    ]
    title = pen.say(texts.title) if texts.title.lower() != texts.fact.lower() else ""
    free = width - cell_len(margin) - cell_len(news[-1]) - cell_len(title)
    if title and free >= 3:
        head[-1] += [(" " * free, ""), (title, "label")]
    elif title and height >= 7:
        head.append([(margin, ""), (pen.fit(title, min(cell_len(title), room)), "label")])
    for fact in texts.follows[:2] if height >= 5 else ():
        line = pen.own(f"→ {pen.say(fact)}")
        head.append([(margin, ""), (pen.fit(line, min(cell_len(line), room)), "")])
    return head


def _beats(texts: CardTexts, width: int, limit: int, pen: Layout) -> list[Line]:
    """The newest beats of a Pod, the last one first."""
    lines: list[Line] = []
    for number, beat in enumerate(texts.beats[:limit]):
        label: Line = [(("" if number else "before").ljust(_LABEL), "label")]
        time = f"{pen.time(beat.moment)}  "
        room = max(width - _LABEL - len(time), 1)
        fact = pen.say(beat.fact)
        lines.append([*label, (time, "label"), (pen.fit(fact, min(cell_len(fact), room)), "")])
    return lines
