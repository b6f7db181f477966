# SPDX-License-Identifier: Apache-2.0
"""The cases of a rule: sentences that say which facts must lead to which outcome.

``rules`` reads them; ``assessment`` runs them through the same code that judges an operator.
"""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import msgspec

from shirube.rules.keeping_cases import SCHEMA
from shirube.rules.names import documents_or_values, fits, profile_kinds
from shirube.rules.positions import Sheet, read_sheet
from shirube.terms.errors import Problem, Problems
from shirube.terms.measurement import Scalar
from shirube.terms.text import Text
from shirube.texts import _

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from shirube.rules.keeping_cases import KeptCases
    from shirube.rules.language import Kind
    from shirube.terms.place import Place
    from shirube.terms.rule import Rule, Vocabulary


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """One run of a measurement, or one document, as a case states it."""

    id: str
    date: dt.date
    values: dict[str, Scalar] = msgspec.field(default_factory=dict)
    arguments: dict[str, object] | None = None
    withdrawn: str = ""
    failure: str = ""
    expires: dt.date | None = None


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """Facts on a date, and the outcome that the rule must give."""

    sentence: Text
    on: dt.date
    outcome: str
    profile: dict[str, Scalar]
    runs: tuple[Run, ...]
    place: Place | None = None


def read_cases(
    path: Path, rule: Rule, vocabulary: Vocabulary, kept: KeptCases | None = None
) -> tuple[Case, ...]:
    """Read ``cases.yaml``; raises ``Problems`` for a name that the rule could never see.

    What was kept of the file is taken where nothing is wrong with it; a mistake is always told from
    the YAML, with its line.
    """
    held = kept.find(path) if kept else None
    if held is not None:
        with suppress(Problems):
            return _cases(held, rule, vocabulary)
    sheet = read_sheet(path, SCHEMA)
    cases = _cases(sheet, rule, vocabulary)
    if kept:
        kept.add(path, sheet)
    return cases


def _cases(sheet: Sheet, rule: Rule, vocabulary: Vocabulary) -> tuple[Case, ...]:
    reader = _CaseReader(sheet, rule, vocabulary)
    cases = tuple(reader.case(index, item) for index, item in enumerate(sheet.data))
    if reader.problems:
        raise Problems(reader.problems)
    return cases


class _CaseReader:
    def __init__(self, sheet: Sheet, rule: Rule, vocabulary: Vocabulary) -> None:
        self.sheet = sheet
        self.profile = profile_kinds(vocabulary, rule.subject)
        self.values = documents_or_values(vocabulary, rule.wanted)
        self.rule = rule
        self.problems: list[Problem] = []

    def case(self, index: int, item: dict[str, Any]) -> Case:
        on = self._date(item["on"], (index, "on"))
        profile = item.get("profile") or {}
        self._check(profile, self.profile, (index, "profile"))
        return Case(
            sentence=Text(**item["sentence"]),
            on=on,
            outcome=item["outcome"],
            profile=profile,
            runs=tuple(
                self._run(run, on, (index, "runs", at))
                for at, run in enumerate(item.get("runs") or ())
            ),
            place=self.sheet.place(index),
        )

    def _run(self, run: dict[str, Any], on: dt.date, key: tuple[str | int, ...]) -> Run:
        values = run.get("values") or {}
        self._check(values, self.values, (*key, "values"))
        if self.rule.wanted.kind == "manifest":
            self._say(_("A rule on the manifest alone has no runs."), key)
        return Run(
            id=run["id"],
            date=self._date(run["date"], (*key, "date")) if "date" in run else on,
            values=values,
            arguments=run.get("arguments"),
            withdrawn=run.get("withdrawn", ""),
            failure=run.get("failure", ""),
            expires=self._date(run["expires"], (*key, "expires")) if "expires" in run else None,
        )

    def _check(
        self, given: Mapping[str, Scalar], known: Mapping[str, Kind], key: tuple[str | int, ...]
    ) -> None:
        for name, value in given.items():
            if name not in known:
                self._say(_("The name “{name}” is not known here.").format(name=name), (*key, name))
            elif value is not None and not fits(value, known[name]):
                self._say(
                    _("The value of “{name}” has the wrong type.").format(name=name), (*key, name)
                )

    def _date(self, text: str, key: tuple[str | int, ...]) -> dt.date:
        try:
            return dt.date.fromisoformat(text)
        except ValueError:
            self._say(_("“{text}” is not a date.").format(text=text), key)
            return dt.date.min

    def _say(self, found: str, key: tuple[str | int, ...]) -> None:
        self.problems.append(Problem(found, where=self.sheet.place(*key)))
