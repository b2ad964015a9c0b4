"""Which of many names a text with a typing error is nearest to.

Responsible for distances only: what is asked for a name, and when, is up to whoever asks.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable


def closest(typed: str, known: Iterable[str]) -> list[str]:
    """Those that are nearest, and near enough to be meant."""
    most = 3 if len(typed) > 13 else 2 if len(typed) > 7 else 1
    near: defaultdict[int, list[str]] = defaultdict(list)
    for name in known:
        if abs(len(name) - len(typed)) <= most and max(len(name), len(typed)) > 3:
            distance = _distance(typed, name, most)
            if distance <= most:
                near[distance].append(name)
    return near[min(near)] if near else []


def _distance(one: str, other: str, most: int) -> int:
    """How many letters are wrong, missing, too many, or two of them the wrong way round."""
    if Counter(one) != Counter(other) and len(set(one) ^ set(other)) > 2 * most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        before, above, row = row, before, [i]
        for j, b in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, above[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return row[-1]
