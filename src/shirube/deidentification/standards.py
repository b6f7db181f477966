# SPDX-License-Identifier: Apache-2.0
"""The five standards of anonymised information: what was done, measured, and left to a person.

Enforcement Rules of the APPI, Art. 34 (for public bodies Art. 62). Neither fixes a k, nor any other
threshold: the numbers say how it stands, and nothing here says that a standard is met.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from shirube.terms.codes import DIVERSITIES, called
from shirube.terms.deidentification import Standard
from shirube.terms.text import Text
from shirube.texts import N_

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from shirube.terms.deidentification import (
        ColumnUtility,
        ModelUtility,
        Requirement,
        Solution,
        TokenKeyUsed,
    )
    from shirube.terms.release import Limits

_TITLES = (
    N_("Descriptions that identify a person"),
    N_("Individual identification codes"),
    N_("Codes that link the source with the result"),
    N_("Idiosyncratic descriptions"),
    N_("Further measures for the nature of the database"),
)
_LISTED = 30


@dataclass(frozen=True)
class Classes:
    """Classes of a table: the rows of the smallest, and rows that are alone in theirs."""

    smallest: int
    alone: int
    rows: int


@dataclass(frozen=True, kw_only=True)
class Processing:
    """What was done to a table, and what was measured on the result.

    ``hits`` are values of the measure *personal_data* on the written table, ``models`` those of
    *anonymity*, called by ``titles``; ``linked`` are the columns that *linking_codes* told,
    ``features`` those of *body_features*, ``extremes`` those of *rare_values*, None where they
    could not be measured. All of them were measured on the file, not taken from the search.
    ``not_measured`` says why models are missing.
    """

    requirement: Requirement
    solution: Solution
    columns: Sequence[ColumnUtility]
    before: Classes
    after: Classes
    released_rows: int
    dropped: Sequence[str] = ()
    kept: Sequence[str] = ()
    tokens: Sequence[str] = ()
    token_key: TokenKeyUsed | None = None
    limits: Mapping[str, Limits] = field(default_factory=dict)
    hits: Mapping[str, int | None] = field(default_factory=dict)
    linked: Sequence[str] | None = None
    features: Sequence[str] | None = None
    extremes: Sequence[str] | None = None
    models: Mapping[str, float | None] = field(default_factory=dict)
    titles: Mapping[str, Text] = field(default_factory=dict)
    not_measured: str = ""
    model: ModelUtility | None = None
    keep_suppressed: bool = False


def standards(made: Processing) -> tuple[Standard, ...]:
    """Return what the record says for each of the five standards."""
    told = (_identifying(made), _codes(made), _linking(made), _rare(made), _further(made))
    return tuple(
        Standard(
            number=number,
            title=Text.of(title),
            done=tuple(done),
            measured=tuple(measured),
            remains=tuple(remains),
        )
        for number, (title, (done, measured, remains)) in enumerate(
            zip(_TITLES, told, strict=True), 1
        )
    )


_Told = tuple[list[Text], list[Text], list[Text]]


def _identifying(made: Processing) -> _Told:
    done = []
    if made.dropped:
        done.append(Text.of(N_("Columns left out: {names}."), names=_names(made.dropped)))
    if made.tokens:
        done.append(
            Text.of(N_("Columns replaced by keyed tokens: {names}."), names=_names(made.tokens))
        )
    levels = [
        f"{name} {level}"
        for name, level in zip(made.solution.attributes, made.solution.levels, strict=True)
        if level
    ]
    if levels:
        done.append(
            Text.of(N_("Columns generalised, with their level: {names}."), names=_names(levels))
        )
    done.append(
        Text.of(
            N_(
                "The rows were put into an order that depends on what they show alone: nothing of "
                "their order in the source is left."
            )
        )
    )
    measured = [
        Text.of(
            N_(
                "Rows alone in their class: {before} of {rows} before, {after} of {released} after."
            ),
            before=made.before.alone,
            rows=made.before.rows,
            after=made.after.alone,
            released=made.after.rows,
        ),
        Text.of(
            N_("Smallest class (k): {before} before, {after} after."),
            before=made.before.smallest,
            after=made.after.smallest,
        ),
    ]
    contacts = made.hits.get("contact_hits")
    measured.append(
        _hits(N_("Contacts and similar identifiers found in the result: {hits}."), contacts)
    )
    if made.hits:
        described = made.hits.get("description_hits")
        measured.append(
            _hits(N_("Names, addresses and dates of birth found in the result: {hits}."), described)
        )
    remains = []
    if made.kept:
        remains.append(
            Text.of(
                N_(
                    "These columns were released as they are and are part of no class; a person "
                    "must say that they do not identify anybody: {names}."
                ),
                names=_names(made.kept),
            )
        )
    return done, measured, remains


def _codes(made: Processing) -> _Told:
    found = made.hits.get("iic_hits")
    return (
        [],
        [
            _hits(N_("Individual identification codes found in the result: {hits}."), found),
            _columns(
                made.features,
                N_("Columns that could hold features of the body as numbers: {names}."),
                N_("No column is named or formed like features of the body as numbers."),
            ),
        ],
        [
            Text.of(
                N_(
                    "Features of the body (face, fingerprint, gait, DNA) are known by the names and"
                    " forms of columns only: a person must say that no column holds them."
                )
            )
        ],
    )


def _linking(made: Processing) -> _Told:
    done = []
    if made.token_key is not None:
        sentence = (
            N_(
                "The tokens were made with a new key, kept apart from the result (fingerprint of"
                " the key: {fingerprint})."
            )
            if made.token_key.is_new
            else N_(
                "The tokens were made with a key that was used before (fingerprint: {fingerprint}):"
                " they link this result with the earlier ones."
            )
        )
        done.append(Text.of(sentence, fingerprint=made.token_key.fingerprint))
    single = [
        each.name
        for each in made.columns
        if made.released_rows and each.values_after == made.released_rows and each.level == 0
    ]
    measured = [
        Text.of(
            N_("Columns of the result with another value in every row: {names}."),
            names=_names(single),
        )
        if single
        else Text.of(N_("No column of the result has another value in every row.")),
        _columns(
            made.linked,
            N_("Columns of the result that hold codes of the source: {names}."),
            N_("No column of the result holds codes of the source."),
        ),
    ]
    remains = []
    if made.tokens:
        remains.append(
            Text.of(
                N_(
                    "As long as the key exists, its holder can link the tokens with the source."
                    " Destroy it, or leave the columns out."
                )
            )
        )
    remains.append(
        Text.of(
            N_(
                "A person must say that no code kept in the result is used to link it to the "
                "source."
            )
        )
    )
    return done, measured, remains


def _rare(made: Processing) -> _Told:
    suppressed = made.solution.suppressed_records
    sentence = (
        N_(
            "Rows suppressed because their class broke the requirement: {rows} (kept with * instead"
            " of their values)."
        )
        if made.keep_suppressed
        else N_("Rows suppressed because their class broke the requirement: {rows} (left out).")
    )
    done = [Text.of(sentence, rows=suppressed)]
    for name, limits in made.limits.items():
        done.append(
            Text.of(
                N_("{name} was limited to the values from {bottom} to {top}."),
                name=name,
                bottom=limits.bottom or "–",
                top=limits.top or "–",
            )
        )
    k = made.requirement.k
    rare = [
        f"{each.name} {each.rarest}" for each in made.columns if each.rarest and each.rarest < k
    ]
    measured = [
        Text.of(
            N_(
                "Columns with a value that fewer than {k} released rows have, and how many the "
                "rarest has: {names}."
            ),
            k=k,
            names=_names(rare),
        )
        if rare
        else Text.of(
            N_("Every value of every column is shared by at least {k} released rows."), k=k
        ),
        _columns(
            made.extremes,
            N_("Columns whose smallest or largest number or date few released rows have: {names}."),
            N_("No smallest or largest number or date belongs to few released rows."),
        ),
    ]
    remains = [
        Text.of(N_("A person must say whether a value that many share is remarkable all the same."))
    ]
    return done, measured, remains


def _further(made: Processing) -> _Told:
    done = [Text.of(N_("Every released class has at least {k} rows."), k=made.requirement.k)]
    for diversity in made.requirement.diversities:
        done.append(
            Text.of(
                N_("Every released class is diverse in {column} ({kind}, l = {l})."),
                column=diversity.column,
                kind=called(DIVERSITIES, diversity.kind),
                l=diversity.l,
            )
        )
    for closeness in made.requirement.closenesses:
        done.append(
            Text.of(
                N_("Every released class is close to the table in {column} (t = {t})."),
                column=closeness.column,
                t=closeness.t,
            )
        )
    if made.requirement.presence is not None:
        done.append(
            Text.of(
                N_(
                    "The share of released rows in their class of the population is between {low} "
                    "and {high}."
                ),
                low=made.requirement.presence.low,
                high=made.requirement.presence.high,
            )
        )
    measured = [
        Text.of(
            N_("Measured on the result: {name} = {value}."),
            name=made.titles.get(name, name),
            value=f"{value:.4g}",
        )
        for name, value in made.models.items()
        if value is not None
    ]
    if made.not_measured:
        measured.append(
            Text.of(
                N_("The classes of the result could not be counted again: {reason}"),
                reason=made.not_measured,
            )
        )
    measured.append(
        Text.of(
            N_("Information loss: {loss} (0 keeps everything, 1 nothing)."),
            loss=f"{made.solution.information_loss:.4f}",
        )
    )
    if made.model is not None:
        measured.append(
            Text.of(
                N_(
                    "A model for {target} is right in {before} of cases with the source, in "
                    "{after} with the result, and in {baseline} when it always says the most "
                    "frequent value."
                ),
                target=made.model.target,
                before=f"{made.model.before:.1%}",
                after=f"{made.model.after:.1%}",
                baseline=f"{made.model.baseline:.1%}",
            )
        )
    remains = [
        Text.of(
            N_(
                "Whether these measures suit the database (trails, free text, what others know) is"
                " decided and signed by a named person."
            )
        )
    ]
    return done, measured, remains


def _hits(sentence: str, found: int | None) -> Text:
    if found is None:
        return Text.of(N_("Identifiers in the result could not be counted."))
    return Text.of(sentence, hits=found)


def _columns(found: Sequence[str] | None, some: str, none: str) -> Text:
    """Say which columns were found, or none, or that the result could not be read again."""
    if found is None:
        return Text.of(N_("The columns of the result could not be measured."))
    return Text.of(some, names=_names(found)) if found else Text.of(none)


def _names(names: Sequence[str]) -> str:
    more = f" … ({len(names)})" if len(names) > _LISTED else ""
    return ", ".join(names[:_LISTED]) + more
