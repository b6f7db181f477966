# SPDX-License-Identifier: Apache-2.0
"""YAML as plain data with the line of every key, checked against its JSON Schema.

YAML is read only when a pack is compiled or checked; normal runs read what was compiled.
"""

from __future__ import annotations

import json
import math
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from shirube.terms.errors import Problem, Problems
from shirube.terms.place import Place
from shirube.texts import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jsonschema_rs import ValidationError

SCHEMAS = Path(__file__).parent.parent / "schemas"

Key = tuple[str | int, ...]

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Sheet(msgspec.Struct, frozen=True):
    """A YAML file as plain JSON data, and where each key stands."""

    file: str
    data: Any
    lines: dict[Key, int]

    def place(self, *key: str | int) -> Place:
        """Return where a key, or its nearest parent, stands."""
        part = key
        while part and part not in self.lines:
            part = part[:-1]
        return Place(self.file, self.lines.get(part, 1), ".".join(map(str, key)))


def read_sheet(path: Path, schema: str) -> Sheet:
    """Read a YAML file and hold it against a schema; raises ``Problems`` with lines."""
    sheet = parse_sheet(path)
    errors = list(_validator(schema).iter_errors(sheet.data))
    undated = {key for error in errors if (key := _undated_key(error))}
    problems = [_undated(sheet, key) for key in undated]
    problems += [
        _problem(sheet, schema, error)
        for error in errors
        # What stands where a date should was read as something that it is not.
        if not any(tuple(error.instance_path[: len(key)]) == key for key in undated)
    ]
    if problems:
        raise Problems(sorted(problems, key=lambda problem: _line(problem.where)))
    return sheet


def parse_sheet(path: Path) -> Sheet:
    """Read a YAML file without holding it against a schema."""
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    try:
        loaded = _yaml().load(path.read_bytes().decode("utf-8"))
    except UnicodeDecodeError as error:
        raise Problem(
            _("The file is not written in UTF-8."),
            where=Place(str(path)),
            remedy=_("Save it as UTF-8."),
        ) from error
    except OSError as error:
        raise Problem(_("The file cannot be read."), where=Place(str(path))) from error
    except (YAMLError, ValueError, TypeError, KeyError, RecursionError) as error:
        mark = error.problem_mark if isinstance(error, MarkedYAMLError) else None
        line = mark.line + 1 if mark else None
        told = "".join(str(getattr(error, "problem", None) or error).splitlines()[:1])
        raise Problem(
            _("The file is not valid YAML: {told}").format(told=told), where=Place(str(path), line)
        ) from error
    walker = _Walker(str(path))
    data = walker.plain(loaded, ())
    if walker.problems:
        raise Problems(walker.problems)
    return Sheet(str(path), data, walker.lines)


def _yaml() -> Any:
    """Return a reader that leaves dates as they are written: 31 February is found by us."""
    from ruamel.yaml import YAML
    from ruamel.yaml.constructor import ConstructorError, RoundTripConstructor
    from ruamel.yaml.parser import Parser
    from ruamel.yaml.scanner import Scanner

    class Dates(RoundTripConstructor):
        def construct_yaml_timestamp(self, node: Any, values: Any = None) -> Any:
            return str(node.value)

    def refuse(_reader: Any, node: Any) -> None:
        raise ConstructorError(None, None, f"unknown tag {node.tag}", node.start_mark)

    Dates.add_constructor(None, refuse)
    Dates.add_constructor("tag:yaml.org,2002:timestamp", Dates.construct_yaml_timestamp)
    reader = YAML(typ="rt")
    reader.Constructor = Dates
    # Comments are not kept: without looking for them, reading takes a fifth less.
    reader.Scanner, reader.Parser = Scanner, Parser
    return reader


