# SPDX-License-Identifier: Apache-2.0
"""A crosswalk as an OSCAL control mapping: from the other framework's items to our controls.

*Covers* is ``subset-of`` (the item lies within what the rule asks), *partly* ``intersects-with``
with what is left as a qualifier. *Touches* is no relation of set theory; it stands in our own
namespace. Items that nothing points from are the gap.

References
----------
NIST IR 8477, Section 4.3, https://doi.org/10.6028/NIST.IR.8477
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from shirube.documents.oscal.ids import NAMESPACE, both, control_id, metadata, named, props

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from shirube.terms.crosswalk import Crosswalk, CrosswalkItem, Pointer

RELATIONSHIPS: Final = {"covers": "subset-of", "partly": "intersects-with", "touches": "touches"}


def mapping(
    crosswalk: Crosswalk, href: Callable[[str], str], moment: dt.datetime
) -> dict[str, Any]:
    """Return the mapping collection of one crosswalk, with one mapping for each pack.

    Parameters
    ----------
    crosswalk
        The items and their pointers.
    href
        Pack id -> where its catalog lies.
    moment
        When the document is made.
    """
    by_pack: dict[str, list[dict[str, Any]]] = {}
    for item in crosswalk.items:
        for pointer in item.pointers:
            pack = pointer.rule.partition("/")[0]
            by_pack.setdefault(pack, []).append(_map(crosswalk.id, item, pointer))
    mappings: list[dict[str, Any]] = [
        {
            "uuid": named("mapping", crosswalk.id, pack),
            "source-resource": {"type": "catalog", "href": crosswalk.url},
            "target-resource": {"type": "catalog", "href": href(pack)},
            "maps": maps,
        }
        for pack, maps in by_pack.items()
    ]
    gap = [item.id for item in crosswalk.items if not item.pointers]
    if gap and mappings:
        mappings[0]["source-gap-summary"] = {
            "uuid": named("gap", crosswalk.id),
            "unmapped-controls": [{"with-ids": gap}],
        }
    head = metadata(both(crosswalk.title), crosswalk.version, moment)
    return {
        "mapping-collection": {
            "uuid": named("mapping-collection", crosswalk.id, crosswalk.version),
            "metadata": head,
            "provenance": {
                "method": "hybrid",
                "matching-rationale": "semantic",
                "status": "draft",
                "confidence-score": {"category": crosswalk.confidence},
                "mapping-description": f"{crosswalk.nature.ja}\n\n{crosswalk.nature.en}",
            },
            "mappings": mappings,
        }
    }


def _map(framework: str, item: CrosswalkItem, pointer: Pointer) -> dict[str, Any]:
    made: dict[str, Any] = {
        "uuid": named("map", framework, item.id, pointer.rule),
        "relationship": RELATIONSHIPS[pointer.extent],
        "sources": [_source(item)],
        "targets": [{"type": "control", "id-ref": control_id(pointer.rule)}],
        "props": props(
            [
                ("extent", pointer.extent),
                ("published", pointer.source or "no: the pointer is ours"),
            ]
        ),
    }
    if pointer.extent == "touches":
        made["ns"] = NAMESPACE
    if pointer.left:
        made["qualifiers"] = [
            {
                "subject": "source",
                "predicate": "has-requirement",
                "category": "addressable",
                "description": f"{pointer.left.ja}\n\n{pointer.left.en}",
            }
        ]
    return made


def _source(item: CrosswalkItem) -> dict[str, Any]:
    made: dict[str, Any] = {
        "type": "control",
        "id-ref": item.id,
        "props": props(
            [
                ("title", both(item.title)),
                ("provision", both(item.provision)),
                ("held", item.held),
                *(
                    (f"from-{dated.basis}", f"{dated.start} {both(dated.scope)}")
                    for dated in item.dates
                ),
            ]
        ),
    }
    if item.left:
        made["remarks"] = f"{item.left.ja}\n\n{item.left.en}"
    return made
