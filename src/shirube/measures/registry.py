# SPDX-License-Identifier: Apache-2.0
"""Which measures there are: a measure is a function in a file, and the file is its entry.

A file ``measures/<field>/<name>.py`` that applies ``@measure(name="<name>", ...)`` at the start
of a line *is* the measure ``<name>``; no list is edited. Modules are imported only when their
measure is asked for, and must be light to import (numpy and friends inside functions).
"""

from __future__ import annotations

import hashlib
import importlib
import inspect
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import msgspec

from shirube.measures.parameters import Parameter, canonical, parameters_of
from shirube.terms.errors import InternalError, Problem
from shirube.terms.rule import Name, Vocabulary
from shirube.terms.text import Text
from shirube.terms.vocabulary import ARGUMENT_NAMES, PROFILE_NAMES, TABLE_NAMES
from shirube.texts import _

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from shirube.terms.measurement import Result

    MeasureFunction = Callable[..., Result]
    _F = TypeVar("_F", bound=MeasureFunction)

MeasureSubject = Literal["dataset", "system", "any"]

_ROOM = Path(__file__).parent
_registered: dict[str, Measure] = {}


class Measure(msgspec.Struct, frozen=True, kw_only=True):
    """A measure: its name, the version of its method, its parameters and its values."""

    name: str
    version: str
    subject: MeasureSubject
    title: Text
    description: Text
    produces: tuple[Name, ...]
    parameters: tuple[Parameter, ...]
    function: Any  # the function itself: Callable[..., Result]
    documentation: str = ""

    def arguments(self, given: Mapping[str, object]) -> dict[str, object]:
        """Return the canonical arguments: every parameter present, lists as tuples, types checked.

        Raises
        ------
        Problems
            For every unknown, missing or mistyped argument.
        """
        return canonical(self.name, self.parameters, given)


def measure(
    *,
    name: str,
    version: str,
    subject: MeasureSubject,
    title: Text,
    description: Text,
    produces: tuple[Name, ...],
    later: tuple[str, ...] = (),
) -> Callable[[_F], _F]:
    """Enter the decorated function as the measure ``name``.

    Parameters are the function's keyword parameters except ``seed`` and ``progress``; their help is
    read from the ``Parameters`` section of its NumPy docstring. Names in ``produces`` are the names
    of its values, without the measure's name in front. ``later`` are parameters that came after
    runs had been sealed (see ``Parameter``).
    """

    def enter(function: _F) -> _F:
        _registered[name] = Measure(
            name=name,
            version=version,
            subject=subject,
            title=title,
            description=description,
            produces=produces,
            parameters=parameters_of(function, later),
            function=function,
            documentation=inspect.cleandoc(function.__doc__ or ""),
        )
        return function

    return enter


def names() -> tuple[str, ...]:
    """Return the names of all measures, sorted; nothing is imported."""
    return tuple(sorted(_files()))


def get(name: str) -> Measure:
    """Return the measure of that name; importing its module is the only cost.

    Raises
    ------
    Problem
        When there is no such measure.
    """
    module = _files().get(name)
    if module is None:
        raise Problem(
            _("There is no measure named {name}.").format(name=repr(name)),
            remedy=_("Measures are: {names}.").format(names=", ".join(names())),
        )
    importlib.import_module(module)
    if name not in _registered:
        raise InternalError(f"{module} does not enter a measure named {name}")
    return _registered[name]


def vocabulary() -> Vocabulary:
    """Return every name that conditions may use: the profiles' and those of all measures."""
    return Vocabulary(
        profile={str(kind): named for kind, named in PROFILE_NAMES.items()},
        sources={name: _names_of(get(name)) for name in names()},
    )


def _names_of(measure: Measure) -> tuple[Name, ...]:
    """Return the names of its values and of what its arguments say against the manifest."""
    arguments = [parameter.name for parameter in measure.parameters]
    against = [ARGUMENT_NAMES[name][1] for name in arguments if name in ARGUMENT_NAMES]
    tables = [TABLE_NAMES[name][1] for name in arguments if name in TABLE_NAMES]
    return (*measure.produces, *(name for names in against for name in names), *tables)


def key(
    measure: Measure | str,
    arguments: Mapping[str, object],
    seed: int,
    digests: Sequence[str],
    *,
    reading: str = "",
    further: Mapping[str, tuple[str, Sequence[str]]] | None = None,
) -> str:
    """Return the digest by which equal measurements are recognised.

    Equal keys mean that measuring again would find the same: same method and version, same
    canonical arguments (a default written out equals a default left out), same seed, same inputs in
    any order. ``reading`` says how the bytes were read (format and encoding). ``further`` holds
    reading and digests of each further table by the name of its parameter.
    """
    chosen = get(measure) if isinstance(measure, str) else measure
    parts: dict[str, object] = {
        "measure": chosen.name,
        "version": chosen.version,
        "arguments": chosen.arguments(arguments),
        "seed": seed,
        "digests": sorted(digests),
        "reading": reading,
    }
    if further:
        parts["further"] = {name: (read, sorted(found)) for name, (read, found) in further.items()}
    return hashlib.sha256(msgspec.json.encode(parts, order="deterministic")).hexdigest()


@cache
def _files() -> dict[str, str]:
    """Map each measure's name to its module by looking at files, not by importing them."""
    found: dict[str, str] = {}
    for path in sorted(_ROOM.glob("*/*.py")):
        if "\n@measure(" not in path.read_text(encoding="utf-8"):
            continue
        if path.stem in found:
            raise InternalError(f"two measures are named {path.stem}")
        found[path.stem] = f"{__package__}.{path.parent.name}.{path.stem}"
    return found
