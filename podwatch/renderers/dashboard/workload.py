"""A workload explained on a page: itself, then its Pods, those with one cause together.

Responsible for the order and the layout; what is said is `podwatch.core.workload`'s, a Pod's part
`explained`'s.
"""

from collections.abc import Iterator

from rich.text import Text

from podwatch.core.folding import Group
from podwatch.core.held import Note
from podwatch.core.pod_page import PodPage
from podwatch.core.text import counted
from podwatch.core.workload import WorkloadPage
from podwatch.renderers.dashboard.explained import page, paragraph
from podwatch.renderers.dashboard.layout import Layout

_NAMES = 6
"""The most Pods that are named."""


def workload(one: WorkloadPage, width: int, pen: Layout) -> list[Text]:
    """The page in lines of `width` cells; commands stay whole, so that they can be copied."""
    return list(_lines(one, width, pen))


def _lines(one: WorkloadPage, width: int, pen: Layout) -> Iterator[Text]:
    family = one.family
    place = pen.own(" · ").join((pen.say(family.namespace), pen.say(one.counts)))
    yield pen.line(width, [(f" {family.kind} {pen.say(family.name)}  ", "brand"), (place, "")])
    if one.note:
        yield from paragraph(one.note, 1, width, pen, style="alarm")
    yield pen.blank(width)
    for note in one.notes:
        yield from _note(note, width, pen)
    for group in one.groups:
        yield from _group(group, width, pen)
    if one.well:
        yield from paragraph(f"{_named(one.well)}: nothing wrong", 1, width, pen)


def _note(note: Note, width: int, pen: Layout) -> Iterator[Text]:
    yield from paragraph(f"{pen.symbol('trouble')} {note.standing_alone}", 1, width, pen)
    for label, text in (("fix", note.cure), ("who", note.who)):
        if text:
            yield from paragraph(text, 3, width, pen, label=label)
    if note.command:
        yield pen.text([("   try    ", "label"), (pen.say(note.command), "command")])
    yield pen.blank(width)


def _group(group: Group[PodPage], width: int, pen: Layout) -> Iterator[Text]:
    """What is the matter with the first of them; the others are only named."""
    if len(group.members) > 1:
        heading = f"{_named(group.members)}, all of them: {group.fact}"
        yield from paragraph(heading, 1, width, pen, style="strong")
        yield pen.blank(width)
    yield from page(group.members[0], width, pen)
    yield pen.blank(width)


def _named(pages: tuple[PodPage, ...]) -> str:
    names = [one.pod.metadata.name for one in pages[:_NAMES]]
    more = f" and {len(pages) - _NAMES} more" if len(pages) > _NAMES else ""
    return f"{counted(len(pages), 'Pod')} ({', '.join(names)}{more})"
