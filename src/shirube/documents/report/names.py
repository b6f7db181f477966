# SPDX-License-Identifier: Apache-2.0
"""Names for people, anchors for links, and counts, as every part of the page needs them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from shirube.documents import wording
from shirube.documents.content import ReportContent
from shirube.documents.report.context import Count, Mark
from shirube.terms.errors import InternalError
from shirube.terms.finding import Finding, Outcome
from shirube.terms.manifest import Dataset
from shirube.terms.rule import Name, Rule
from shirube.terms.subject import Subject
from shirube.terms.text import Text
from shirube.terms.vocabulary import DOCUMENT_NAMES, PROFILE_NAMES
from shirube.texts import _

_SYMBOLS = {
    Outcome.SHOWN: "✓",
    Outcome.NOT_SHOWN: "!",
    Outcome.NOT_JUDGED: "?",
    Outcome.EXPLAINED: "i",
    Outcome.NOT_APPLICABLE: "–",
}

_ORDER = {code: place for place, code in enumerate(wording.OUTCOMES)}


def symbol(outcome: Outcome) -> str:
    """Return the sign of an outcome; it never stands without the word."""
    return _SYMBOLS[outcome]


def anchor(*parts: str) -> str:
    """Return an identifier for links, the same for the same parts."""
    return re.sub(r"[^A-Za-z0-9_]+", "-", "-".join(parts)).strip("-")


def counts(findings: Sequence[Finding]) -> tuple[Count, ...]:
    """Count findings by outcome, in the order in which a reader needs them."""
    number = Counter(finding.outcome for finding in findings)
    reached = sum(number.values()) - number[Outcome.NOT_APPLICABLE]
    return tuple(
        Count(
            code=code.value,
            symbol=symbol(code),
            label=wording.outcome(code),
            count=number[code],
            percent=0.0
            if code is Outcome.NOT_APPLICABLE
            else round(100 * number[code] / max(reached, 1), 3),
        )
        for code in wording.OUTCOMES
    )


def urgency(finding: Finding) -> tuple[int, str, Subject]:
    """Return the place of a finding in a list: the outcomes that need a reader first."""
    return (_ORDER[finding.outcome], finding.rule, finding.subject)


def rule_marks(rule: Rule) -> tuple[Mark, ...]:
    """Return the marks of a rule."""
    return tuple(Mark(code=code, text=text) for code, text in wording.marks(rule))


class TitlesOfNames:
    """Titles of the names of conditions, and of the ends of their intervals."""

    def __init__(self, titles: Mapping[str, Text]) -> None:
        self._titles = titles

    def title(self, name: str) -> str:
        """Return the title of a name; a name that nobody described stays as it is."""
        for end, words in ((".low", _("{name} (low end)")), (".high", _("{name} (high end)"))):
            known = self._titles.get(name.removesuffix(end))
            if name.endswith(end) and known:
                return words.format(name=known)
        return str(self._titles.get(name, name))


class Names:
    """Looks up what people call a subject, a rule, a measure, a name in a condition."""

    def __init__(self, content: ReportContent) -> None:
        manifest = content.manifest
        self._rules = content.rules()
        self._measures = content.measure_titles
        self._values = _value_names(content)
        self._titles = TitlesOfNames({name: one.title for name, one in self._values.items()})
        self._findings = content.findings
        self._datasets = {dataset.id: dataset for dataset in manifest.datasets}
        self._subjects: dict[Subject, Text] = {
            Subject("operator", manifest.operator.id): manifest.operator.name,
            **{Subject("system", one.id): one.name for one in manifest.systems},
            **{Subject("dataset", one.id): one.title for one in manifest.datasets},
            **{Subject("model", one.id): one.name for one in manifest.models},
            **{Subject("supplier", one.id): one.name for one in manifest.suppliers},
        }

    def subject(self, subject: Subject) -> str:
        """Return the name of a subject, or its id where the manifest does not have it."""
        return str(self._subjects.get(subject, subject.id))

    def subjects(self) -> tuple[Subject, ...]:
        """Return the subjects of the manifest, in its order."""
        return tuple(self._subjects)

    def rule(self, ref: str) -> Rule:
        """Return the rule of a finding."""
        if ref not in self._rules:
            raise InternalError(f"finding of the rule {ref}, which no pack holds")
        return self._rules[ref]

    def first(self, ref: str, subjects: tuple[Subject, ...]) -> Subject:
        """Return the first of these subjects for which the rule is unsettled.

        An action is shared by rules that do not reach all of its subjects.
        """
        return next(
            finding.subject
            for finding in self._findings
            if finding.rule == ref
            and finding.subject in subjects
            and finding.outcome in (Outcome.NOT_SHOWN, Outcome.NOT_JUDGED)
        )

    def measure(self, name: str) -> str:
        """Return the title of a measure."""
        return str(self._measures.get(name, name.replace("_", " ")))

    def value(self, name: str) -> Name | None:
        """Return what is known of a name such as ``anonymity.k``."""
        return self._values.get(name)

    def title(self, name: str) -> str:
        """Return the title of a name; a name that nobody described stays as it is."""
        return self._titles.title(name)

    def unit(self, name: str) -> str:
        """Return the unit of a name, also of the ends of its interval."""
        known = self.value(re.sub(r"\.(low|high)$", "", name))
        return known.unit if known else ""

    def dataset(self, dataset_id: str) -> Dataset | None:
        """Return a data set of the manifest."""
        return self._datasets.get(dataset_id)

    def data_marks(self, *dataset_ids: str) -> tuple[Mark, ...]:
        """Return the marks *injected* and *synthetic* that data sets carry themselves."""
        found: dict[Mark, None] = {}
        for dataset in (self._datasets[name] for name in dataset_ids if name in self._datasets):
            if dataset.synthetic:
                text = _("The data set “{title}” is synthetic.").format(title=dataset.title)
                found[Mark(code="synthetic", text=_("synthetic"), meaning=text)] = None
            if dataset.injected is not None:
                told = str(dataset.injected)
                found[Mark(code="injected", text=_("injected"), meaning=told)] = None
        return tuple(found)

    def ancestry_notes(self, dataset_id: str) -> tuple[str, ...]:
        """Return what is marked in the data that a data set was derived from, as sentences.

        The mark may concern rows or columns that did not come along, so it is told, not attached.
        """
        dataset = self._datasets.get(dataset_id)
        waiting, seen = list(dataset.derived_from if dataset else ()), dict[str, None]()
        while waiting:
            name = waiting.pop(0)
            if name not in seen and name in self._datasets:
                seen[name] = None
                waiting.extend(self._datasets[name].derived_from)
        return tuple(
            _("Derived from “{title}” [{mark}]: {meaning}").format(
                title=self._datasets[name].title, mark=mark.text, meaning=mark.meaning
            )
            for name in seen
            for mark in self.data_marks(name)
        )


def _value_names(content: ReportContent) -> dict[str, Name]:
    names = {name.name: name for group in PROFILE_NAMES.values() for name in group}
    names |= {name.name: name for name in DOCUMENT_NAMES}
    if content.vocabulary is None:
        return names
    for source, group in content.vocabulary.sources.items():
        for name in group:
            full = name.name if name.name.startswith(f"{source}.") else f"{source}.{name.name}"
            names[full] = name
    return names
