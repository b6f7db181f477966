# SPDX-License-Identifier: Apache-2.0
"""The developer's journey: write a new rule, measure or document with all its files."""

from __future__ import annotations

from pathlib import Path

from shirube import rules
from shirube.documents import forms
from shirube.measures import new
from shirube.terms.errors import Problem
from shirube.texts import _

_PACKAGE = Path(__file__).parents[1]


def new_rule(ref: str, packs: Path | None = None) -> tuple[Path, ...]:
    """Write a rule ``pack/id`` into a folder of packs (by default, the shipped ones)."""
    pack, _slash, rule = ref.partition("/")
    return rules.write_new(packs or _checkout() / "src" / "shirube" / "packs", pack, rule)


def new_measure(ref: str) -> tuple[Path, ...]:
    """Write a measure ``field/name`` and its test into the checkout."""
    field, _slash, name = ref.partition("/")
    return new.write_new(field, name, _checkout() / "tests" / "measures")


def new_document(kind: str) -> tuple[Path, ...]:
    """Write a kind of document into the checkout."""
    _checkout()
    return forms.write_new(kind)


def _checkout() -> Path:
    """Return the checkout that this package runs from."""
    root = _PACKAGE.parents[1]
    if not (root / "pyproject.toml").is_file():
        raise Problem(
            _("This is an installed copy of Shirube, not a checkout."),
            where=str(_PACKAGE),
            why=_("What is written here would be lost at the next installation."),
            remedy=_(
                "Run the command in a checkout; rules may also go to a folder of your own "
                "(--packs)."
            ),
        )
    return root
