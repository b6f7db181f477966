# SPDX-License-Identifier: Apache-2.0
"""The parameters of a measure: read from its signature and docstring, checked by type."""

from __future__ import annotations

import inspect
import re
import types
import typing
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from shirube.terms.errors import InternalError, Problem, Problems
from shirube.terms.source import Source
from shirube.texts import _

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

ParameterType = Literal["text", "texts", "integer", "number", "boolean", "table"]

NOT_ARGUMENTS = frozenset({"source", "seed", "progress"})
"""What the runner gives; everything else is an argument that somebody declares."""

_PYTHON: dict[ParameterType, type] = {
    "text": str,
    "texts": tuple[str, ...],
    "integer": int,
    "number": float,
    "boolean": bool,
    "table": str,
}


class Parameter(msgspec.Struct, frozen=True, kw_only=True):
    """One argument of a measure.

    ``type`` is the kind of value; ``texts`` is a list, ``table`` the id of a data set whose table
    the function is given as a ``Source``. ``choices`` is not empty where only some texts are
    allowed. ``optional`` parameters may be None. A ``later`` one came after runs had been sealed
    without it: at its default it is left out, so that those runs and new ones have the same
    arguments.
    """

    name: str
    type: ParameterType
    default: object = None
    required: bool = False
    optional: bool = False
    choices: tuple[str, ...] = ()
    help: str = ""
    later: bool = False


def parameters_of(
    function: Callable[..., Any], later: tuple[str, ...] = ()
) -> tuple[Parameter, ...]:
    """Read the parameters from a measure's signature and their help from its docstring."""
    # Annotations of the data (Source, Progress) may be importable only for type checkers, so each
    # annotation is evaluated by itself and those of the runner are left alone.
    helps = docstring_parameters(function.__doc__ or "")
    return tuple(
        _parameter(item, function, helps.get(item.name, ""), later=item.name in later)
        for item in inspect.signature(function).parameters.values()
        if item.name not in NOT_ARGUMENTS
    )


def docstring_parameters(docstring: str) -> dict[str, str]:
    """Return name -> help of the ``Parameters`` section of a NumPy docstring."""
    match = re.search(
        r"^Parameters\n-{3,}\n(.*?)(?=\n\S[^\n]*\n-{3,}|\Z)",
        inspect.cleandoc(docstring),
        re.S | re.M,
    )
    helps: dict[str, list[str]] = {}
    current: list[str] = []
    for line in (match.group(1) if match else "").splitlines():
        if line and not line[0].isspace():
            current = []
            for name in line.partition(":")[0].split(","):
                helps[name.strip()] = current
        else:
            current.append(line.strip())
    return {name: " ".join(part for part in lines if part) for name, lines in helps.items()}


def canonical(
    measure: str, parameters: tuple[Parameter, ...], given: Mapping[str, object]
) -> dict[str, object]:
    """Return all arguments in the order of the parameters, defaults filled in, types checked.

    A later parameter at its default is left out.
    """
    known = {parameter.name for parameter in parameters}
    problems = [
        Problem(
            _("The measure {measure} has no argument {name}.").format(measure=measure, name=name),
            remedy=_("Its arguments are: {names}.").format(names=", ".join(sorted(known))),
        )
        for name in given
        if name not in known
    ]
    filled: dict[str, object] = {}
    for parameter in parameters:
        try:
            filled[parameter.name] = _value(measure, parameter, given)
        except Problem as problem:
            problems.append(problem)
    if problems:
        raise Problems(problems)
    for parameter in parameters:
        if parameter.later and filled[parameter.name] == parameter.default:
            del filled[parameter.name]
    return filled


def _value(measure: str, parameter: Parameter, given: Mapping[str, object]) -> object:
    """Return the checked value of one parameter."""
    if parameter.name not in given:
        if parameter.required:
            raise Problem(
                _("The measure {measure} needs the argument {name}.").format(
                    measure=measure, name=parameter.name
                ),
                remedy=_(parameter.help) if parameter.help else "",
            )
        return parameter.default
    value = given[parameter.name]
    if value is None and parameter.optional:
        return None
    if parameter.type == "texts" and isinstance(value, str):
        value = (value,)
    if parameter.type == "boolean" or not isinstance(value, bool):
        try:
            value = msgspec.convert(value, _PYTHON[parameter.type])
        except msgspec.ValidationError:
            raise _mistyped(measure, parameter, value) from None
        if not parameter.choices or value in parameter.choices:
            return value
    raise _mistyped(measure, parameter, value)


def _mistyped(measure: str, parameter: Parameter, value: object) -> Problem:
    """Say what was expected instead of the value."""
    expected = {
        "text": _("a text"),
        "texts": _("a list of texts"),
        "integer": _("a whole number"),
        "number": _("a number"),
        "boolean": _("true or false"),
        "table": _("the id of a data set"),
    }[parameter.type]
    if parameter.choices:
        expected = _("one of {choices}").format(choices=", ".join(parameter.choices))
    return Problem(
        _("The argument {name} of {measure} is {value}, expected is {expected}.").format(
            name=parameter.name, measure=measure, value=repr(value), expected=expected
        ),
        remedy=_(parameter.help) if parameter.help else "",
    )


def _parameter(
    item: inspect.Parameter, function: Callable[..., Any], text: str, *, later: bool
) -> Parameter:
    """Turn one parameter of the signature into ours."""
    kind, optional, choices = _type(item, function)
    required = item.default is inspect.Parameter.empty
    return Parameter(
        name=item.name,
        type=kind,
        default=None if required else item.default,
        required=required,
        optional=optional,
        choices=choices,
        help=text,
        later=later,
    )


def _type(
    item: inspect.Parameter, function: Callable[..., Any]
) -> tuple[ParameterType, bool, tuple[str, ...]]:
    """Return the kind of value, whether None is allowed, and the choices of a Literal."""
    annotation = item.annotation
    if isinstance(annotation, str):
        names = {**vars(typing), "Source": Source, **function.__globals__}
        annotation = eval(annotation, names)  # noqa: S307 - our own source
    members, optional = [annotation], False
    if isinstance(annotation, types.UnionType) or typing.get_origin(annotation) is typing.Union:
        members = [part for part in typing.get_args(annotation) if part is not types.NoneType]
        optional = len(members) < len(typing.get_args(annotation))
    if typing.get_origin(members[0]) is Literal:
        return "text", optional, typing.get_args(members[0])
    if members == [Source]:
        return "table", optional, ()
    for kind, python in _PYTHON.items():
        if members == [python]:
            return kind, optional, ()
    raise InternalError(f"{function.__name__}({item.name}) has a type that no argument can have")
