# SPDX-License-Identifier: Apache-2.0
"""Records to JSON and back without losing anything: numbers travel as decimal strings.

JSON floats are not stable across languages, so a number is written as the shortest decimal that
reads back as the same float. Where a field has one type, the string stands alone
(``"sample_size": "30000"``). Where it can hold several (a value, a cell of a detail table, an
argument), what is not text is marked: ``{"number": "0.12"}``, ``{"number": "5"}``; a decimal
without point or exponent is an integer. Texts, true, false and null stand for themselves.

The types of ``terms`` decide; a field that is added there travels without a change here.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable
from functools import cache
from numbers import Integral, Real
from typing import Any, Final, TypeVar

import msgspec
from msgspec import inspect as shapes

from shirube.ledger import strict_json
from shirube.ledger.errors import MalformedRecord
from shirube.terms.errors import InternalError, Problem
from shirube.texts import _

Record = TypeVar("Record", bound=msgspec.Struct)
Json = Any

_DECIMAL: Final = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?(e[+-][0-9]+)?")


class Unreadable(Problem):
    """JSON that is not the record it should be."""


def encode(record: msgspec.Struct) -> Json:
    """Return the record as JSON values, every number a decimal string."""
    return _encode(record, _shape(type(record)))


def decode(value: Json, kind: type[Record]) -> Record:
    """Read a record back: ``decode(encode(r), type(r)) == r``; arguments hold lists, not tuples.

    Raises
    ------
    Unreadable
        A field is missing, unknown or of another type.
    """
    try:
        decoded = _decode(value, _shape(kind))
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError) as error:
        # An error about an empty value has no words of its own: the record is named in any case.
        detail = ": ".join(part for part in (kind.__name__, str(error)[:80]) if part)
        raise unreadable(detail) from error
    if not isinstance(decoded, kind):
        raise unreadable(kind.__name__)
    return decoded


def dump(value: Json) -> bytes:
    """Write JSON in one way only: sorted keys, no spaces, UTF-8."""
    try:
        return strict_json.dump(value)
    except MalformedRecord as error:
        raise unreadable(error.detail) from error


def parse(content: bytes) -> Json:
    """Read JSON that ``dump`` wrote.

    Raises
    ------
    Unreadable
        It is not such JSON, too long, or too deep.
    """
    try:
        return strict_json.parse(content)
    except MalformedRecord as error:
        raise unreadable(error.detail) from error


def unreadable(detail: str) -> Unreadable:
    """Return the error for content that is not what it should be."""
    return Unreadable(
        _("This is not evidence that Shirube can read: {detail}.").format(detail=detail),
        why=_("What was sealed cannot be understood, so it cannot support a finding."),
        remedy=_("Use the version of Shirube that sealed it, or restore the file from a backup."),
    )


def decimal(number: float) -> str:
    """Write a number as the shortest decimal that reads back as the same number."""
    if isinstance(number, int):
        return str(number)
    if not math.isfinite(number):
        raise InternalError(f"{number} entered a record; it should be None with a reason")
    return float.__repr__(float(number))


@cache
def _shape(kind: type) -> shapes.Type:
    return shapes.type_info(kind)


def _optional(shape: shapes.UnionType) -> shapes.Type | None:
    """Return the type in ``type | None``; None when the union is wider than that."""
    others = [kind for kind in shape.types if not isinstance(kind, shapes.NoneType)]
    return others[0] if len(others) == 1 else None


def _encode(value: object, shape: shapes.Type) -> Json:
    encoder = _ENCODERS.get(type(shape))
    return encoder(value, shape) if encoder else value


def _encode_union(value: object, shape: Any) -> Json:
    inner = _optional(shape)
    if inner is None:
        return _encode_free(value)
    return None if value is None else _encode(value, inner)


def _encode_struct(value: object, shape: Any) -> Json:
    return {
        field.encode_name: _encode(getattr(value, field.name), field.type) for field in shape.fields
    }


def _encode_sequence(value: object, shape: Any) -> Json:
    return [_encode(item, shape.item_type) for item in _sequence(value)]


def _encode_dict(value: object, shape: Any) -> Json:
    return {str(key): _encode(item, shape.value_type) for key, item in _items(value)}


def _encode_integer(value: object, _shape: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, Integral):
        raise InternalError(f"{value!r} stands where a whole number belongs")
    return decimal(int(value))


def _encode_float(value: object, _shape: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, Real):
        raise InternalError(f"{value!r} stands where a number belongs")
    return decimal(float(value))


def _encode_date(value: object, _shape: Any) -> str:
    if not isinstance(value, dt.date):
        raise InternalError(f"{value!r} stands where a date belongs")
    return value.isoformat()


def _encode_free(value: object, _shape: Any = None) -> Json:
    # numpy's scalars are numbers too, but not the ones that JSON knows.
    plain = value.item() if type(value).__module__ == "numpy" and hasattr(value, "item") else value
    if plain is None or isinstance(plain, str | bool):
        return plain
    if isinstance(plain, int | float):
        return {"number": decimal(plain)}
    if isinstance(plain, dt.datetime):
        return {"datetime": plain.isoformat()}
    if isinstance(plain, dt.date):
        return {"date": plain.isoformat()}
    if isinstance(plain, list | tuple):
        return [_encode_free(item) for item in plain]
    if isinstance(plain, dict):
        return {"map": {str(key): _encode_free(item) for key, item in plain.items()}}
    raise InternalError(f"a {type(value).__name__} cannot be sealed")


def _decode(value: Json, shape: shapes.Type) -> object:
    return _DECODERS[type(shape)](value, shape)


def _decode_union(value: Json, shape: Any) -> object:
    inner = _optional(shape)
    if inner is None:
        return _decode_free(value)
    return None if value is None else _decode(value, inner)


def _decode_struct(value: Json, shape: Any) -> object:
    found = dict(_items(value))
    given: dict[str, object] = {}
    for field in shape.fields:
        if field.encode_name in found:
            given[field.name] = _decode(found.pop(field.encode_name), field.type)
        elif field.required:
            raise ValueError(field.encode_name)
    if found:
        raise ValueError(next(iter(found)))
    return shape.cls(**given)


def _decode_literal(value: Json, shape: Any) -> object:
    if value not in shape.values:
        raise ValueError(value)
    return value


def _decode_bool(value: Json, _shape: Any) -> object:
    if not isinstance(value, bool):
        raise TypeError(value)
    return value


def _decode_free(value: Json, _shape: Any = None) -> object:
    if isinstance(value, list):
        return [_decode_free(item) for item in value]
    if not isinstance(value, dict):
        if value is None or isinstance(value, str | bool):
            return value
        raise TypeError(value)
    ((mark, inner),) = value.items()
    if mark == "map":
        return {key: _decode_free(item) for key, item in _items(inner)}
    readers: dict[str, Callable[[str], object]] = {
        "number": _number,
        "date": dt.date.fromisoformat,
        "datetime": dt.datetime.fromisoformat,
    }
    return readers[mark](_text(inner))


def _number(text: str) -> float | int:
    if not _DECIMAL.fullmatch(text):
        raise ValueError(text)
    number = float(text) if set(text) & {".", "e"} else int(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


def _integer(text: str) -> int:
    number = _number(text)
    if not isinstance(number, int):
        raise TypeError(text)
    return number


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def _sequence(value: object) -> list[object] | tuple[object, ...]:
    if not isinstance(value, list | tuple):
        raise TypeError(value)
    return value


def _items(value: object) -> list[tuple[str, Any]]:
    if not isinstance(value, dict):
        raise TypeError(value)
    return list(value.items())


_ENCODERS: Final[dict[type[shapes.Type], Callable[[object, Any], Json]]] = {
    shapes.UnionType: _encode_union,
    shapes.StructType: _encode_struct,
    shapes.VarTupleType: _encode_sequence,
    shapes.ListType: _encode_sequence,
    shapes.DictType: _encode_dict,
    shapes.IntType: _encode_integer,
    shapes.FloatType: _encode_float,
    shapes.DateType: _encode_date,
    shapes.DateTimeType: _encode_date,
    shapes.AnyType: _encode_free,
    shapes.CustomType: _encode_free,  # what msgspec calls `object`
}
_DECODERS: Final[dict[type[shapes.Type], Callable[[Json, Any], object]]] = {
    shapes.UnionType: _decode_union,
    shapes.StructType: _decode_struct,
    shapes.VarTupleType: lambda value, shape: tuple(
        _decode(item, shape.item_type) for item in _sequence(value)
    ),
    shapes.ListType: lambda value, shape: [
        _decode(item, shape.item_type) for item in _sequence(value)
    ],
    shapes.DictType: lambda value, shape: {
        key: _decode(item, shape.value_type) for key, item in _items(value)
    },
    shapes.LiteralType: _decode_literal,
    shapes.BoolType: _decode_bool,
    shapes.StrType: lambda value, _shape: _text(value),
    shapes.IntType: lambda value, _shape: _integer(_text(value)),
    shapes.FloatType: lambda value, _shape: float(_number(_text(value))),
    shapes.DateType: lambda value, _shape: dt.date.fromisoformat(_text(value)),
    shapes.DateTimeType: lambda value, _shape: dt.datetime.fromisoformat(_text(value)),
    shapes.AnyType: _decode_free,
    shapes.CustomType: _decode_free,
}
