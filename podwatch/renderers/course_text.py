"""The course as plain text: how its texts, questions and Pods look in lines of a width.

Responsible for form only: what is told when is the tour's (`podwatch.app.tour`), pictures are
`renderers.pictures`, and what is said of an outcome `renderers.questions`.
"""

from collections.abc import Iterable, Iterator, Sequence

from podwatch.core.columns import Printed
from podwatch.core.kube import Pod
from podwatch.core.text import counted, page
from podwatch.course import Chapter, Link, Quote
from podwatch.renderers.dashboard.layout import Layout, wrapped

WIDTH = 80
"""Columns of the text, wherever it goes: longer lines are hard to read."""
_LEAST = 20


class CourseText:
    """Lines without their breaks, of at most `width` cells where their words allow it."""

    def __init__(self, pen: Layout, width: int = WIDTH) -> None:
        self._pen = pen
        self.width = max(width, _LEAST)

    def opening(self, chapter: Chapter, of: int) -> Iterator[str]:
        """A chapter's title, how long it takes, and what to watch for."""
        title = f"Chapter {chapter.number} of {of}: {chapter.title}"
        yield from self.heading(title)
        minutes = counted(max(round(chapter.minutes), 1), "minute")
        yield ""
        yield from self.said("Watch for", f"{chapter.watch_for} (About {minutes}.)")

    def heading(self, text: str, line: str = "=") -> Iterator[str]:
        """A title, underlined: it stands out without colour."""
        lines = wrapped(self._pen.own(text), self.width)
        yield from lines
        yield line * max(map(len, lines))

    def text(self, text: str) -> Iterator[str]:
        """Paragraphs, with a blank line between them."""
        for number, paragraph in enumerate(text.strip().split("\n\n")):
            if number:
                yield ""
            yield from wrapped(self._pen.own(" ".join(paragraph.split())), self.width)

    def said(self, label: str, text: str) -> Iterator[str]:
        """A text that begins with what it is."""
        yield from self.hanging(f"{label}: ", text, 2)

    def hanging(self, first: str, text: str, further: int) -> Iterator[str]:
        """A text after how its first line begins; the others are indented by `further` cells."""
        blanks = len(first) - len(first.lstrip())
        words = self._pen.own(f"{first}{text}").split()
        line = " " * blanks
        for word in words:
            if line.strip() and len(line) + 1 + len(word) > self.width:
                yield line
                line = " " * further
            line += f" {word}" if line.strip() else word
        yield line

    def quotes(self, quotes: Iterable[Quote]) -> Iterator[str]:
        """Errors that are often read, each with what is true."""
        for number, one in enumerate(quotes):
            if number:
                yield ""
            yield from self.said("Often read", f'"{one.often_read}"')
            yield from self.said("In fact", one.in_fact)

    def commands(self, commands: Iterable[str]) -> Iterator[str]:
        """To be typed: never broken, so that they can be copied."""
        yield from (f"    {self._pen.own(one)}" for one in commands)

    def links(self, links: Iterable[Link]) -> Iterator[str]:
        """Each on two lines: an address is never broken."""
        for one in links:
            yield from self.hanging("- ", one.text, 2)
            yield f"  {page(f'https://kubernetes.io{one.page}')}"

    def summary(self, sentences: Iterable[str]) -> Iterator[str]:
        """What to remember of a chapter."""
        for one in sentences:
            yield from self.hanging("- ", one, 2)

    def pods(self, pods: Sequence[Pod], *, before_1_35: bool = False) -> Iterator[str]:
        """What kubectl would print of them, and beside it the phase, which it does not print."""
        rows = [("NAME", "READY", "STATUS", "RESTARTS", "phase")]
        for pod in pods:
            shown = Printed(pod=pod, before_1_35=before_1_35).columns
            restarts = str(shown.restarts)
            status = self._pen.say(shown.status)
            name, phase = self._pen.say(pod.metadata.name), self._pen.say(pod.status.phase)
            rows.append((name, shown.ready_text, status, restarts, phase))
        widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
        for row in rows:
            cells = (text.ljust(wide) for text, wide in zip(row, widths, strict=True))
            yield f"  {'  '.join(cells)}".rstrip()
