# SPDX-License-Identifier: Apache-2.0
"""What a schema cannot say: references, ids given twice, check digits, the order of dates.

The checks run on plain data and pass over whatever the schema already refused, so that one pass
names every problem.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from shirube.manifest.corporate_number import check_digit
from shirube.manifest.schema import UNKNOWN
from shirube.terms.errors import Problem
from shirube.texts import _
from shirube.texts.suggestion import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shirube.manifest.reading import Pointer, Reading

_LISTS = ("contacts", "systems", "datasets", "models", "suppliers", "documents", "measurements")
_REFERENCES = (
    ("systems", "models", "models"),
    ("systems", "datasets", "datasets"),
    ("systems", "suppliers", "suppliers"),
    ("datasets", "derived_from", "datasets"),
    ("datasets", "earlier_releases", "datasets"),
    ("datasets", "population", "datasets"),
    ("models", "supplier", "suppliers"),
    ("models", "training_data", "datasets"),
    ("documents", "systems", "systems"),
    ("documents", "datasets", "datasets"),
    ("measurements", "dataset", "datasets"),
    ("measurements", "system", "systems"),
)
_PAST = (("documents", "date"), ("suppliers", "fallback_drill"), ("explanations", "date"))


def check(reading: Reading, today: dt.date) -> Iterator[Problem]:
    """Yield every problem beyond the schema; ``today`` is the day that dates are held against."""
    yield from _corporate_number(reading)
    yield from _ids(reading)
    yield from _references(reading)
    yield from _circles(reading)
    yield from _subjects(reading)
    yield from _documents(reading)
    yield from _databases(reading)
    yield from _dates(reading, today)


def _items(data: Any, name: str) -> Iterator[tuple[Pointer, dict[str, Any]]]:
    found = data.get(name) if isinstance(data, dict) else None
    for index, item in enumerate(found if isinstance(found, list) else ()):
        if isinstance(item, dict):
            yield (name, index), item


def _known(reading: Reading, name: str) -> list[str]:
    return [item["id"] for _at, item in _items(reading.data, name) if _is_text(item.get("id"))]


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _corporate_number(reading: Reading) -> Iterator[Problem]:
    operator = reading.data.get("operator")
    number = operator.get("corporate_number") if isinstance(operator, dict) else None
    if (
        not isinstance(number, str)
        or len(number) != 13
        or not (number.isascii() and number.isdigit())
    ):
        return
    expected = check_digit(number[1:])
    if int(number[0]) != expected:
        yield Problem(
            _("The check digit of the corporate number {number} is wrong.").format(number=number),
            where=reading.place("operator", "corporate_number"),
            why=_("With these twelve digits the first digit would be {digit}.").format(
                digit=expected
            ),
            remedy=_("Compare it with the National Tax Agency's corporate number site."),
        )


def _ids(reading: Reading) -> Iterator[Problem]:
    for name in _LISTS:
        yield from _twice(reading, list(_items(reading.data, name)), "id")
        for pointer, item in _items(reading.data, name):
            columns = [((*pointer, *at), column) for at, column in _items(item, "columns")]
            yield from _twice(reading, columns, "name")
            record = item.get("risk_record")
            risks = [((*pointer, "risk_record", *at), risk) for at, risk in _items(record, "risks")]
            yield from _twice(reading, risks, "id")


def _twice(
    reading: Reading, items: list[tuple[Pointer, dict[str, Any]]], key: str
) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for pointer, item in items:
        name = item.get(key)
        if not isinstance(name, str):
            continue
        line = reading.place(*pointer, key).line or 0
        if key == "id" and name == UNKNOWN:
            yield Problem(
                _("An id cannot be unknown."),
                where=reading.place(*pointer, key),
                why=_("Evidence is kept under this name, so it must mean one thing."),
                remedy=_("Choose an id; it need not be the official name."),
            )
        elif name in first:
            yield Problem(
                _("{name} is already used on line {line}.").format(name=name, line=first[name]),
                where=reading.place(*pointer, key),
                why=_("Evidence is kept under this name, so it must mean one thing."),
                remedy=_("Give one of the two another name."),
            )
        first.setdefault(name, line)


def _references(reading: Reading) -> Iterator[Problem]:
    for name, key, target in _REFERENCES:
        known = _known(reading, target)
        for pointer, item in _items(reading.data, name):
            value = item.get(key)
            named = value if isinstance(value, list) else [value]
            for index, wanted in enumerate(named):
                here = (*pointer, key, index) if isinstance(value, list) else (*pointer, key)
                told = wanted == UNKNOWN and not isinstance(value, list)  # in reading
                if isinstance(wanted, str) and wanted not in known and not told:
                    yield _dangling(reading, here, wanted, target, known)


def _circles(reading: Reading) -> Iterator[Problem]:
    """Yield a problem for each data set that is derived from itself, also by way of others."""
    origins = {
        item.get("id"): item.get("derived_from", [])
        for _at, item in _items(reading.data, "datasets")
        if isinstance(item.get("derived_from", []), list) and _is_text(item.get("id"))
    }
    for pointer, item in _items(reading.data, "datasets"):
        name = item.get("id")
        seen: list[object] = list(origins.get(name, ()) if _is_text(name) else ())
        for origin in seen:
            found = origins.get(origin, ()) if _is_text(origin) else ()
            seen.extend(other for other in found if other not in seen)
        if name in seen:
            yield Problem(
                _("The data set {name} is derived from itself.").format(name=name),
                where=reading.place(*pointer, "derived_from"),
                remedy=_("Name the data set it was made from, or remove the entry."),
            )


def _dangling(
    reading: Reading, pointer: Pointer, wanted: str, target: str, known: list[str]
) -> Problem:
    listed = _("Ids under {target}: {known}.").format(target=target, known=", ".join(known))
    if not known:
        listed = _("Nothing is declared under {target} yet.").format(target=target)
    return Problem(
        _("There is no {name} under {target}.").format(name=wanted, target=target),
        where=reading.place(*pointer),
        remedy=did_you_mean(wanted, known) or listed,
    )


def _subjects(reading: Reading) -> Iterator[Problem]:
    operator = reading.data.get("operator")
    for pointer, item in _items(reading.data, "explanations"):
        kind, _colon, name = str(item.get("subject", "")).partition(":")
        known = _known(reading, f"{kind}s")
        if kind == "operator":
            known = [operator.get("id", "")] if isinstance(operator, dict) else []
        if f"{kind}s" in (*_LISTS, "operators") and name and name not in known:
            yield _dangling(reading, (*pointer, "subject"), name, f"{kind}s", known)


def _documents(reading: Reading) -> Iterator[Problem]:
    for pointer, item in _items(reading.data, "documents"):
        given = [
            key
            for key in ("file", "url")
            if item.get(key) or reading.key(*pointer, key) in reading.unknown
        ]
        if item.get("absent") is True and given:
            yield Problem(
                _("The document is declared absent and has a {key}.").format(key=given[0]),
                where=reading.place(*pointer, "absent"),
                remedy=_("Remove `absent: true`, or the {key}.").format(key=given[0]),
            )
        elif item.get("approvals") and not item.get("file"):
            yield Problem(
                _("The document has approvals and no file."),
                where=reading.place(*pointer, "approvals"),
                why=_("An approval names the digest of a file; an address has none."),
                remedy=_("Add file:, or name who approved it under approved_by:."),
            )
        elif not item.get("absent") and not given:
            yield Problem(
                _("The document has neither a file nor a url."),
                where=reading.place(*pointer),
                why=_("A document counts as evidence only where somebody can look at it."),
                remedy=_(
                    "Add file: or url:, write `file: unknown`, or state `absent: true` "
                    "if there is no such document."
                ),
            )


def _databases(reading: Reading) -> Iterator[Problem]:
    for pointer, item in _items(reading.data, "datasets"):
        for key in ("files", "format", "encoding"):
            if key in item and "database" in item:
                yield Problem(
                    _("The data set has a database and {key}.").format(key=f"{key}:"),
                    where=reading.place(*pointer, key),
                    why=_("Its rows lie in one place."),
                    remedy=_("Keep one of the two, or declare two data sets."),
                )
        if "table" in item and "database" not in item:
            yield Problem(
                _("The data set names a table and no database."),
                where=reading.place(*pointer, "table"),
                remedy=_("Add database:, or take table: out."),
            )


def _dates(reading: Reading, today: dt.date) -> Iterator[Problem]:
    for name, key in _PAST:
        for pointer, item in _items(reading.data, name):
            yield from _future(reading, (*pointer, key), item.get(key), today)
            yield from _order(reading, pointer, item)
    for pointer, item in _items(reading.data, "systems"):
        record = item.get("risk_record")
        decided = record.get("decided_on") if isinstance(record, dict) else None
        yield from _future(reading, (*pointer, "risk_record", "decided_on"), decided, today)
    for pointer, item in _items(reading.data, "documents"):
        for at, signatory in _items(item, "signatories"):
            signed = (*pointer, *at, "date")
            yield from _future(reading, signed, signatory.get("date"), today)
        for at, approval in _items(item, "approvals"):
            approved = (*pointer, *at, "date")
            yield from _future(reading, approved, approval.get("date"), today)


def _future(reading: Reading, pointer: Pointer, value: object, today: dt.date) -> Iterator[Problem]:
    date = _date(value)
    if date and date > today:
        yield Problem(
            _("The date {date} lies in the future; today is {today}.").format(
                date=date, today=today
            ),
            where=reading.place(*pointer),
            why=_("What has not happened yet cannot be evidence."),
            remedy=_("Correct the date, or add the entry on that day."),
        )


def _order(reading: Reading, pointer: Pointer, item: dict[str, Any]) -> Iterator[Problem]:
    start, end = _date(item.get("date")), _date(item.get("expires"))
    if start and end and end <= start:
        yield Problem(
            _("It expires on {end}, which is not after its date {start}.").format(
                end=end, start=start
            ),
            where=reading.place(*pointer, "expires"),
            remedy=_("Give a day of expiry after the date."),
        )


def _date(value: object) -> dt.date | None:
    try:
        return dt.date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
