# SPDX-License-Identifier: Apache-2.0
"""The general draft: any kind of document that a rule asks for, begun from what is known.

A kind with a folder of its own (``documents/<kind>/``) is written by ``forms``; every other one by
the two templates here. What is not known stays a blank with the question of the manifest's schema.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from shirube.documents import formats, wording
from shirube.terms.errors import Problem
from shirube.terms.subject import Subject
from shirube.texts import _, language, using

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shirube.terms.document import Document
    from shirube.terms.drafting import Asking, Described, Material
    from shirube.terms.evidence import Evidence
    from shirube.terms.measurement import Value
    from shirube.texts import Language

_ROOM = Path(__file__).parent
_BLANKS: dict[Language, str] = {"ja": "＿＿＿＿＿＿＿＿", "en": "________"}


def draft(material: Material, chosen: Language) -> str:
    """Write the draft of one document in one language, as Markdown that a person completes.

    Raises
    ------
    Problem
        The extra ``reports`` is missing.
    """
    try:
        import jinja2
    except ImportError as error:
        raise Problem(
            _("Writing documents needs the extra reports, which is not installed."),
            remedy=_("Run: pip install 'shirube[reports]'"),
        ) from error
    # Markdown for people to edit: nothing is HTML here, so nothing is escaped.
    environment = jinja2.Environment(  # noqa: S701
        undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    source = (_ROOM / f"template.{chosen}.md").read_text(encoding="utf-8")
    with using(chosen):
        written = environment.from_string(source).render(**_context(material))
    return _single_blank_lines(written)


def _context(material: Material) -> dict[str, Any]:
    names = {each.subject: _line(each.name) for each in material.scope}
    reaching = [each for each in material.asking if each.reaches and each.start is None]
    others = [each for each in material.asking if each not in reaching]
    return {
        "kind": material.kind.kind,
        "title": _line(material.kind.title),
        "description": _line(material.kind.description),
        "operator": _line(material.operator),
        "on": formats.day(material.on),
        "blank": _BLANKS[language()],
        "review": _review(reaching),
        "grounds": [_ground(each, names) for each in reaching],
        "others": [_ground(each, names) for each in others],
        "subjects": [_subject(each) for each in material.scope],
        "points": [_point(each) for each in reaching],
        "measured": [_measured(each, material, names) for each in material.measured],
        "papers": [_paper(each) for each in material.declared],
        "questions": [_line(each) for each in material.questions],
    }


def _ground(asking: Asking, names: dict[Subject, str]) -> dict[str, Any]:
    rule = asking.rule
    separator = "、" if language() == "ja" else ", "
    cited = [f"{_line(each.instrument)} {_line(each.provision)}" for each in rule.citations]
    return {
        "title": _line(rule.title),
        "ref": rule.ref,
        "citation": ("；" if language() == "ja" else "; ").join(cited),
        "url": rule.citations[0].url if rule.citations else "",
        "footing": wording.footing(rule.footing),
        "addressee": wording.addressee(rule.addressee),
        "own": rule.footing == "own-policy",
        "subjects": separator.join(names.get(each, each.id) for each in asking.reaches),
        "note": _line(rule.note) if rule.note else "",
        "start": formats.day(asking.start) if asking.start else "",
    }


def _point(asking: Asking) -> dict[str, str]:
    rule = asking.rule
    return {
        "title": _line(rule.title),
        "expectation": _line(rule.expectation),
        "next_step": _line(rule.next_step),
    }


def _review(asking: list[Asking]) -> str:
    """Return how old the document may be under the strictest rule; empty where none says so."""
    limits = [each.rule.lifetime_days for each in asking if each.rule.lifetime_days is not None]
    if not limits:
        return ""
    return _("within {days} of the date of the document").format(days=formats.days(min(limits)))


def _subject(described: Described) -> dict[str, Any]:
    blank = _BLANKS[language()]
    asked = _("{blank} ({question})")
    return {
        "kind": wording.subject_kind(described.subject.kind),
        "name": _line(described.name),
        "facts": [
            *((_line(title), _line(fact)) for title, fact in described.facts),
            *(
                (_line(title), asked.format(blank=blank, question=_line(question)))
                for title, question in described.open
            ),
        ],
    }


def _measured(item: Evidence, material: Material, names: dict[Subject, str]) -> dict[str, Any]:
    made = item.measurement
    if made is None:
        return {}
    wanted = material.shown.get(item.index, ())
    return {
        "title": str(material.titles.get(made.measure, made.measure)),
        "subject": names.get(made.subject, made.subject.id),
        "id": made.id,
        "dataset": names.get(Subject("dataset", made.dataset), made.dataset),
        "sealed": formats.minute(item.sealed_at),
        "index": item.index,
        "digest": formats.short_digest(item.sha256),
        "rows": [
            _row(value, str(material.titles.get(f"{made.measure}.{value.name}", value.name)))
            for value in made.values
            if value.name in wanted
        ],
    }


def _row(value: Value, title: str) -> tuple[str, ...]:
    told = formats.scalar(value.value, value.unit)
    if value.value is None and value.reason:
        told = _("{value} ({reason})").format(value=told, reason=_line(value.reason))
    interval = value.interval
    span = formats.interval(interval.low, interval.high, value.unit) if interval else "–"
    size = "–" if value.sample_size is None else formats.number(value.sample_size)
    return tuple(cell.replace("|", "\\|") for cell in (_line(title), told, span, size))


def _paper(document: Document) -> str:
    separator = "、" if language() == "ja" else "; "
    return _("{title}: {told}").format(
        title=_line(document.title or document.id), told=separator.join(_told(document))
    )


def _told(document: Document) -> Iterator[str]:
    if document.absent:
        yield _("declared absent")
    elif document.file or document.url:
        yield str(document.file or document.url)
    if document.date:
        yield _("dated {date}").format(date=formats.day(document.date))
    if document.expires:
        yield _("expires {date}").format(date=formats.day(document.expires))
    if document.owner:
        yield _("owner {name}").format(name=document.owner)
    if document.approved_by:
        yield _("approved by {name}").format(name=document.approved_by)
    if not document.absent and not document.file and not document.url:
        yield _("no file is known")


def _line(text: object) -> str:
    """Return a text as one line, so that what was declared cannot break the form."""
    return " ".join(str(text).split())


def _single_blank_lines(written: str) -> str:
    lines: list[str] = []
    for line in written.rstrip().splitlines():
        inside = line.lstrip().startswith("- ") and lines[-2:-1] != [] and not lines[-1]
        if inside and lines[-2].lstrip().startswith("- "):
            lines.pop()  # one list: a blank line between its points would make it two
        if line.strip() or (lines and lines[-1]):
            lines.append(line.rstrip())
    return "\n".join(lines) + "\n"
