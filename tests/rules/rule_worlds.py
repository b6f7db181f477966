# SPDX-License-Identifier: Apache-2.0
"""Small worlds: a vocabulary of four names, rules written in a line, runs drawn by Hypothesis."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from shirube import rules
from shirube.terms.fact import FactRow, Facts, Profile
from shirube.terms.manifest import Explanation
from shirube.terms.rule import DatedValue, Name, Node, Pack, Rule, Vocabulary, Wanted
from shirube.terms.subject import Subject
from shirube.terms.text import Text

if TYPE_CHECKING:
    from shirube.rules.language import Kind

WORDS = Text("文", "words")
ON = dt.date(2026, 11, 1)
SUBJECT = Subject("dataset", "d0")

VOCABULARY = Vocabulary(
    profile={
        "dataset": (
            Name("dataset.route", "text", WORDS),
            Name("dataset.personal", "boolean", WORDS),
            Name("dataset.size", "number", WORDS),
        )
    },
    sources={
        "gauge": (
            Name("k", "number", WORDS),
            Name("gap", "number", WORDS),
            Name("clean", "boolean", WORDS),
            Name("worst", "text", WORDS),
        )
    },
)
NAMES: dict[str, Kind] = {
    "dataset.route": "text",
    "dataset.personal": "boolean",
    "dataset.size": "number",
    "gauge.k": "number",
    "gauge.gap": "number",
    "gauge.gap.high": "number",
    "gauge.clean": "boolean",
    "gauge.worst": "text",
    "value.limit": "number",
}
DOCUMENT: dict[str, Kind] = {f"document.{n}": "boolean" for n in ("present", "published")}
PROFILE: dict[str, Kind] = {n: k for n, k in NAMES.items() if n.startswith("dataset.")}


def rule(shown: str = "gauge.k >= value.limit", **given: Any) -> Rule:
    """Return a rule of which only what matters is said."""
    applies = given.pop("applies", "true")
    limit = given.pop("limit", 5)
    wanted = given.pop("wanted", Wanted(kind="measurement", source="gauge"))
    names = {**NAMES, **DOCUMENT}
    return Rule(
        **{
            "id": "r",
            "pack": "p",
            "title": WORDS,
            "expectation": WORDS,
            "citations": (),
            "addressee": "operator",
            "footing": "own-policy",
            "status": "in-force",
            "confidence": "high",
            "start": dt.date(2026, 1, 1),
            "end": None,
            "subject": "dataset",
            "applies": applies,
            "wanted": wanted,
            "over": "every",
            "shown": shown,
            "next_step": WORDS,
            "effort": "hours",
            "values": {
                "limit": (
                    DatedValue(
                        start=dt.date(2026, 1, 1), value=limit, footing="own-policy", reason=WORDS
                    ),
                )
            },
            "applies_tree": tree(applies, PROFILE),
            "shown_tree": tree(shown, names),
            **given,
        }
    )


def tree(condition: str, names: dict[str, Kind]) -> Node:
    return rules.compile_condition(condition, names, nullable=frozenset(PROFILE))


def pack(*own: Rule) -> Pack:
    return Pack(
        id="p",
        title=WORDS,
        issuer=WORDS,
        version="1",
        instrument_url="https://example.com",
        start=dt.date(2026, 1, 1),
        rules=own,
    )


def run(index: int = 0, name: str = "m", subject: Subject = SUBJECT, **given: Any) -> FactRow:
    return FactRow(
        **{
            "subject": subject,
            "kind": "measurement",
            "source": "gauge",
            "declared_id": name,
            "arguments": {},
            "values": {},
            "date": dt.date(2026, 10, 1),
            "index": index,
            "sha256": f"{index:064x}",
            **given,
        }
    )


def world(*rows: FactRow, explanations: tuple[Explanation, ...] = (), **profile: Any) -> Facts:
    """Return the facts of one data set; ``route=…`` stands for ``dataset.route``."""
    blank: dict[str, Any] = {"dataset.route": None, "dataset.personal": None, "dataset.size": None}
    own = {f"dataset.{name}": value for name, value in profile.items()}
    return Facts(
        profiles=(Profile(subject=SUBJECT, facts={**blank, **own}),),
        rows=rows,
        explanations=explanations,
    )


# What Hypothesis draws.

NUMBERS = st.one_of(
    st.none(),
    st.integers(-3, 8),
    st.sampled_from([0.5, 5.0, 1e308, -1e308, 1e-308, float("nan"), float("inf"), -float("inf")]),
    st.just(10**400),
)
VALUES = {
    "number": NUMBERS,
    "text": st.sampled_from([None, "a", "b", "it's"]),
    "boolean": st.sampled_from([None, True, False]),
    "date": st.none(),
}
DATES = st.dates(dt.date(2026, 9, 1), dt.date(2026, 12, 1))
ARGUMENTS = st.sampled_from([{}, {"floor": 5}, {"floor": 5.0, "by": ["x"]}, {"floor": 3}])


def trees(
    names: dict[str, Kind], depth: int = 3, nullable: bool = False
) -> st.SearchStrategy[Node]:
    """Return conditions over the names, as trees."""
    numbers = [("name", name) for name, kind in names.items() if kind == "number"]
    flags = [("name", name) for name, kind in names.items() if kind == "boolean"]
    texts = [("name", name) for name, kind in names.items() if kind == "text"]
    number: st.SearchStrategy[Any] = st.one_of(
        st.sampled_from(numbers),
        st.sampled_from([("value", 5), ("value", 0), ("value", 2.5), ("value", 1e308)]),
    )
    if depth > 1:
        number = st.one_of(number, st.tuples(st.sampled_from("+-*"), number, number))
    atoms: list[st.SearchStrategy[Any]] = [
        st.tuples(st.sampled_from(["=", "<>", "<", "<=", ">", ">="]), number, number),
        st.tuples(st.just("between"), number, number, number),
        st.tuples(st.just("in"), number, number, number),
    ]
    if flags:
        atoms.append(st.sampled_from(flags))
    if texts:
        text = st.sampled_from([*texts, ("value", "a"), ("value", "it's")])
        atoms.append(st.tuples(st.sampled_from(["=", "<>"]), st.sampled_from(texts), text))
    if nullable:
        atoms.append(st.tuples(st.just("is_null"), st.sampled_from([*numbers, *flags, *texts])))
    return st.recursive(
        st.one_of(atoms),
        lambda inner: st.one_of(
            st.tuples(st.just("not"), inner),
            st.tuples(st.sampled_from(["and", "or"]), inner, inner),
            st.tuples(st.sampled_from(["and", "or"]), inner, inner, inner),
        ),
        max_leaves=depth * 2,
    )
