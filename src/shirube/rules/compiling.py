# SPDX-License-Identifier: Apache-2.0
"""Compile one rule: from the YAML that people write to the record that is judged.

1. The form (schema). 2. Dates. 3. The evidence that would show it. 4. Thresholds. 5. Conditions.
Each problem names file, line and key, and all are told at once.
"""

from __future__ import annotations

import datetime as dt
import math
from typing import TYPE_CHECKING, Any, cast

from shirube.rules.language import ConditionError, compile_condition, names_in
from shirube.rules.names import choices, evidence_kinds, kind_of, profile_kinds
from shirube.rules.positions import Sheet, read_sheet
from shirube.terms.errors import Problem, Problems
from shirube.terms.rule import Citation, DatedValue, Goal, GoalTree, Rule, Wanted
from shirube.terms.text import Text
from shirube.texts import _

if TYPE_CHECKING:
    from pathlib import Path

    from shirube.rules.language import Kind
    from shirube.terms.rule import Node, Pack, Vocabulary


def compile_rule(path: Path, pack: Pack, vocabulary: Vocabulary, kinds: frozenset[str]) -> Rule:
    """Read and check ``rule.yaml``; raises ``Problems`` with lines.

    Parameters
    ----------
    path
        The file; the name of its folder is the rule's id.
    pack
        The pack it belongs to, without its rules.
    vocabulary
        The names that conditions may use.
    kinds
        The kinds of document that can be asked for; empty means that any is accepted.
    """
    sheet = read_sheet(path, "rule")
    compiler = _Compiler(sheet, vocabulary, kinds)
    rule = compiler.rule(path.parent.name, pack)
    if compiler.problems:
        raise Problems(compiler.problems)
    return rule


def text(data: dict[str, str]) -> Text:
    """Return both languages of a text, without the line breaks of YAML at its end."""
    return Text(data["ja"].strip(), data["en"].strip())


