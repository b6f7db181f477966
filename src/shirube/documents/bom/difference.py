# SPDX-License-Identifier: Apache-2.0
"""The difference between two bills of materials, in words; any CycloneDX 1.x JSON will do.

Components are the same when type and reference are the same, whatever their version. Where several
versions of one package stand side by side, equal versions are paired and the others come and go.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any

import msgspec

from shirube.terms.bom import BomChange
from shirube.terms.errors import Problem
from shirube.terms.text import Text
from shirube.texts import N_, _

if TYPE_CHECKING:
    from collections.abc import Iterator

_DEEPEST = 32
_SEALED = "shirube:evidence:"


class _Part(msgspec.Struct, frozen=True, kw_only=True):
    """What is compared of a component or a service."""

    title: str
    version: str
    facts: dict[str, dict[str, str]]


_Parts = dict[str, list[_Part]]

_CHANGED = {
    "hash": N_("{component}: the file's digest changed ({name}) from {before} to {after}."),
    "licence": N_("{component}: the licence changed from {before} to {after}."),
    "supplier": N_("{component}: the supplier changed ({name}) from {before} to {after}."),
    "metric": N_("{component}: the figure {name} changed from {before} to {after}."),
    "description": N_("{component}: {name} changed from {before} to {after}."),
}


def difference(old: bytes, new: bytes, *, names: tuple[str, str]) -> tuple[BomChange, ...]:
    """Return what changed from one bill to the other, in the order of their components.

    ``names`` are the two files' names, for errors.

    Raises
    ------
    Problem
        A file is no CycloneDX JSON.
    """
    before, after = _parts(old, names[0]), _parts(new, names[1])
    return tuple(
        change
        for key in sorted(before.keys() | after.keys())
        for change in _compare(before.get(key, []), after.get(key, []))
    )


def _parts(data: bytes, name: str) -> _Parts:
    try:
        whole = msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _no_bom(name, str(error)) from error
    if not isinstance(whole, dict) or whole.get("bomFormat") != "CycloneDX":
        raise _no_bom(name, _("it does not say bomFormat: CycloneDX"))
    parts: _Parts = defaultdict(list)
    try:
        metadata = whole.get("metadata") or {}
        if own := metadata.get("component"):
            _add(parts, "system", own, "", 0)
        for kind in ("components", "services"):
            for part in whole.get(kind) or ():
                _add(parts, kind, part, "", 0)
    except (AttributeError, TypeError, KeyError) as error:
        raise _no_bom(name, _("its components are not of the form that CycloneDX asks for")) from (
            error
        )
    return dict(parts)


def _no_bom(name: str, reason: str) -> Problem:
    return Problem(
        _("This is no CycloneDX bill of materials in JSON: {reason}.").format(reason=reason),
        where=name,
        remedy=_("Write one with `shirube bom write SYSTEM --out FILE`."),
    )


def _add(parts: _Parts, kind: str, part: dict[str, Any], within: str, depth: int) -> None:
    if depth > _DEEPEST:
        raise TypeError
    key = f"{within}{_key(kind, part)}"
    parts[key].append(
        _Part(title=_title(part), version=str(part.get("version", "")), facts=_facts(part))
    )
    for inner in part.get(kind if kind == "services" else "components") or ():
        _add(parts, kind, inner, f"{key} > ", depth + 1)


def _key(kind: str, part: dict[str, Any]) -> str:
    """Return what stays the same when a version changes."""
    if kind == "system":
        return kind
    purl = str(part.get("purl", ""))
    if purl:
        return f"{kind} {re.split(r'[@?#]', purl, maxsplit=1)[0]}"
    own = str(part.get("bom-ref", ""))
    if own.startswith(("model:", "dataset:", "supplier:")):
        return f"{kind} {own}"
    return f"{kind} {part.get('type', '')} {part.get('group', '')} {part['name']}"


def _title(part: dict[str, Any]) -> str:
    group = f"{part['group']}/" if part.get("group") else ""
    return f"{group}{part['name']}"


def _facts(part: dict[str, Any]) -> dict[str, dict[str, str]]:
    """Return kind of fact → name → value."""
    supplier = part.get("supplier") or part.get("provider") or {}
    card = part.get("modelCard") or {}
    figures = (card.get("quantitativeAnalysis") or {}).get("performanceMetrics") or ()
    own = {entry["name"]: str(entry.get("value", "")) for entry in part.get("properties") or ()}
    metrics = {name.removeprefix("shirube:metric:"): value for name, value in own.items()
               if name.startswith("shirube:metric:")}  # fmt: skip
    others = {name.removeprefix("shirube:"): value for name, value in own.items()
              if not name.startswith(("shirube:metric:", _SEALED))}  # fmt: skip
    return {
        "hash": {one["alg"]: one["content"] for one in part.get("hashes") or ()},
        "licence": {"": ", ".join(sorted(map(_licence, part.get("licenses") or ())))},
        "supplier": {
            "name": str(supplier.get("name", "")),
            "country": str((supplier.get("address") or {}).get("country", "")),
        },
        "metric": metrics | {_metric(one): str(one.get("value", "")) for one in figures},
        "description": others,
    }


def _licence(choice: dict[str, Any]) -> str:
    licence = choice.get("license") or {}
    return str(choice.get("expression") or licence.get("id") or licence.get("name", ""))


def _metric(one: dict[str, Any]) -> str:
    return f"{one.get('type', '')} [{one['slice']}]" if one.get("slice") else one.get("type", "")


def _compare(old: list[_Part], new: list[_Part]) -> Iterator[BomChange]:
    if len(old) == len(new) == 1:
        yield from _changed(old[0], new[0])
        return
    held, given = {one.version: one for one in old}, {one.version: one for one in new}
    for version, one in held.items():
        if version in given:
            yield from _changed(one, given[version])
        else:
            yield _came(N_("{component} was removed."), "removed", one)
    for version, one in given.items():
        if version not in held:
            yield _came(N_("{component} was added."), "added", one)


def _came(message: str, kind: Any, part: _Part) -> BomChange:
    named = f"{part.title} {part.version}".strip()
    before, after = (part.version, "") if kind == "removed" else ("", part.version)
    return BomChange(
        kind=kind, component=part.title, said=Text.of(message, component=named),
        before=before, after=after,
    )  # fmt: skip


def _changed(old: _Part, new: _Part) -> Iterator[BomChange]:
    if old.version != new.version:
        yield _change(
            "version", N_("{component}: the version changed from {before} to {after}."),
            new, "", old.version, new.version,
        )  # fmt: skip
    if old.title != new.title:
        yield _change("description", _CHANGED["description"], new, "name", old.title, new.title)
    for kind, message in _CHANGED.items():
        before, after = old.facts[kind], new.facts[kind]
        for name in sorted(before.keys() | after.keys()):
            if before.get(name, "") != after.get(name, ""):
                yield _change(kind, message, new, name, before.get(name, ""), after.get(name, ""))


def _change(kind: Any, message: str, part: _Part, name: str, before: str, after: str) -> BomChange:
    nothing = Text.of(N_("not stated"))
    short = 12 if kind == "hash" else 200
    said = {
        language: _said(message, language, part, name, (before, after), short, nothing)
        for language in ("ja", "en")
    }
    return BomChange(kind=kind, component=part.title, said=Text(**said), before=before, after=after)


def _said(
    message: str,
    language: Any,
    part: _Part,
    name: str,
    values: tuple[str, str],
    short: int,
    nothing: Text,
) -> str:
    from shirube.texts import using

    with using(language):
        before, after = (value[:short] or str(nothing) for value in values)
        return _(message).format(component=part.title, name=name, before=before, after=after)
