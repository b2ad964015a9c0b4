"""The words of the subject, and other names of what the concepts explain: concepts/words.toml.

Responsible for reading that file, for `podwatch explain WORDS…` and the glossary only: nothing that
watches needs it. Which of them a text means is `search`'s business.
"""

from functools import cache
from typing import Any, NamedTuple, TypeVar

import msgspec

from podwatch.core.concepts.loader import DOCS_HOST
from podwatch.core.datafile import Mistake, packaged, read
from podwatch.core.text import one_line

_FILE = "words.toml"
_OTHER_NAMES = "other-names"
_WRITTEN = "written"
_MESSAGE = "message"

T = TypeVar("T")


class Headword(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A word of the subject in a few sentences.

    `also` are other ways to write or mean it, `written` those that stand in podwatch's own texts;
    `docs` is a page of kubernetes.io, `lesson` the id of the concept that tells more, or empty.
    `commands` are what to type next, with places for names in capitals.
    """

    id: str
    term: str
    text: str
    docs: str
    lesson: str = ""
    also: tuple[str, ...] = ()
    written: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()


class Message(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Texts that Kubernetes prints, `*` for what varies, and what has them.

    `event` is an Event's reason, `lesson` a concept's id, `word` a word's: one of them.
    """

    texts: tuple[str, ...]
    event: str = ""
    lesson: str = ""
    word: str = ""


class Words(NamedTuple):
    """All words by id, the other names of lessons (by id) and of entries (by term), messages.

    `written`: how podwatch's texts write what a lesson (by id) is about.
    """

    by_id: dict[str, Headword]
    other_names: dict[str, tuple[str, ...]]
    written: dict[str, tuple[str, ...]]
    messages: tuple[Message, ...]


@cache
def words() -> Words:
    """The words that come with podwatch."""
    return words_of(packaged(_FILE))


def words_of(toml: str) -> Words:
    """The words that a file's text describes; BrokenFile says where and what to mend."""
    return read(_FILE, toml, _words)


def _words(table: dict[str, Any]) -> Words:
    names = _converted(table.pop(_OTHER_NAMES, {}), dict[str, tuple[str, ...]], _OTHER_NAMES)
    written = _converted(table.pop(_WRITTEN, {}), dict[str, tuple[str, ...]], _WRITTEN)
    messages = _converted(table.pop(_MESSAGE, []), tuple[Message, ...], _MESSAGE)
    for number, message in enumerate(messages):
        if len([of for of in (message.event, message.lesson, message.word) if of]) != 1:
            raise Mistake("a message has an `event`, a `lesson` or a `word`", (_MESSAGE, number))
    return Words({id_: _word(id_, row) for id_, row in table.items()}, names, written, messages)


def _word(id_: str, row: Any) -> Headword:
    word = _converted({"id": id_, **row} if isinstance(row, dict) else row, Headword, id_)
    return msgspec.structs.replace(word, text=one_line(word.text), docs=DOCS_HOST + word.docs)


def _converted(value: Any, type_: type[T], key: str) -> T:
    try:
        return msgspec.convert(value, type_)
    except msgspec.ValidationError as error:
        raise Mistake(f"`{key}` is not written as the others are: {error}", (key, 0)) from error