class _Compiler:
    def __init__(self, sheet: Sheet, vocabulary: Vocabulary, kinds: frozenset[str]) -> None:
        self.sheet, self.data = sheet, cast("dict[str, Any]", sheet.data)
        self.vocabulary, self.kinds = vocabulary, kinds
        self.problems: list[Problem] = []

    def rule(self, name: str, pack: Pack) -> Rule:
        data = self.data
        start = self._date(data["from"], "from")
        end = self._date(data["until"], "until") if data.get("until") else None
        self._check_dates(pack, start, end)
        wanted = self._wanted()
        values = self._values(start)
        applies = "true" if data["applies"] is True else data["applies"].strip()
        applies_tree = self._condition("applies", applies, wanted, values)
        shown_tree = self._condition("shown", data["shown"].strip(), wanted, values)
        self._check_uses(wanted, values, applies_tree, shown_tree)
        return Rule(
            id=name,
            pack=pack.id,
            title=text(data["title"]),
            expectation=text(data["expectation"]),
            citations=tuple(
                Citation(
                    instrument=text(item["instrument"]),
                    provision=text(item["provision"]),
                    url=item["url"],
                )
                for item in data["citations"]
            ),
            addressee=data["addressee"],
            footing=data["footing"],
            status=data["status"],
            confidence=data["confidence"],
            start=start,
            end=end,
            subject=data["subject"],
            applies=applies,
            wanted=wanted,
            over=self._over(wanted),
            shown=data["shown"].strip(),
            next_step=text(data["next_step"]),
            effort=data["effort"],
            values=values,
            lifetime_days=int(data["lifetime"].split()[0]) if "lifetime" in data else None,
            text_held=data.get("text_held", True),
            note=text(data["note"]) if "note" in data else None,
            goal_tree=self._goals() if "goal_tree" in data else None,
            applies_tree=applies_tree,
            shown_tree=shown_tree,
            file=f"{pack.id}/{name}/rule.yaml",
        )

    # 2. Dates.

    def _date(self, given: str, *key: str | int) -> dt.date:
        try:
            return dt.date.fromisoformat(given)
        except ValueError:
            self._say(_("“{text}” is not a date.").format(text=given), *key)
            return dt.date.min

    def _check_dates(self, pack: Pack, start: dt.date, end: dt.date | None) -> None:
        if end is not None and end <= start:
            self._say(_("The rule ends before it begins."), "until")
        if start < pack.start:
            self._say(
                _("The rule begins before its instrument ({date}).").format(date=pack.start), "from"
            )
        if pack.end is not None and (end is None or end > pack.end):
            self._say(
                _("The rule outlives its instrument ({date}).").format(date=pack.end), "until"
            )
        if self.data["status"] == "superseded" and end is None:
            self._say(_("A superseded rule needs the date until which it stood."), "status")

    # 3. The evidence that would show it.

    def _wanted(self) -> Wanted:
        evidence = self.data["evidence"]
        named = [kind for kind in ("measure", "document", "manifest") if kind in evidence]
        if len(named) != 1:
            self._say(_("Name one of measure, document and manifest."), "evidence")
        if "arguments" in evidence and "measure" not in evidence:
            self._say(_("Only a measure has arguments."), "evidence", "arguments")
        if "measure" in evidence:
            return self._measure(evidence)
        if "document" in evidence:
            return self._document(evidence["document"])
        return Wanted(kind="manifest", source="manifest")

    def _measure(self, evidence: dict[str, Any]) -> Wanted:
        name = evidence["measure"]
        if name not in self.vocabulary.sources:
            self._say(
                _("There is no measure named “{name}”.").format(name=name),
                "evidence",
                "measure",
                remedy=_("Known are: {names}.").format(names=", ".join(self.vocabulary.sources)),
            )
        return Wanted(kind="measurement", source=name, arguments=evidence.get("arguments", {}))

    def _document(self, kind: str) -> Wanted:
        if self.kinds and kind not in self.kinds:
            self._say(
                _("There is no kind of document named “{kind}”.").format(kind=kind),
                "evidence",
                "document",
                remedy=_("The kinds are listed in document_kinds.yaml."),
            )
        return Wanted(kind="document", source=kind)

    def _over(self, wanted: Wanted) -> Any:
        over = self.data.get("over", "every")
        if over == "any" and wanted.kind != "document":
            self._say(
                _("“any” is for documents only."),
                "over",
                why=_("With “any” a measurement could be repeated until one passes."),
            )
        return over

    # 4. Thresholds.

    def _values(self, start: dt.date) -> dict[str, tuple[DatedValue, ...]]:
        found: dict[str, tuple[DatedValue, ...]] = {}
        for name, dated in self.data.get("values", {}).items():
            items = [self._value(name, date, item) for date, item in dated.items()]
            found[name] = tuple(sorted(items, key=lambda item: item.start))
            self._check_value(name, found[name], start)
        return found

    def _value(self, name: str, date: str, item: dict[str, Any]) -> DatedValue:
        return DatedValue(
            start=self._date(date, "values", name, date),
            value=item["value"],
            footing=item["footing"],
            reason=text(item["reason"]),
        )

    def _check_value(self, name: str, dated: tuple[DatedValue, ...], start: dt.date) -> None:
        if dated[0].start > start:
            self._say(
                _("“{name}” has no value on {date}, when the rule begins.").format(
                    name=name, date=start
                ),
                "values",
                name,
            )
        if len({kind_of(item.value) for item in dated}) > 1:
            self._say(_("The values of “{name}” differ in type.").format(name=name), "values", name)

    def _goals(self) -> GoalTree:
        given = self.data["goal_tree"]
        parts = tuple(
            Goal(title=text(part["title"]), goals=part["goals"], weight=part["weight"])
            for part in given["parts"]
        )
        whole = math.fsum(part.weight for part in parts)
        if abs(whole - 1) > 1e-9:
            self._say(
                _("The weights of the goals add up to {sum}, not to 1.").format(sum=f"{whole:g}"),
                "goal_tree",
                "parts",
            )
        return GoalTree(
            source=text(given["source"]),
            url=given["url"],
            on=self._date(given["on"], "goal_tree", "on"),
            automatic=given["automatic"],
            parts=parts,
        )

    # 5. Conditions.

    def _condition(
        self, key: str, condition: str, wanted: Wanted, values: dict[str, tuple[DatedValue, ...]]
    ) -> Node:
        profile = profile_kinds(self.vocabulary, self.data["subject"])
        names: dict[str, Kind] = dict(profile)
        names.update({f"value.{name}": kind_of(dated[0].value) for name, dated in values.items()})
        if key == "shown":
            names.update(evidence_kinds(self.vocabulary, wanted))
        nullable = frozenset(profile) if key == "applies" else frozenset()
        try:
            return compile_condition(condition, names, nullable=nullable, choices=choices())
        except ConditionError as error:
            self._say(str(error), key)
            return ("value", True)

    def _check_uses(
        self,
        wanted: Wanted,
        values: dict[str, tuple[DatedValue, ...]],
        applies: Node,
        shown: Node,
    ) -> None:
        used = names_in(shown)
        profile = profile_kinds(self.vocabulary, self.data["subject"])
        evidence = profile if wanted.kind == "manifest" else evidence_kinds(self.vocabulary, wanted)
        if not self.problems and not any(name in evidence for name in used):
            self._say(
                _("The condition does not look at the evidence that it asks for."),
                "shown",
                why=_("It would give the same answer whatever the evidence says."),
            )
        idle = {f"value.{name}" for name in values} - set(used) - set(names_in(applies))
        if not self.problems:
            for name in sorted(idle):
                self._say(
                    _("The threshold “{name}” is not used.").format(name=name),
                    "values",
                    name.partition(".")[2],
                )

    def _say(self, found: str, *key: str | int, why: str = "", remedy: str = "") -> None:
        place = self.sheet.place(*key)
        self.problems.append(Problem(found, where=place, why=why, remedy=remedy))
