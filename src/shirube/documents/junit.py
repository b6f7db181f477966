# SPDX-License-Identifier: Apache-2.0
"""Findings as JUnit XML, so that any continuous integration shows them as tests."""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree import ElementTree as Xml  # only writes; nothing foreign is parsed here

from shirube.documents import wording
from shirube.terms.finding import Finding, Outcome
from shirube.terms.rule import Pack, Rule
from shirube.texts import _

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>'
_SKIPPED = (Outcome.NOT_JUDGED, Outcome.NOT_APPLICABLE)


def junit(findings: Sequence[Finding], packs: Sequence[Pack]) -> str:
    """Write one test case per finding, one suite per pack, in the language in use.

    *Not shown* is a failure. *Could not be judged* and *not applicable* are skipped, with the
    reason. *Explained* passes, and its explanation is the output of the case.
    """
    suites = Xml.Element("testsuites", {"name": "shirube", **_counts(findings)})
    for pack in packs:
        rules = {rule.ref: rule for rule in pack.rules}
        own = [finding for finding in findings if finding.rule in rules]
        if not own:
            continue
        suite = Xml.SubElement(
            suites, "testsuite", {"name": _clean(str(pack.title)), **_counts(own)}
        )
        for finding in own:
            _case(suite, finding, rules[finding.rule])
    Xml.indent(suites)
    # The declaration is ours: the library would name the encoding of this machine's locale.
    return f"{_DECLARATION}\n{Xml.tostring(suites, encoding='unicode')}\n"


def _counts(findings: Sequence[Finding]) -> dict[str, str]:
    return {
        "tests": str(len(findings)),
        "failures": str(sum(finding.outcome is Outcome.NOT_SHOWN for finding in findings)),
        "errors": "0",
        "skipped": str(sum(finding.outcome in _SKIPPED for finding in findings)),
    }


def _case(suite: Xml.Element, finding: Finding, rule: Rule) -> None:
    name = f"{rule.title} [{finding.subject}]"
    case = Xml.SubElement(suite, "testcase", name=_clean(name), classname=finding.rule, time="0")
    message = f"{wording.outcome(finding.outcome)}: {wording.reason(finding.reason)}"
    if finding.outcome is Outcome.NOT_SHOWN:
        failure = Xml.SubElement(case, "failure", message=_clean(message), type="not_shown")
        failure.text = _clean(_body(finding, rule))
    elif finding.outcome in _SKIPPED:
        Xml.SubElement(case, "skipped", message=_clean(message))
    elif finding.outcome is Outcome.EXPLAINED:
        Xml.SubElement(case, "system-out").text = _clean(_explained(finding, message))


def _body(finding: Finding, rule: Rule) -> str:
    return "\n".join(
        line
        for line in (
            str(rule.expectation),
            ", ".join(words for _code, words in wording.marks(rule)),
            _("Condition: {condition}").format(condition=finding.condition),
            *(
                _("Evidence: {id}, ledger entry {index}, SHA-256 {digest}").format(
                    id=judged.declared_id, index=judged.index, digest=judged.sha256
                )
                for judged in finding.judged
            ),
            _("Next: {step}").format(step=rule.next_step),
        )
        if line
    )


def _explained(finding: Finding, message: str) -> str:
    explanation = finding.explanation
    if explanation is None:
        return message
    told = _("{reason} ({author}, {date}, valid until {expires})").format(
        reason=explanation.reason,
        author=explanation.author,
        date=explanation.date.isoformat(),
        expires=explanation.expires.isoformat(),
    )
    return f"{message}\n{told}\n{finding.condition}"


def _clean(text: str) -> str:
    """Leave out the control characters that XML 1.0 cannot hold."""
    return _NOT_XML.sub("\ufffd", text)
