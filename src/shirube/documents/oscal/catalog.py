# SPDX-License-Identifier: Apache-2.0
"""A pack as an OSCAL catalog: one control for each rule, its words in both languages as parts.

Facts whose text is not held are parts of a group of their own, so that a reader of the catalog
sees what it does not hold.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shirube.documents.oscal.ids import NAMESPACE, both, control_id, line, metadata, named, props

if TYPE_CHECKING:
    import datetime as dt

    from shirube.terms.rule import HeldFact, Pack, Rule
    from shirube.terms.text import Text


def catalog(pack: Pack, moment: dt.datetime) -> dict[str, Any]:
    """Return the catalog of one pack.

    Parameters
    ----------
    pack
        The pack; its digest is part of the catalog's UUID, so that a changed pack is another one.
    moment
        When the document is made.
    """
    head = metadata(both(pack.title), pack.version, moment)
    head["links"] = [{"href": pack.instrument_url, "rel": "reference", "text": both(pack.title)}]
    head["props"] += props(
        [("pack", pack.id), ("sha256", pack.sha256), ("issuer", both(pack.issuer))]
    )
    if pack.binding:
        head["remarks"] = f"{pack.binding.ja}\n\n{pack.binding.en}"
    made: dict[str, Any] = {"uuid": named("catalog", pack.id, pack.sha256), "metadata": head}
    if pack.rules:
        made["controls"] = [_control(rule) for rule in pack.rules]
    if pack.facts:
        made["groups"] = [
            {
                "id": f"{pack.id}.facts",
                "title": "規則でない日付のある事実 / Dated facts that are no rules",
                "parts": [_fact(pack, fact) for fact in pack.facts],
            }
        ]
    return {"catalog": made}


def statement_id(ref: str) -> str:
    """Return the id of the part that says what a rule expects."""
    return f"{control_id(ref)}_smt"


def _control(rule: Rule) -> dict[str, Any]:
    parts = [
        *_in_both(statement_id(rule.ref), "statement", rule.expectation),
        *_in_both(f"{control_id(rule.ref)}_gdn", "guidance", rule.next_step),
    ]
    return {
        "id": control_id(rule.ref),
        "title": both(rule.title),
        "props": props(
            [
                ("rule", rule.ref),
                ("addressee", rule.addressee),
                ("footing", rule.footing),
                ("status", rule.status),
                ("confidence", rule.confidence),
                ("text-held", str(rule.text_held).lower()),
                ("from", rule.start),
                ("until", rule.end),
                ("subject", rule.subject),
                ("applies", rule.applies),
                ("evidence", f"{rule.wanted.kind} {rule.wanted.source}"),
                ("shown", rule.shown),
                *(
                    (f"value-{name}", f"{dated.value} ({dated.start}, {dated.footing})")
                    for name, values in rule.values.items()
                    for dated in values
                ),
            ]
        ),
        "links": [
            {
                "href": cited.url,
                "rel": "reference",
                "text": f"{both(cited.instrument)}: {both(cited.provision)}",
            }
            for cited in rule.citations
        ],
        "parts": parts,
    }


def _in_both(name: str, kind: str, text: Text) -> list[dict[str, Any]]:
    """Return a part for Japanese, which stands first, and one for English."""
    return [
        {"id": name, "name": kind, "class": "ja", "prose": text.ja},
        {"id": f"{name}.en", "name": kind, "class": "en", "prose": text.en},
    ]


def _fact(pack: Pack, fact: HeldFact) -> dict[str, Any]:
    return {
        "id": f"{pack.id}.facts.{fact.id}",
        "name": "fact",
        "ns": NAMESPACE,
        "title": both(fact.title),
        "prose": line(both(fact.provision)),
        "props": props([("text-held", str(fact.text_held).lower()), ("from", fact.start)]),
    }
