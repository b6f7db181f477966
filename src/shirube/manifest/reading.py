# SPDX-License-Identifier: Apache-2.0
"""YAML to plain data, each key with its line and its path by ids.

The node tree is walked along the schema: a text stays the text that was written (``1.10``), an
``unknown`` is taken out and remembered, and a duplicate key is an error instead of a silent loss.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from shirube.manifest import schema as schemas
from shirube.terms.errors import Problem
from shirube.terms.place import Place
from shirube.texts import _

Pointer = tuple[str | int, ...]

_TAG = "tag:yaml.org,2002:"
_LIMIT = 300_000  # nodes; only aliases that multiply each other come near it


@dataclass
class Reading:
    """What stands in the file: data, and for each pointer the line and the key by ids.

    ``unknown`` holds the key of each unknown fact, and from and to which character of the text the
    word stands, so that an answer can take its place.
    """

    file: str
    data: Any = None
    lines: dict[str, int] = field(default_factory=dict)
    keys: dict[Pointer, str] = field(default_factory=dict)
    pointer_lines: dict[Pointer, int] = field(default_factory=dict)
    unknown: dict[str, tuple[int, int]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    nodes: int = 0

    def place(self, *pointer: str | int) -> Place:
        """Return where the value at this pointer, or its nearest parent, stands."""
        part = pointer
        while part and part not in self.pointer_lines:
            part = part[:-1]
        return Place(self.file, self.pointer_lines.get(part, 1), self.key(*pointer))

    def key(self, *pointer: str | int) -> str:
        """Return the key by ids; parts that do not stand in the file are added as they are."""
        part = pointer
        while part and part not in self.keys:
            part = part[:-1]
        rest = [str(piece) for piece in pointer[len(part) :]]
        return ".".join([self.keys[part], *rest] if part else rest)


def read(text: str, file: str) -> Reading:
    """Read YAML; problems of the text are collected, broken YAML is raised."""
    reading = Reading(file)
    root = _compose(text, file)
    if root is None:
        raise Problem(
            _("The manifest is empty."),
            where=Place(file, 1),
            remedy=_("Write `shirube: 1` and `operator:`, or let `shirube init` draft it."),
        )
    try:
        reading.data = _value(reading, root, (), schemas.published())
    except RecursionError:
        raise _too_deep(file) from None
    return reading


def _compose(text: str, file: str) -> Node | None:
    try:
        root: Node | None = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else None
        raise _syntax(file, line, str(error.problem or error.context)) from error
    except YAMLError as error:
        position = getattr(error, "position", 0)
        line = text.count("\n", 0, position) + 1
        raise _syntax(file, line, str(getattr(error, "reason", error))) from error
    except RecursionError:
        raise _too_deep(file) from None
    return root


def _value(reading: Reading, node: Node, pointer: Pointer, schema: schemas.Schema) -> Any:
    reading.nodes += 1
    if reading.nodes > _LIMIT:
        raise _too_deep(reading.file)
    reading.pointer_lines.setdefault(pointer, node.start_mark.line + 1)
    if isinstance(node, MappingNode):
        return _mapping(reading, node, pointer, schema)
    if isinstance(node, SequenceNode):
        return _sequence(reading, node, pointer, schema)
    return _scalar(reading, node, pointer, schema)


def _mapping(
    reading: Reading, node: MappingNode, pointer: Pointer, schema: schemas.Schema
) -> dict[str, Any]:
    data: dict[str, Any] = {}
    first: dict[str, int] = {}
    for key_node, value_node in node.value:
        key, line = str(key_node.value), key_node.start_mark.line + 1
        here, inner = (*pointer, key), schemas.child(schema, key)
        if key in first:
            reading.problems.append(_twice(reading, here, line, first[key]))
            continue
        first[key] = line
        reading.pointer_lines[here] = line
        _name(reading, here, f"{_parent(reading, pointer)}{key}", line)
        if schemas.accepts_unknown(inner) and _is_unknown(value_node):
            reading.unknown[reading.keys[here]] = _span(value_node)
        else:
            data[key] = _value(reading, value_node, here, inner)
            if data[key] == schemas.UNKNOWN and _must_be_known(key, inner):
                reading.problems.append(_cannot_be_unknown(reading, pointer, here))
    return data


def _sequence(
    reading: Reading, node: SequenceNode, pointer: Pointer, schema: schemas.Schema
) -> list[Any]:
    data: list[Any] = []
    for index, item in enumerate(node.value):
        here = (*pointer, index)
        part = _identity(item, index)
        _name(reading, here, f"{_parent(reading, pointer)}{part}", item.start_mark.line + 1)
        data.append(_value(reading, item, here, schemas.child(schema, index)))
    return data


def _scalar(reading: Reading, node: Node, pointer: Pointer, schema: schemas.Schema) -> Any:
    kind, text = str(node.tag).removeprefix(_TAG), str(node.value)
    if kind == "null":
        return None
    if kind == "bool":
        return text.lower() == "true"
    if kind in {"str", "timestamp"} or (kind in {"int", "float"} and schemas.wants_text(schema)):
        return text
    if kind in {"int", "float"}:
        return _number(reading, text, pointer)
    reading.problems.append(
        Problem(
            _("The tag {tag} is not understood here.").format(tag=node.tag),
            where=reading.place(*pointer),
            remedy=_("Write the value without a tag."),
        )
    )
    return text


def _number(reading: Reading, text: str, pointer: Pointer) -> int | float | str:
    plain = text.replace("_", "")
    for read_number in (int, lambda part: int(part, 0), float):
        try:
            number: int | float = read_number(plain)
        except ValueError:
            continue
        if math.isfinite(number):
            return number
    reading.problems.append(
        Problem(
            _("{value} is not a number that can be used.").format(value=text),
            where=reading.place(*pointer),
            remedy=_("Write a finite number."),
        )
    )
    return 0


def _is_unknown(node: Node) -> bool:
    """``unknown``, also as the only item of a list: nobody is called *unknown*."""
    if isinstance(node, SequenceNode) and len(node.value) == 1:
        return _is_unknown(node.value[0])
    return isinstance(node, ScalarNode) and bool(node.value == schemas.UNKNOWN)


def _must_be_known(key: str, schema: schemas.Schema) -> bool:
    """Say whether the word would pass as a text here; ids and choices are refused elsewhere."""
    return key not in {"id", "name"} and schemas.wants_text(schema) and not schemas.choices(schema)


def _cannot_be_unknown(reading: Reading, parent: Pointer, pointer: Pointer) -> Problem:
    remedy = _("Write the value, or take the whole entry out.")
    if pointer[-1] in {"ja", "en"} and schemas.accepts_unknown(schemas.at(*parent)):
        remedy = _("Write `{key}: unknown` for the text as a whole.").format(key=parent[-1])
    return Problem(
        _("{key} cannot be unknown.").format(key=pointer[-1]),
        where=reading.place(*pointer),
        remedy=remedy,
    )


def _span(node: Node) -> tuple[int, int]:
    inner = node.value[0] if isinstance(node, SequenceNode) and not node.flow_style else node
    return node.start_mark.index, inner.end_mark.index


def _identity(node: Node, index: int) -> str:
    """Name an item by its id, a column by its name, an explanation by rule and subject."""
    if isinstance(node, ScalarNode):
        return str(node.value)
    if not isinstance(node, MappingNode):
        return str(index)
    found = {str(k.value): str(v.value) for k, v in node.value if isinstance(v, ScalarNode)}
    if "rule" in found and "subject" in found:
        return f"{found['rule']}@{found['subject']}"
    return found.get("id") or found.get("name") or str(index)


def _name(reading: Reading, pointer: Pointer, key: str, line: int) -> None:
    reading.keys[pointer] = key
    reading.lines.setdefault(key, line)


def _parent(reading: Reading, pointer: Pointer) -> str:
    return f"{reading.keys[pointer]}." if pointer else ""


def _twice(reading: Reading, pointer: Pointer, line: int, first: int) -> Problem:
    return Problem(
        _("The key {key} stands here a second time; it already stands on line {first}.").format(
            key=pointer[-1], first=first
        ),
        where=Place(reading.file, line, reading.key(*pointer)),
        why=_("Of two equal keys only one could count."),
        remedy=_("Keep one of them."),
    )


def _syntax(file: str, line: int | None, detail: str) -> Problem:
    tab = "'\\t'" in detail
    return Problem(
        _("This is not valid YAML: {detail}.").format(detail=detail),
        where=Place(file, line),
        why="",
        remedy=_("Indent with spaces; YAML does not take tabs.")
        if tab
        else _("Check indentation, quotes and brackets on this line and the one before it."),
    )


def _too_deep(file: str) -> Problem:
    return Problem(
        _("The manifest is nested too deeply, or its aliases multiply beyond reason."),
        where=Place(file),
        remedy=_("Write it out plainly, without anchors and aliases."),
    )