class _Walker:
    """Copies ruamel's containers into plain ones and keeps the lines."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.lines: dict[Key, int] = {}
        self.problems: list[Problem] = []

    def plain(self, value: Any, key: Key) -> Any:
        if isinstance(value, dict):
            return {self._name(name): self._item(value, name, key) for name in value}
        if isinstance(value, list):
            return [self._item(value, index, key) for index in range(len(value))]
        if isinstance(value, bool) or value is None:
            return value
        return self._scalar(value, key)

    def _scalar(self, value: Any, key: Key) -> Any:
        if isinstance(value, int):
            return int(value)
        if isinstance(value, float):
            if not math.isfinite(value):
                self._refuse(key, _("NaN and infinity are not numbers that a rule can use."))
                return None
            return float(value)
        return str(value)

    def _item(self, container: Any, name: Any, key: Key) -> Any:
        inner = (*key, name if isinstance(container, list) else self._name(name))
        mark = (container.lc.data or {}).get(name)  # merged and tagged keys have no mark
        if mark is not None:
            self.lines[inner] = mark[0] + 1
        return self.plain(container[name], inner)

    @staticmethod
    def _name(name: Any) -> str:
        return str(name)

    def _refuse(self, key: Key, found: str) -> None:
        place = Sheet(self.file, None, self.lines).place(*key)
        self.problems.append(Problem(found, where=place))


@cache
def _validator(schema: str) -> Any:
    import jsonschema_rs

    return jsonschema_rs.validator_for(json.loads(_schema_text(schema)))


def _schema_text(schema: str) -> str:
    return (SCHEMAS / f"{schema}.schema.json").read_text(encoding="utf-8")


def _line(where: Place | str | None) -> int:
    return (where.line or 0) if isinstance(where, Place) else 0


def _kind(error: ValidationError) -> str:
    return type(error.kind).__name__.rpartition("_")[2].rpartition(".")[2]


def _undated_key(error: ValidationError) -> Key:
    """Return the key of a threshold whose values have names that are no dates; else nothing."""
    key = tuple(error.instance_path)
    return key if _kind(error) == "PropertyNames" and key[:1] == ("values",) and key[1:] else ()


def _problem(sheet: Sheet, schema: str, error: ValidationError) -> Problem:
    """Say in our words, with file, line and key, what the schema found."""
    key: list[str | int] = list(error.instance_path)
    detail: Any = error.kind  # each kind has its own field beside its name
    kind = _kind(error)
    if kind == "AdditionalProperties":
        name = detail.unexpected[0]
        return Problem(
            _("The key “{name}” is not known here.").format(name=name),
            where=sheet.place(*key, name),
            remedy=_nearest(name, schema),
        )
    if kind == "Required":
        return Problem(
            _("The key “{name}” is missing.").format(name=detail.property),
            where=sheet.place(*key),
        )
    if kind == "Enum":
        return Problem(
            _("“{value}” is not one of the allowed words.").format(value=error.instance),
            where=sheet.place(*key),
            remedy=_("Allowed are: {names}.").format(names=_options(detail.options)),
        )
    if kind == "Pattern" and key and key[-1] in ("ja", "en"):
        return Problem(_("The text is empty."), where=sheet.place(*key))
    if kind == "MinItems":
        return Problem(_("“{name}” is empty.").format(name=key[-1]), where=sheet.place(*key))
    return Problem(error.message, where=sheet.place(*key))


def _undated(sheet: Sheet, key: Sequence[str | int]) -> Problem:
    """Say that values of a threshold stand under what is no date."""
    names = [name for name in sheet.data["values"][key[1]] if not _DATE.fullmatch(name)]
    return Problem(
        _("“{text}” is not a date.").format(text=", ".join(names)),
        where=sheet.place(*key, *names[:1]),
        why=_("A value stands under the date from which it holds, so that old ones can stay."),
        remedy=_("For instance: 2026-04-01: {value: 5, footing: own-policy, reason: …}"),
    )


def _options(options: Any) -> str:
    words: Sequence[object] = json.loads(options) if isinstance(options, str) else options
    return ", ".join(map(str, words))


def _nearest(name: str, schema: str) -> str:
    """Name the key that was probably meant."""
    import difflib

    known = _keys(json.loads(_schema_text(schema)))
    close = difflib.get_close_matches(name, sorted(known), n=1)
    return _("Did you mean “{name}”?").format(name=close[0]) if close else ""


def _keys(schema: Any) -> set[str]:
    """Return every property name anywhere in a schema."""
    if isinstance(schema, list):
        return set().union(*map(_keys, schema))
    if not isinstance(schema, dict):
        return set()
    own = set(schema.get("properties", {}))
    return own.union(*map(_keys, schema.values()))
