# SPDX-License-Identifier: Apache-2.0
"""Write a condition out with the actual values put in, in signs or in words.

Signs are the same in every language and can be read back: ``anonymity.k (1) >= value.min_k (5)``;
an unknown value is ``(?)``. Words use the titles of the names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from shirube.terms.choices import meaning
from shirube.texts import _

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from shirube.terms.measurement import Scalar
    from shirube.terms.rule import Node
    from shirube.terms.text import Text

_RANK = {"or": 1, "and": 2, "not": 3, "+": 5, "-": 5, "*": 6}
_COMPARING = 4
_ATOM = 9


def render(tree: Node, values: Mapping[str, Scalar] | None = None) -> str:
    """Return the condition in signs, each name followed by its value where values are given.

    Values have six digits, and all of them where two different numbers would look the same.
    """
    return _signs(tree, values, 0, _look_alike(tree, values or {}))


def words(tree: Node, values: Mapping[str, Scalar] | None, titles: Mapping[str, Text]) -> str:
    """Return the condition in words of the language in use, with the values put in.

    Parameters
    ----------
    tree
        A compiled condition.
    values
        Name -> actual value; what is absent is called unknown. None leaves the values out.
    titles
        Name -> what it means to a person; a name without a title stands for itself.
    """
    return _words(tree, values, titles, 0)


def number(value: Scalar, *, whole: bool = False) -> str:
    """Return a value as a person reads it, without a float's tail; text in quotes as in SQL."""
    if value is None:
        return "?"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return (
            str(int(value)) if value.is_integer() and abs(value) < 1e15 else _decimal(value, whole)
        )
    return str(value) if isinstance(value, int) else "'" + value.replace("'", "''") + "'"


def _decimal(value: float, whole: bool) -> str:
    return repr(value) if whole else f"{value:.6g}"


def _look_alike(tree: Node, values: Mapping[str, Scalar]) -> bool:
    """Tell whether two different numbers of a condition look the same with six digits."""
    found = set(_numbers(tree, values))
    return len({number(item) for item in found}) < len(found)


def _numbers(tree: Node, values: Mapping[str, Scalar]) -> Iterator[float]:
    if tree[0] in ("name", "value"):
        value = values.get(str(tree[1])) if tree[0] == "name" else tree[1]
        if isinstance(value, int | float) and not isinstance(value, bool):
            yield value
    elif tree[0] != "date":
        for part in cast("tuple[Node, ...]", tree[1:]):
            yield from _numbers(part, values)


def _signs(tree: Node, values: Mapping[str, Scalar] | None, around: int, whole: bool) -> str:
    head = str(tree[0])
    parts = cast("tuple[Node, ...]", tree[1:])
    rank = _rank(head)
    if head == "name":
        name = str(tree[1])
        return name if values is None else f"{name} ({number(values.get(name), whole=whole)})"
    if head in ("value", "date"):
        return (
            f"DATE '{tree[1]}'" if head == "date" else number(cast("Scalar", tree[1]), whole=True)
        )
    inner = [_signs(part, values, rank, whole) for part in parts]
    if head == "not":
        text = f"not {inner[0]}"
    elif head == "is_null":
        text = f"{inner[0]} is null"
    elif head == "in":
        text = f"{inner[0]} in ({', '.join(inner[1:])})"
    elif head == "between":
        text = f"{inner[0]} between {inner[1]} and {inner[2]}"
    elif head == "-":
        text = f"{inner[0]} - {_signs(parts[1], values, rank + 1, whole)}"
    else:
        text = f" {head} ".join(inner)
    return f"({text})" if rank < around or rank == around == _COMPARING else text


def _rank(head: str) -> int:
    if head in ("name", "value", "date"):
        return _ATOM
    return _RANK.get(head, _COMPARING)


def _words(
    tree: Node, values: Mapping[str, Scalar] | None, titles: Mapping[str, Text], around: int
) -> str:
    head = str(tree[0])
    if head in ("name", "value", "date"):
        return _word(tree, values, titles)
    rank = _rank(head)
    inner = [_words(part, values, titles, rank) for part in cast("tuple[Node, ...]", tree[1:])]
    text = _joined(head, inner)
    return f"({text})" if rank < around else text


def _joined(head: str, inner: list[str]) -> str:
    if head in ("and", "or"):
        return (_(" and ") if head == "and" else _(" or ")).join(inner)
    if head in ("not", "is_null"):
        form = _("not: {part}") if head == "not" else _("{part} is not known")
        return form.format(part=inner[0])
    if head == "in":
        return _("{part} is one of {list}").format(part=inner[0], list=_(", ").join(inner[1:]))
    if head == "between":
        return _("{part} is between {low} and {high}").format(
            part=inner[0], low=inner[1], high=inner[2]
        )
    sign = {"<>": "≠", "<=": "≤", ">=": "≥", "*": "×", "-": "−"}.get(head, head)
    return f" {sign} ".join(inner)


def _word(tree: Node, values: Mapping[str, Scalar] | None, titles: Mapping[str, Text]) -> str:
    if tree[0] != "name":
        return _said(cast("Scalar", tree[1]))
    name = str(tree[1])
    title = str(titles[name]) if name in titles else name
    if values is None:
        return title
    return _("{title} [{value}]").format(title=title, value=_said(values.get(name)))


def _said(value: Scalar) -> str:
    if value is None:
        return _("unknown")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(meaning(value) or value) if isinstance(value, str) else number(value)
