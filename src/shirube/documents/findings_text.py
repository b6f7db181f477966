# SPDX-License-Identifier: Apache-2.0
"""The findings of a dossier as plain text, for a reader who has nothing but the opened file.

Each finding stands with the rule in words, its footing and marks, where the rule stands, the
condition with the values put in, and the entries that decided. What a sender wrote is shown without
control characters, so that it cannot act on the reader's terminal.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shirube.documents import wording
from shirube.terms.finding import Outcome, Reason
from shirube.texts import _

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shirube.terms.dossier import DossierVerified, FindingLine, ToldRule

_REASONS = set(Reason)


def findings_text(verified: DossierVerified) -> str:
    """Return the findings of a verified dossier in the language in use, the gravest first."""
    return "".join(f"{plain(line)}\n" for line in _lines(verified))


def headline(line: FindingLine) -> str:
    """Return what a finding is about: the rule's title with its marks, the subject, the rule."""
    title = f"{wording.marked(line.told)}  " if line.told else ""
    return plain(f"{title}{line.subject}  {line.rule}")


def plain(text: str) -> str:
    """Return a text that was written by somebody else without its control characters."""
    return "".join(sign if sign.isprintable() else " " for sign in text)


def _lines(verified: DossierVerified) -> Iterator[str]:
    head = verified.head
    yield _("Findings of {name} ({id}), judged on {date} with Shirube {version}").format(
        name=head.operator_name, id=head.operator_id, date=head.on, version=head.tool_version
    )
    yield _("From the dossier {digest}, signed with the key {key}.").format(
        digest=verified.sha256, key=verified.key_id
    )
    for outcome in wording.OUTCOMES:
        found = [line for line in verified.findings if line.outcome == outcome.value]
        if not found:
            continue
        yield ""
        yield f"## {wording.outcome(outcome)} ({len(found)})"
        yield wording.outcome_meaning(outcome)
        for line in found:
            yield ""
            yield f"- {headline(line)}"
            if outcome is not Outcome.NOT_APPLICABLE:
                yield from (f"    {told}" for told in _details(line))
    removed = [name for name in verified.removed if name.startswith("findings/")]
    if removed:
        yield ""
        yield _("Removed by redaction: {name}").format(name=", ".join(removed))


def _details(line: FindingLine) -> Iterator[str]:
    if line.told:
        yield str(line.told.expectation)
        yield _standing(line.told)
        for one in line.told.citations:
            yield f"{one.instrument}  {one.provision}  {one.url}"
    if line.condition:
        yield line.condition
    if line.reason in _REASONS:
        yield wording.reason(Reason(line.reason))
    if line.explanation:
        given = line.explanation
        yield _("Explained by {author} on {date}, until {expires}: {reason}").format(
            author=given.author, date=given.date, expires=given.expires, reason=given.reason
        )
    if line.evidence:
        yield _("Evidence: {entries}").format(
            entries=", ".join(f"evidence/{index}" for index in line.evidence)
        )


def _standing(told: ToldRule) -> str:
    own = ", ".join(told.own_thresholds)
    sentence = _("Footing: {footing}; {status}; {confidence}.").format(
        footing=wording.footing(told.footing),
        status=wording.status(told.status),
        confidence=wording.confidence(told.confidence),
    )
    if not own:
        return sentence
    return sentence + _(" No instrument gives these numbers: {names}.").format(names=own)
