# SPDX-License-Identifier: Apache-2.0
"""From what was found to what a page shows; pure, in the language in use."""

from __future__ import annotations

import datetime as dt

from shirube.documents import formats, wording
from shirube.documents.content import ReportContent
from shirube.documents.next_actions import Action, next_actions
from shirube.documents.report import context as show
from shirube.documents.report.categories_view import categories_by_dataset, category_limits
from shirube.documents.report.evidence_view import evidence_rows
from shirube.documents.report.instruments_view import findings_by_pack
from shirube.documents.report.interface import words
from shirube.documents.report.measurements_view import measurements
from shirube.documents.report.names import Names, anchor, counts, symbol
from shirube.documents.report.processing_view import processing
from shirube.documents.report.subjects_view import findings_by_subject
from shirube.documents.report.told import told
from shirube.terms.finding import Outcome
from shirube.texts import _, language

_ACTIONS = 5


def page(content: ReportContent) -> show.Page:
    """Build the page of a report in the language in use."""
    names = Names(content)
    actions = next_actions(content.findings, content.packs, limit=None)
    return show.Page(
        lang=language(),
        title=_("AI governance report"),
        operator=str(content.manifest.operator.name),
        subtitle=_("Findings as of {date}").format(date=formats.day(content.on)),
        words=words(),
        facts=_facts(content),
        counts=counts(content.findings),
        found=told(content, names),
        actions=tuple(_action(action, names) for action in actions[:_ACTIONS]),
        more_actions=_more(actions[_ACTIONS:]),
        subjects=findings_by_subject(content, names),
        instruments=findings_by_pack(content, names),
        categories=categories_by_dataset(content, names),
        category_limits=category_limits(),
        measurements=(*measurements(content, names), *processing(content, names)),
        evidence=evidence_rows(content, names),
        outcome_legend=_outcome_legend(),
        mark_legend=tuple(
            show.Mark(code=code, text=text, meaning=meaning)
            for code, text, meaning in wording.mark_meanings()
        ),
        checkpoint=content.checkpoint.strip("\n"),
        verify=_verify(content),
        limits=_limits(),
        generated_utc=_utc(content.generated_at).isoformat(),
    )


def _facts(content: ReportContent) -> tuple[show.Field, ...]:
    number = content.manifest.operator.corporate_number
    fields = [
        (_("Written"), formats.moment(content.generated_at), False),
        (_("Corporate number"), number or "", True),
        (_("Signing key"), _short(content.public_key_id), True),
        (_("Written by"), f"Shirube {content.tool_version}", False),
    ]
    return tuple(
        show.Field(label=label, text=text, mono=mono) for label, text, mono in fields if text
    )


def _short(key_id: str) -> str:
    """Return a key's identifier short; in full it stands under *How to verify*."""
    return key_id if len(key_id) <= 24 else f"{formats.short_digest(key_id)}…"


def _action(action: Action, names: Names) -> show.ActionView:
    subjects = [names.subject(subject) for subject in action.subjects]
    settles = _("1 finding") if action.findings == 1 else _("{count} findings")
    return show.ActionView(
        text=str(action.text),
        effort=wording.effort(action.effort),
        outcome=action.outcome.value,
        outcome_label=wording.outcome(action.outcome),
        symbol=symbol(action.outcome),
        footing=wording.footing(action.footing),
        subjects=_listed(subjects, 3),
        settles=settles.format(count=action.findings),
        rules=tuple(
            show.Link(
                text=str(names.rule(ref).title),
                anchor=anchor("finding", ref, str(names.first(ref, action.subjects))),
            )
            for ref in action.rules[:2]
        ),
    )


def _listed(texts: list[str], limit: int) -> str:
    shown = _(", ").join(texts[:limit])
    rest = len(texts) - limit
    return _("{list} and {count} more").format(list=shown, count=rest) if rest > 0 else shown


def _more(rest: tuple[Action, ...]) -> str:
    if not rest:
        return ""
    if len(rest) == 1:
        return _("One more action follows from the findings below.")
    return _("{count} more actions follow from the findings below.").format(count=len(rest))


def _outcome_legend() -> tuple[show.Mark, ...]:
    return tuple(
        show.Mark(
            code=code.value, text=wording.outcome(code), meaning=wording.outcome_meaning(code)
        )
        for code in Outcome
    )


def _verify(content: ReportContent) -> tuple[str, ...]:
    steps = [
        _(
            "Every piece of evidence is a signed statement and one entry of the ledger. "
            "Its full digest stands in the list of evidence."
        ),
        _(
            "In the operator's folder, “{command}” recomputes the whole ledger from its "
            "entries and names the first thing that does not hold."
        ).format(command="shirube ledger verify"),
        _("Compare the checkpoint that the command prints with the one printed here."),
    ]
    if content.public_key_id:
        steps.append(_("The signing key must be {key}.").format(key=content.public_key_id))
    return tuple(steps)


def _limits() -> tuple[str, ...]:
    return (
        _(
            "Guidelines, plans and codes are soft law: they carry no fine, and they are never "
            "“violated”. A finding says whether evidence shows an expectation, and no more."
        ),
        _(
            "This report is no legal advice and no certificate. It holds for its date, for the "
            "evidence listed and for the rules as encoded."
        ),
    )


def _utc(instant: dt.datetime) -> dt.datetime:
    return (instant if instant.tzinfo else instant.replace(tzinfo=dt.UTC)).astimezone(dt.UTC)
