# SPDX-License-Identifier: Apache-2.0
"""What a search did and proved, in sentences; the terminal and the report say the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shirube.texts import _

if TYPE_CHECKING:
    from shirube.terms.deidentification import Certificate

_MANY = 10**12


def certificate(one: Certificate, value: float) -> list[str]:
    """Return what was counted, what was excluded, and how far the result is proven to be best.

    Parameters
    ----------
    one
        The certificate.
    value
        The objective of the result.
    """
    counted = _(
        "Of {lattice} combinations of levels, {checked} were counted, {excluded} cannot satisfy the"
        " requirement, {bounded} cannot be better."
    ).format(
        lattice=_count(one.lattice),
        checked=_count(one.nodes_checked),
        excluded=_count(one.excluded),
        bounded=_count(one.bounded),
    )
    if one.proven:
        return [counted, _("Proven: no combination that satisfies the requirement is better.")]
    why = {
        "interrupted": _("The search was interrupted."),
        "time": _("The time for the search was over."),
        "too_large": _("The lattice is too large to be searched to the end."),
    }.get(one.stopped, "")
    gap = _(
        "Not proven: {undecided} combinations are undecided. The result has {value}; nothing can be"
        " below {bound}."
    ).format(
        undecided=_count(one.undecided),
        value=f"{value:.6g}",
        bound=f"{one.lower_bound:.6g}",
    )
    return [counted, *([why] if why else []), gap]


def _count(number: int) -> str:
    """Return a whole number, or its size where nobody reads so many digits."""
    return f"{number:,}" if number < _MANY else f"{number:.2g}"
