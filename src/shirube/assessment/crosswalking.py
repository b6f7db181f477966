# SPDX-License-Identifier: Apache-2.0
"""What evidence already held would show in another framework, by a crosswalk.

An item is carried by *all* its pointers where each pointed rule is shown for every subject that it
reaches, by *some* where at least one is, by *none* otherwise. Rules that reach nobody carry
nothing. An explanation is no evidence elsewhere, so *explained* does not carry either.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from shirube.terms.crosswalk import Carried, CrosswalkStanding, ItemStanding, PointerStanding
from shirube.terms.finding import Outcome

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from shirube.terms.crosswalk import Crosswalk, CrosswalkItem
    from shirube.terms.finding import Finding
    from shirube.terms.rule import Pack
    from shirube.terms.text import Text


def follow_crosswalk(
    crosswalk: Crosswalk, packs: Sequence[Pack], findings: Sequence[Finding] | None, on: dt.date
) -> CrosswalkStanding:
    """Return how each item stands.

    Parameters
    ----------
    crosswalk
        The items and their pointers.
    packs
        The packs whose rules the pointers name.
    findings
        What was judged; None where there is no folder, and then nothing is carried.
    on
        The date of the findings.
    """
    titles = {rule.ref: rule.title for pack in packs for rule in pack.rules}
    counts: dict[str, Counter[Outcome]] = {}
    for finding in findings or ():
        counts.setdefault(finding.rule, Counter())[finding.outcome] += 1
    return CrosswalkStanding(
        crosswalk=crosswalk,
        on=on,
        judged=findings is not None,
        items=tuple(_item(item, titles, counts) for item in crosswalk.items),
    )


def _item(
    item: CrosswalkItem, titles: Mapping[str, Text], counts: Mapping[str, Counter[Outcome]]
) -> ItemStanding:
    nothing: Counter[Outcome] = Counter()
    pointers = tuple(
        PointerStanding(
            pointer=pointer,
            title=titles[pointer.rule],
            outcomes={one: n for one in Outcome if (n := counts.get(pointer.rule, nothing)[one])},
        )
        for pointer in item.pointers
    )
    shown = [_all_shown(one.outcomes) for one in pointers]
    carried = Carried.NONE
    if any(shown):
        carried = Carried.ALL if all(shown) else Carried.SOME
    return ItemStanding(item=item, carried=carried, pointers=pointers)


def _all_shown(outcomes: Mapping[Outcome, int]) -> bool:
    """Tell whether the rule is shown for every subject that it reaches, and reaches one."""
    return set(outcomes) - {Outcome.NOT_APPLICABLE} == {Outcome.SHOWN}
