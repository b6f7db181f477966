# SPDX-License-Identifier: Apache-2.0
"""The manifest against its JSON Schema: every problem at once, told in words, with its line."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from shirube.manifest import schema as schemas
from shirube.terms.errors import Problem
from shirube.texts import _
from shirube.texts.suggestion import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shirube.manifest.reading import Pointer, Reading


def validate(reading: Reading) -> Iterator[Problem]:
    """Yield one problem for each thing that the schema does not allow."""
    if not isinstance(reading.data, dict):
        yield _not_a_mapping(reading)
        return
    for error in _validator().iter_errors(reading.data):
        yield from _told(reading, error)


@cache
def _validator() -> Any:
    from jsonschema_rs import Draft202012Validator

    return Draft202012Validator(schemas.strict(), validate_formats=True)


def _told(reading: Reading, error: Any) -> Iterator[Problem]:
    pointer: Pointer = tuple(error.instance_path)
    value, limit = error.instance, error.kind.value
    match error.kind.name:
        case "additionalProperties":
            yield from (_unknown_key(reading, (*pointer, key)) for key in limit)
        case "required":
            if reading.key(*pointer, limit) not in reading.unknown:
                yield _missing_key(reading, pointer, limit)
        case _ if value is None:
            yield _empty(reading, pointer)
        case "enum" | "const":
            yield _not_a_choice(reading, pointer, value, limit)
        case "type":
            yield _wrong_type(reading, pointer, value, limit)
        case "pattern":
            yield _wrong_form(reading, pointer, value, limit)
        case "format":
            yield _problem(
                reading,
                pointer,
                _("{value} is not a date of the calendar.").format(value=_shown(value)),
                _("Write it as YYYY-MM-DD, for example 2026-04-01."),
            )
        case _:
            yield _other(reading, pointer, error)


def _problem(reading: Reading, pointer: Pointer, found: str, remedy: str, why: str = "") -> Problem:
    return Problem(found, where=reading.place(*pointer), why=why, remedy=remedy)


def _not_a_mapping(reading: Reading) -> Problem:
    return _problem(
        reading,
        (),
        _("The manifest is {kind}, not a set of keys.").format(kind=_kind(reading.data)),
        _("Start with `shirube: 1` and `operator:`; `shirube init` drafts a manifest."),
    )


def _unknown_key(reading: Reading, pointer: Pointer) -> Problem:
    known = list(schemas.resolve(schemas.at(*pointer[:-1])).get("properties", {}))
    hint = did_you_mean(str(pointer[-1]), known)
    return _problem(
        reading,
        pointer,
        _("There is no key {key} here.").format(key=pointer[-1]),
        hint or _("Known keys here: {keys}.").format(keys=", ".join(known)),
        _("A key that is not known would be passed over in silence."),
    )


def _missing_key(reading: Reading, pointer: Pointer, key: str) -> Problem:
    schema = schemas.at(*pointer, key)
    remedy = _("Add {key}: with its value.").format(key=key)
    if schemas.accepts_unknown(schema):
        remedy = _("Add {key}: with its value, or `unknown` if nobody has said it yet.").format(
            key=key
        )
    found = _("The key {key} is missing.").format(key=key)
    if key in {"ja", "en"}:
        found = _("The text is there in one language only: {key} is missing.").format(key=key)
        remedy = _("Write both, ja and en.")
    return _problem(reading, pointer, found, remedy)


def _empty(reading: Reading, pointer: Pointer) -> Problem:
    remedy = _("Write a value, or remove the key.")
    if schemas.accepts_unknown(schemas.at(*pointer)):
        remedy = _("Write a value, or `unknown` if nobody has said it yet.")
    return _problem(reading, pointer, _("There is no value after the key."), remedy)


def _not_a_choice(reading: Reading, pointer: Pointer, value: object, limit: object) -> Problem:
    allowed = [str(item) for item in limit] if isinstance(limit, list) else [str(limit)]
    choices = _("Choose one of: {choices}.").format(choices=", ".join(allowed))
    hint = did_you_mean(str(value), allowed)
    return _problem(
        reading,
        pointer,
        _("{value} is not one of the values that can stand here.").format(value=_shown(value)),
        f"{hint} {choices}".strip(),
    )


def _wrong_type(reading: Reading, pointer: Pointer, value: object, limit: object) -> Problem:
    wanted = limit if isinstance(limit, list) else [limit]
    names = [_NAMES[str(item)]() for item in wanted if str(item) in _NAMES]
    schema = schemas.resolve(schemas.at(*pointer))
    remedy = _("Write {kind} here.").format(kind=_(" or ").join(names))
    if schema is schemas.published()["$defs"]["text"]:
        remedy = _("Write the text in both languages: {form}").format(form="{ja: …, en: …}")
    elif schemas.choices(schema) == ("true", "false"):
        remedy = _("Write true or false, without quotes.")
    found = _("Here stands {kind}: {value}.").format(kind=_kind(value), value=_shown(value))
    return _problem(reading, pointer, found, remedy)


def _wrong_form(reading: Reading, pointer: Pointer, value: object, pattern: str) -> Problem:
    return _problem(
        reading,
        pointer,
        _("{value} does not have the form that is expected here.").format(value=_shown(value)),
        form(pattern),
    )


def form(pattern: str) -> str:
    """Say in words what a pattern of the schema asks for."""
    definitions = schemas.published()["$defs"]
    forms = {
        definitions["id"]["pattern"]: _(
            "Write it in snake_case: small letters a-z, digits and underscores, a letter first, "
            "for example credit_screening."
        ),
        definitions["country"]["pattern"]: _(
            "Write the ISO 3166 code of the country in two capital letters, for example JP."
        ),
        r"\S": _("Write the text, in both languages."),
        "^[0-9]{13}$": _("Write the 13 digits without spaces or hyphens."),
    }
    known = forms.get(pattern)
    if known:
        return known
    if pattern.startswith("^https"):
        return _("Write a web address that starts with https:// or http://.")
    if "@" in pattern:
        return _("Write an e-mail address, for example ai-desk@example.jp.")
    if "/" in pattern:
        return _("Write the rule as pack/rule_id.")
    return _("Write it as kind:id, for example system:credit_screening or dataset:log.")


def _other(reading: Reading, pointer: Pointer, error: Any) -> Problem:
    told = {
        "minItems": _("The list is empty."),
        "minLength": _("The text is empty."),
        "maxLength": _("The text is longer than {limit} characters."),
        "minimum": _("The number is smaller than {limit}."),
        "uniqueItems": _("The list names something twice."),
    }
    found = told.get(error.kind.name, _("This is not allowed here."))
    return _problem(
        reading,
        pointer,
        found.format(limit=error.kind.value),
        _("See the reference of shirube.yaml for what can stand here."),
    )


_NAMES = {
    "string": lambda: _("a text"),
    "integer": lambda: _("a whole number"),
    "number": lambda: _("a number"),
    "boolean": lambda: _("true or false"),
    "array": lambda: _("a list"),
    "object": lambda: _("a set of keys"),
}


def _kind(value: object) -> str:
    kinds = ((bool, "boolean"), (str, "string"), (int, "integer"), (float, "number"))
    names = (*kinds, (list, "array"), (dict, "object"))
    return next((_NAMES[name]() for kind, name in names if isinstance(value, kind)), _("nothing"))


def _shown(value: object) -> str:
    text = str(value)
    return f"'{text}'" if len(text) <= 60 else f"'{text[:57]}…'"
