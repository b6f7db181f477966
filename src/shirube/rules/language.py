# SPDX-License-Identifier: Apache-2.0
"""The condition language: SQLGlot parses, an allow-list checks, a small tree comes out.

A condition may compare (``= <> < <= > >=``), combine (``and or not in between``), add, subtract
and multiply, and use numbers, texts, ``true``, ``false``, ``DATE '…'`` and names. ``is null`` is
for manifest fields in ``applies``. All else is refused, because each of these once passed in
silence: ``greatest(NULL, 5) >= 5``, ``1.0/0 >= 5``, ``NaN >= 5``, half a condition behind ``--``.

The tree is made of tuples and goes to JSON and back: ``("and", a, b)``, ``(">=", a, b)``,
``("name", "anonymity.k")``, ``("value", 5)``, ``("date", "2026-01-01")``, ``("is_null", name)``.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from typing import TYPE_CHECKING, Literal, cast

from shirube.texts import _

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlglot import exp

    from shirube.terms.rule import Node

Kind = Literal["number", "text", "boolean", "date"]

COMPARISONS = ("=", "<>", "<", "<=", ">", ">=")
ARITHMETIC = ("+", "-", "*")
MAX_LENGTH = 4_000
MAX_DEPTH = 50

_WORDS = r"and|or|not|in|between|is|null|true|false|date"
_LEXEME = re.compile(
    r"""(?P<space>[ \t\r\n]+)
    |(?P<text>'(?:[^']|'')*')
    |(?P<number>[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?(?![A-Za-z0-9_.]))
    |(?P<name>[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*)
    |(?P<sign><>|!=|<=|>=|[=<>()+,*-])""",
    re.VERBOSE,
)


class ConditionError(Exception):
    """What is wrong in one condition; the reader of packs adds file and line."""


def compile_condition(
    text: str,
    names: Mapping[str, Kind],
    *,
    nullable: frozenset[str] = frozenset(),
    choices: Mapping[str, tuple[str, ...]] | None = None,
) -> Node:
    """Parse and check a condition, and return its tree.

    Parameters
    ----------
    text
        The condition as written in a rule.
    names
        Every name that it may use, with its type.
    nullable
        The names on which ``is null`` may be asked.
    choices
        For names that hold one of a few words: those words, so that a misspelt one is found.

    Raises
    ------
    ConditionError
        When anything outside the language is used, a name is unknown or types do not fit.
    """
    _check_lexemes(text)
    return _Reader(names, nullable, choices or {}).boolean(_parse(text), 0)


def names_in(tree: Node) -> tuple[str, ...]:
    """Return the names that a condition uses, in their order, each once."""
    return tuple(dict.fromkeys(_walk_names(tree)))


def _walk_names(tree: Node) -> Iterator[str]:
    if tree[0] == "name":
        yield str(tree[1])
    elif tree[0] not in ("value", "date"):
        for part in tree[1:]:
            yield from _walk_names(cast("Node", part))


def _check_lexemes(text: str) -> None:
    """Refuse comments, functions and foreign signs before any parser could swallow them."""
    if not text.strip():
        raise ConditionError(_("The condition is empty."))
    if len(text) > MAX_LENGTH:
        raise ConditionError(_("The condition is longer than {n} signs.").format(n=MAX_LENGTH))
    at, before = 0, ""
    while at < len(text):
        found = _LEXEME.match(text, at)
        if found is None:
            raise ConditionError(_foreign(text, at))
        if text.startswith(("--", "/*"), at):
            raise ConditionError(_("A comment stands in the condition."))
        lexeme = found.group()
        if lexeme == "(" and before and not re.fullmatch(_WORDS, before, re.IGNORECASE):
            raise ConditionError(
                _("The function “{name}” is not part of the condition language.").format(
                    name=before
                )
            )
        if found.lastgroup != "space":
            before = lexeme if found.lastgroup == "name" else ""
        at = found.end()


def _foreign(text: str, at: int) -> str:
    if text.startswith(("/*", "#"), at):
        return _("A comment stands in the condition.")
    if text[at] == "/":
        return _("Division is not part of the condition language.")
    return _("“{sign}” is not part of the condition language.").format(sign=text[at : at + 12])


def _parse(text: str) -> exp.Expr:
    import sqlglot
    from sqlglot.errors import SqlglotError

    try:
        parsed = sqlglot.parse(text, dialect="duckdb")
    except (SqlglotError, RecursionError) as error:
        raise ConditionError(_("The condition cannot be read as a condition.")) from error
    if len(parsed) != 1 or parsed[0] is None:
        raise ConditionError(_("The condition cannot be read as a condition."))
    if any(node.comments for node in parsed[0].walk()):
        raise ConditionError(_("A comment stands in the condition."))
    return parsed[0]


class _Reader:
    """Turns allowed nodes into the tree; everything else is an error that names it."""

    def __init__(
        self,
        names: Mapping[str, Kind],
        nullable: frozenset[str],
        choices: Mapping[str, tuple[str, ...]],
    ) -> None:
        self.names, self.nullable, self.choices = names, nullable, choices

    def boolean(self, node: exp.Expr, depth: int) -> Node:
        """Return the tree of a node that must be true or false."""
        tree, kind = self.read(node, depth)
        if kind != "boolean":
            raise ConditionError(
                _("“{part}” is a {kind}, where true or false is needed.").format(
                    part=node.sql("duckdb"), kind=_kind(kind)
                )
            )
        return tree

    def read(self, node: exp.Expr, depth: int) -> tuple[Node, Kind]:
        """Return the tree of a node and its type."""
        if depth > MAX_DEPTH:
            raise ConditionError(_("The condition is nested too deeply."))
        _only_known_arguments(node)
        kind = type(node).__name__
        if kind == "Paren":
            return self.read(node.this, depth + 1)
        if kind in _OPERATORS or kind == "Neg":
            return self._calculation(node, depth + 1), "number"
        if kind == "Column":
            return self._name(node)
        if asked := self._asked(node, kind, depth + 1):
            return asked, "boolean"
        return _constant(node)

    def _asked(self, node: exp.Expr, kind: str, depth: int) -> Node | None:
        """Return the tree of a node that asks something, or None for any other node."""
        if kind in _SIGNS:
            return self._comparison(node, _SIGNS[kind], depth)
        readers = {
            "And": self._junction,
            "Or": self._junction,
            "Not": lambda item, deep: ("not", self.boolean(item.this, deep)),
            "In": self._membership,
            "Between": self._between,
            "Is": self._is_null,
        }
        reader = readers.get(kind)
        return reader(node, depth) if reader else None

    def _calculation(self, node: exp.Expr, depth: int) -> Node:
        sign = _OPERATORS.get(type(node).__name__)
        if sign is None:
            return _negated(self._number(node.this, depth))
        return (sign, self._number(node.this, depth), self._number(node.expression, depth))

    def _junction(self, node: exp.Expr, depth: int) -> Node:
        sign = type(node).__name__.lower()
        parts: list[object] = []
        for part in node.flatten():
            tree = self.boolean(part, depth)
            parts.extend(tree[1:] if tree[0] == sign else [tree])
        return (sign, *parts)

    def _comparison(self, node: exp.Expr, sign: str, depth: int) -> Node:
        left, kind = self.read(node.this, depth)
        right, other = self.read(node.expression, depth)
        _same(node, kind, other)
        _no_answer(node, left)
        _no_answer(node, right)
        if sign not in ("=", "<>") and kind not in ("number", "date"):
            raise ConditionError(
                _("“{part}”: a {kind} can only be compared with = and <>.").format(
                    part=node.sql("duckdb"), kind=_kind(kind)
                )
            )
        self._check_choice(left, right)
        self._check_choice(right, left)
        return (sign, left, right)

    def _membership(self, node: exp.Expr, depth: int) -> Node:
        left, kind = self.read(node.this, depth)
        _no_answer(node, left)
        items = []
        for item in node.expressions:
            tree, other = self.read(item, depth)
            _same(node, kind, other)
            _no_answer(node, tree)
            self._check_choice(left, tree)
            items.append(tree)
        if not items:
            raise ConditionError(_("The list after “in” is empty or not a list of values."))
        return ("in", left, *items)

    def _between(self, node: exp.Expr, depth: int) -> Node:
        parts, kinds = zip(
            *(self.read(node.args[key], depth) for key in ("this", "low", "high")), strict=True
        )
        for kind in kinds:
            _same(node, kinds[0], kind)
        if kinds[0] not in ("number", "date"):
            raise ConditionError(
                _("“{part}”: between needs numbers or dates.").format(part=node.sql("duckdb"))
            )
        return ("between", *parts)

    def _is_null(self, node: exp.Expr, depth: int) -> Node:
        from sqlglot import exp

        del depth  # a name and null have no parts
        if not isinstance(node.expression, exp.Null) or not isinstance(node.this, exp.Column):
            raise ConditionError(_("After “is” only null is allowed, and before it a name."))
        name = _dotted(node.this)
        if name not in self.nullable:
            raise ConditionError(
                _(
                    "“{name} is null” is not allowed: only names of the manifest may be asked "
                    "for null, and only in “applies”; absent evidence is never a pass."
                ).format(name=name)
            )
        return ("is_null", ("name", name))

    def _number(self, node: exp.Expr, depth: int) -> Node:
        tree, kind = self.read(node, depth)
        _same(node, "number", kind)
        return tree

    def _name(self, node: exp.Expr) -> tuple[Node, Kind]:
        name = _dotted(node)
        if name not in self.names:
            raise ConditionError(
                _("The name “{name}” is not known here.{hint}").format(
                    name=name, hint=_nearest(name, self.names)
                )
            )
        return ("name", name), self.names[name]

    def _check_choice(self, name: Node, value: Node) -> None:
        known = self.choices.get(str(name[1])) if name[0] == "name" else None
        if known and value[0] == "value" and value[1] not in known:
            raise ConditionError(
                _("“{name}” is never '{value}'; it is one of: {known}.").format(
                    name=name[1], value=value[1], known=", ".join(known)
                )
            )


_SIGNS = {"EQ": "=", "NEQ": "<>", "LT": "<", "LTE": "<=", "GT": ">", "GTE": ">="}
_OPERATORS = {"Add": "+", "Sub": "-", "Mul": "*"}
_ARGUMENTS = {
    "In": {"this", "expressions"},
    "Between": {"this", "low", "high"},
    "Column": {"this", "table", "db", "catalog"},
    "Identifier": {"this", "quoted"},
    "Literal": {"this", "is_string"},
    "Cast": {"this", "to"},
}


def _only_known_arguments(node: exp.Expr) -> None:
    """Refuse what hides in a node's arguments: a subquery in IN, SYMMETRIC in BETWEEN."""
    allowed = _ARGUMENTS.get(type(node).__name__, {"this", "expression"})
    if strange := [key for key, value in node.args.items() if value and key not in allowed]:
        raise ConditionError(
            _("“{part}”: {what} is not part of the condition language.").format(
                part=node.sql("duckdb"), what=", ".join(strange)
            )
        )


def _dotted(node: exp.Expr) -> str:
    parts = [node.args.get(key) for key in ("catalog", "db", "table", "this")]
    return ".".join(part.name for part in parts if part is not None)


def _constant(node: exp.Expr) -> tuple[Node, Kind]:
    from sqlglot import exp

    if isinstance(node, exp.Boolean):
        return ("value", bool(node.this)), "boolean"
    if isinstance(node, exp.Literal):
        return (("value", node.this), "text") if node.is_string else (_finite(node.this), "number")
    if isinstance(node, exp.Cast) and node.to.is_type("date"):
        return ("date", _date(node.this)), "date"
    raise ConditionError(
        _("“{part}” is not part of the condition language.").format(part=node.sql("duckdb"))
    )


def _finite(digits: str) -> Node:
    number = float(digits)
    if not math.isfinite(number):
        raise ConditionError(_("The number {digits} is too large.").format(digits=digits))
    return ("value", int(digits) if digits.isdigit() and abs(number) < 2**53 else number)


def _negated(tree: Node) -> Node:
    if tree[0] == "value":
        return ("value", -cast("float", tree[1]))
    return ("-", ("value", 0), tree)


def _date(node: exp.Expr) -> str:
    try:
        return dt.date.fromisoformat(node.name).isoformat()
    except ValueError as error:
        raise ConditionError(_("“{text}” is not a date.").format(text=node.name)) from error


def _no_answer(node: exp.Expr, tree: Node) -> None:
    """Refuse to compare what is itself a comparison: ``(a >= 1) = b``."""
    if tree[0] not in ("name", "value", "date", *ARITHMETIC):
        raise ConditionError(
            _("“{part}” compares an answer; combine answers with and, or, not.").format(
                part=node.sql("duckdb")
            )
        )


def _same(node: exp.Expr, kind: Kind, other: Kind) -> None:
    if kind != other:
        raise ConditionError(
            _("“{part}” puts a {one} and a {other} together.").format(
                part=node.sql("duckdb"), one=_kind(kind), other=_kind(other)
            )
        )


def _kind(kind: Kind) -> str:
    return {
        "number": _("number"),
        "text": _("text"),
        "boolean": _("true-or-false"),
        "date": _("date"),
    }[kind]


def _nearest(name: str, names: Mapping[str, Kind]) -> str:
    import difflib

    close = difflib.get_close_matches(name, names, n=1, cutoff=0.75)
    return _(" Did you mean “{name}”?").format(name=close[0]) if close else ""
