# SPDX-License-Identifier: Apache-2.0
"""The fixed words of the report: headings, table heads, labels."""

from __future__ import annotations

from shirube.texts import _


def words() -> dict[str, str]:
    """Return the fixed words in the language in use, by the key that the templates know."""
    return {
        "skip": _("Skip to the content"),
        "contents": _("Contents"),
        "summary": _("Summary"),
        "found": _("What was found"),
        "actions": _("What to do next, cheapest first"),
        "no_actions": _("Nothing is open: everything that applies is shown or explained."),
        "effort": _("Effort"),
        "concerns": _("Concerns"),
        "settles": _("Settles"),
        "by_subject": _("Findings by system and subject"),
        "by_instrument": _("Findings by instrument"),
        "measurements": _("What was measured"),
        "figures": _("Values and charts"),
        "evidence_list": _("Evidence list"),
        "verify": _("How to verify"),
        "legend": _("How to read this report"),
        "outcomes": _("Outcomes"),
        "marks": _("Marks"),
        "limits": _("What this report is not"),
        "rule": _("Rule"),
        "outcome": _("Outcome"),
        "version": _("Version of the encoding"),
        "binding": _("How binding"),
        "source": _("Source"),
        "missing": _("Not known yet"),
        "evidence": _("Evidence"),
        "entry": _("Ledger entry"),
        "attempts": _("Attempts"),
        "others": _("Runs that did not decide"),
        "thresholds": _("Thresholds"),
        "footing": _("Footing"),
        "explanation": _("The operator explains"),
        "measured_fact": _("The measured fact stays as it is:"),
        "next_step": _("Next step"),
        "citations": _("Where it stands"),
        "note": _("Note"),
        "not_applicable": _("Not applicable"),
        "not_held": _("Provisions whose text is not held"),
        "text_not_held": _("text not held"),
        "data_table": _("The figures as a table"),
        "measured_values": _("Values"),
        "method": _("Method"),
        "inputs": _("Files that were measured"),
        "failed": _("This attempt ended in an error"),
        "index": _("Entry"),
        "kind": _("Kind"),
        "what": _("What"),
        "sealed": _("Sealed (Japan Standard Time)"),
        "checkpoint": _("Signed checkpoint of the ledger"),
        "no_evidence": _("No evidence has been sealed yet."),
        "top": _("Back to the contents"),
        "dash": _(" – "),
    }
