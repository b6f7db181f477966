# SPDX-License-Identifier: Apache-2.0
"""Select the runs that count under a rule, so that evidence cannot be shopped for.

- Only the same declared id with the same arguments supersedes an earlier run.
- A rule fixes the arguments that count; a run made with others is listed and never decides.
- A withdrawn run does not bring an earlier one back: until it is measured again, its declaration
  has no evidence. Neither does evidence that has expired make room for another.
- Taking a declaration out of the manifest does not hide what it found: its runs count until they
  expire or are withdrawn.
- Every attempt is counted, also those that do not decide.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import msgspec

from shirube.terms.fact import FactRow
from shirube.terms.finding import OtherRun, Reason

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from shirube.terms.rule import Rule


class Selection(msgspec.Struct, frozen=True):
    """The runs that count, the others with the reason why they do not, and what is lacking."""

    counting: tuple[FactRow, ...]
    others: tuple[OtherRun, ...]
    gap: Reason | None


def select(rule: Rule, rows: Sequence[FactRow], on: dt.date) -> Selection:
    """Sort the runs of one subject and source into those that count on a date and the others."""
    ordered = sorted(rows, key=lambda row: row.index)
    known = [row for row in ordered if known_on(row) <= on]
    others = [_other(row, "not_yet_known") for row in ordered if known_on(row) > on]
    fitting = [row for row in known if arguments_fit(rule.wanted.arguments, row.arguments)]
    left_out = [row for row in known if row not in fitting]
    others += [_other(row, "other_arguments", canonical(row.arguments)) for row in left_out]
    latest = {(row.declared_id, canonical(row.arguments)): row for row in fitting}
    counting, gaps = [], []
    for row in fitting:
        if latest[row.declared_id, canonical(row.arguments)] is not row:
            others.append(_other(row, *_earlier(row, on)))
        elif withdrawn_on(row, on):
            others.append(_other(row, "withdrawn", row.withdrawn))
            if row.declared and not _measured_again(row, fitting, on):
                gaps.append(Reason.NO_EVIDENCE)
        elif expired_on(rule.lifetime_days, row, on):
            others.append(_other(row, "expired"))
            gaps += [Reason.EVIDENCE_EXPIRED] if row.declared else []
        else:
            counting.append(row)
    others.sort(key=lambda other: other.index)
    return Selection(tuple(counting), tuple(others), gaps[0] if gaps else None)


def canonical(arguments: Mapping[str, object]) -> str:
    """Return arguments as JSON in one form: keys sorted, 5.0 written as 5, tuples as lists."""
    return msgspec.json.encode(_plain(dict(arguments)), order="sorted").decode()


def arguments_fit(wanted: Mapping[str, object], given: Mapping[str, object]) -> bool:
    """Tell whether a run was made with the arguments that a rule fixes."""
    own = {name: given[name] for name in wanted if name in given}
    return len(own) == len(wanted) and canonical(own) == canonical(wanted)


def known_on(row: FactRow) -> dt.date:
    """Return the day from which a run is known: that of its seal, else its own."""
    return max(row.date, row.known) if row.known else row.date


def withdrawn_on(row: FactRow, on: dt.date) -> bool:
    """Tell whether a run was withdrawn by that day."""
    return bool(row.withdrawn) and (row.withdrawn_on is None or row.withdrawn_on <= on)


def expired_on(lifetime_days: int | None, row: FactRow, on: dt.date) -> bool:
    """Tell whether evidence is past its lifetime; the last day still counts."""
    if row.expires is not None and on > row.expires:
        return True
    return lifetime_days is not None and (on - row.date).days > lifetime_days


def _earlier(row: FactRow, on: dt.date) -> tuple[str, str]:
    return ("withdrawn", row.withdrawn) if withdrawn_on(row, on) else ("superseded", "")


def _measured_again(row: FactRow, fitting: Iterable[FactRow], on: dt.date) -> bool:
    """Tell whether the same declaration was run later, with other free arguments."""
    return any(
        other.declared_id == row.declared_id
        and other.index > row.index
        and not withdrawn_on(other, on)
        for other in fitting
    )


def _other(row: FactRow, why: str, detail: str = "") -> OtherRun:
    return OtherRun(
        declared_id=row.declared_id, index=row.index, date=row.date, why=why, detail=detail
    )


def _plain(value: object) -> object:
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    return value
