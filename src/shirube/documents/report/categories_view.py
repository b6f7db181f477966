# SPDX-License-Identifier: Apache-2.0
"""Categories of personal information by data set: what is ruled out, by which cells, what is open.

Nothing here says that data *are* anonymised information; that is for people and the law.
"""

from __future__ import annotations

from collections.abc import Iterator

from shirube.documents import wording
from shirube.documents.content import ReportContent
from shirube.documents.next_actions import next_actions
from shirube.documents.report import context as show
from shirube.documents.report.conditions import decisive, what_decided
from shirube.documents.report.measurements_view import measurement_anchor
from shirube.documents.report.names import Names, anchor
from shirube.rules import names_in
from shirube.terms.category import CategoryStanding, Standing
from shirube.terms.finding import Finding, Judged, Outcome
from shirube.terms.measurement import Detail, Measurement, Scalar
from shirube.terms.rule import Rule
from shirube.texts import _

_COLOURS = {
    Standing.FOUND: (Outcome.NOT_SHOWN, "!"),
    Standing.RULED_OUT: (Outcome.NOT_SHOWN, "×"),
    Standing.AGAINST: (Outcome.NOT_JUDGED, "!"),
    Standing.OPEN: (Outcome.NOT_JUDGED, "?"),
    Standing.NO_SIGN: (Outcome.NOT_APPLICABLE, "–"),
}
_ROUTES = ("anonymised", "pseudonymised", "no_personal_data")
_MOST_PLACES = 12
_LEGAL = {"description": "identifying", "special_care": "special"}
"""Counts of hits that are not named like the legal class they count."""
_IDENTIFIERS = {"iic", "money", "contact", "quasi"}


def categories_by_dataset(
    content: ReportContent, names: Names
) -> tuple[show.DatasetCategories, ...]:
    """Return the data sets that a measurement speaks about, or whose declared route asks for it."""
    parts = []
    for dataset in content.manifest.datasets:
        own = [one for one in content.categories if one.dataset == dataset.id]
        measured = any(finding.judged for one in own for finding in _measured(one, names))
        if own and (measured or dataset.legal_route in _ROUTES):
            parts.append(
                show.DatasetCategories(
                    anchor=anchor("category", dataset.id),
                    dataset=dataset.id,
                    name=str(dataset.title),
                    declared=_declared(dataset.legal_route),
                    categories=tuple(_category(one, content, names) for one in own),
                )
            )
    return tuple(parts)


def category_limits() -> tuple[str, ...]:
    """Say what the part on categories does not say."""
    return (
        _(
            "Which category information belongs to is decided by the law, from facts that no "
            "measurement gives. What stands here is what measurements rule out or find, and what "
            "stays open."
        ),
        _(
            "Every category is tested under its own rules, whatever route the manifest declares; "
            "explanations do not count here."
        ),
    )


def _declared(route: str | None) -> str:
    return {
        "consent": _("consent of the person"),
        "anonymised": _("anonymised information"),
        "pseudonymised": _("pseudonymised information"),
        "statistics": _("making of statistics"),
        "public": _("publicly available"),
        "no_personal_data": _("no personal data"),
        "other": _("other"),
    }.get(route or "", _("not known"))


def _category(one: CategoryStanding, content: ReportContent, names: Names) -> show.CategoryView:
    colour, symbol = _COLOURS[one.standing]
    citation = one.category.citation
    return show.CategoryView(
        id=one.category.id,
        title=str(one.category.title),
        meaning=str(one.category.meaning),
        citation=show.CitationView(
            text=f"{citation.instrument} {citation.provision}", url=citation.url
        ),
        standing=one.standing.value,
        code=colour.value,
        label=wording.standing(one.standing),
        symbol=symbol,
        says=_says(one, names),
        deciding=tuple(_deciding(finding, content, names) for finding in one.deciding),
        steps=_steps(one, content),
        questions=tuple(str(question) for question in one.category.questions),
    )


def _says(one: CategoryStanding, names: Names) -> str:
    if one.standing is not Standing.OPEN:
        return wording.standing_meaning(one.standing)
    measured = list(_measured(one, names))
    met = sum(finding.outcome is Outcome.SHOWN for finding in measured)
    if not met:
        return _("None of what can be measured has been measured yet.")
    if met == len(measured):
        return _("All {all} expectations that can be measured are met.").format(all=met)
    return _(
        "{met} of {all} expectations that can be measured are met; the others have not been "
        "measured."
    ).format(met=met, all=len(measured))


def _deciding(finding: Finding, content: ReportContent, names: Names) -> show.DecidingView:
    rule = names.rule(finding.rule)
    judged = decisive(finding)
    index = judged.index if judged else -1
    measured = next((one.measurement for one in content.evidence if one.index == index), None)
    return show.DecidingView(
        title=str(rule.title),
        condition=_failing(rule, finding, judged, names) if judged else finding.condition,
        places=_listed(list(_places(measured, rule))) if measured else (),
        figures=measurement_anchor(index, content),
    )


def _failing(rule: Rule, finding: Finding, judged: Judged, names: Names) -> str:
    """Return the values, and the thresholds, of the parts of the condition that do not hold."""
    measured, limits = what_decided(rule, finding, judged, names)
    values = _("; ").join(
        _("{name} = {value}").format(name=title, value=value) for title, value in measured
    )
    if not limits:
        return values
    return _("{values} (threshold: {limits})").format(values=values, limits=_(", ").join(limits))


def _steps(one: CategoryStanding, content: ReportContent) -> tuple[show.Field, ...]:
    """Return the fewest steps that settle what is open; none towards what nobody wants to reach."""
    if one.category.found_by:
        return ()
    actions = next_actions(one.findings, content.packs, limit=None)
    return tuple(
        show.Field(label=wording.effort(action.effort), text=str(action.text), mono=False)
        for action in actions
    )


def _places(measured: Measurement, rule: Rule) -> Iterator[str]:
    """Name the columns with offending cells, as the measurement's tables tell them."""
    classes = _classes(rule)
    tables = [one for one in measured.details if _tells_columns(one)]
    for table in tables:
        counted = next(at for at, one in enumerate(table.columns) if one.unit == "count")
        cells: dict[str, int] = {}
        for row in _rows_about(table, classes):
            cells[str(row[0])] = cells.get(str(row[0]), 0) + int(row[counted] or 0)
        for name, count in cells.items():
            if count:
                yield _("{column}: {count}").format(column=name, count=f"{count:,}")
    used = measured.arguments.get("quasi_identifiers")
    if not tables and isinstance(used, list | tuple):
        yield _("combination of {columns}").format(columns=_(", ").join(map(str, used)))


def _classes(rule: Rule) -> set[str]:
    """Return the classes that a rule counts: ``iic`` where it asks for ``iic_hits``.

    ``hits`` are identifiers of every class; what is described without a format is in none of them.
    """
    named = {name.rpartition(".")[2] for name in names_in(rule.shown_tree)}
    counted = {name.removesuffix("_hits") for name in named if name.endswith("_hits")}
    every = _IDENTIFIERS if "hits" in named else set()
    return every | {_LEGAL.get(one, one) for one in counted}


def _rows_about(table: Detail, classes: set[str]) -> Iterator[tuple[Scalar, ...]]:
    """Yield the rows of the classes that are counted; all of them where none is told apart."""
    at = {column.name: place for place, column in enumerate(table.columns)}
    for row in table.rows:
        if not classes or not {"kind", "legal_class"} <= at.keys():
            yield row
            continue
        if {str(row[at["kind"]]), str(row[at["legal_class"]]).lower()} & classes:
            yield row


def _tells_columns(table: Detail) -> bool:
    named = table.name == "columns" or table.name.endswith("_columns")
    return (
        named
        and table.columns[0].name == "column"
        and any(column.unit == "count" for column in table.columns)
    )


def _listed(places: list[str]) -> tuple[str, ...]:
    more = len(places) - _MOST_PLACES
    shown = places[:_MOST_PLACES]
    return (*shown, _("and {count} more columns").format(count=more)) if more > 0 else tuple(shown)


def _measured(one: CategoryStanding, names: Names) -> Iterator[Finding]:
    for finding in one.findings:
        if names.rule(finding.rule).wanted.kind == "measurement":
            yield finding
