# SPDX-License-Identifier: Apache-2.0
"""Find, read and compile packs: the shipped ones first, then the folders that were given.

What was compiled is kept under the digest of the pack's files, so that a normal run reads no YAML.
A stale or broken copy is made anew; a folder that cannot be written does without.
"""

from __future__ import annotations

import datetime as dt
import os
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from shirube.rules.compiling import compile_rule, text
from shirube.rules.keeping import keep, kept, names_digest, own_cache, pack_digest, pack_files
from shirube.rules.positions import parse_sheet, read_sheet
from shirube.terms.errors import Problem, Problems
from shirube.terms.place import Place
from shirube.terms.provenance import Provenance
from shirube.terms.rule import HeldFact, Pack
from shirube.texts import _

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from shirube.rules.positions import Sheet
    from shirube.terms.rule import Rule, Vocabulary
    from shirube.terms.text import Text

    Vouch = Callable[[Path, Mapping[str, str]], Provenance]

SHIPPED = Path(__file__).parent.parent / "packs"
VARIABLE = "SHIRUBE_PACKS"
KINDS = "document_kinds.yaml"
DIGESTS = "shipped.json"
"""Written when the package is built: the digest of each pack."""


def load(
    search_path: Sequence[Path] | None,
    vocabulary: Vocabulary,
    *,
    adopted: Path | None = None,
    vouch: Vouch | None = None,
) -> tuple[Pack, ...]:
    """Load every pack that the search path has.

    Parameters
    ----------
    search_path
        Folders to look in after the shipped packs; the environment variable ``SHIRUBE_PACKS``
        names more. A folder holds packs, or is one.
    vocabulary
        The names that conditions may use.
    adopted
        The folder of the packs that an operator adopted: each stands in the place of any other of
        the same id.
    vouch
        Says who answers for a pack that did not come with Shirube, or raises ``Problems``.

    Raises
    ------
    Problems
        Everything that is wrong in any pack, each with file and line.
    """
    problems: list[Problem] = []
    packs: dict[str, tuple[Pack, Path]] = {}
    names = names_digest(vocabulary, SHIPPED / KINDS)
    instead = _packs_in(adopted) if adopted and adopted.is_dir() else []
    replaced = {folder.name for folder in instead}
    standing = [folder for folder in pack_folders(search_path) if folder.name not in replaced]
    for folder in (*standing, *instead):
        try:
            pack = _load(folder, vocabulary, names, vouch)
        except Problems as error:
            problems.extend(error.problems)
            continue
        if pack.id in packs:
            problems.append(_twice(pack, folder, packs[pack.id][1]))
        packs.setdefault(pack.id, (pack, folder))
    if problems:
        raise Problems(problems)
    for folder in instead:
        pack, _place = packs[folder.name]
        packs[pack.id] = (_adopted(pack), folder)
    return tuple(pack for pack, _folder in packs.values())


def _adopted(pack: Pack) -> Pack:
    told = pack.provenance or Provenance(origin="unsigned")
    return msgspec.structs.replace(pack, provenance=msgspec.structs.replace(told, adopted=True))


def roots(search_path: Sequence[Path] | None) -> list[Path]:
    """Return the folders of the search path, the shipped one first."""
    named = os.environ.get(VARIABLE, "").split(os.pathsep)
    return [SHIPPED, *(search_path or ()), *(Path(part) for part in named if part)]


def pack_folders(search_path: Sequence[Path] | None) -> tuple[Path, ...]:
    """Return the folders of all packs, in the order in which they count."""
    found: dict[Path, None] = {}
    for root in roots(search_path):
        if not root.is_dir():
            raise Problem(
                _("The folder of rule packs does not exist."),
                where=str(root),
                remedy=_("Check the path, or the variable {name}.").format(name=VARIABLE),
            )
        folders = [root] if (root / "pack.yaml").is_file() else _packs_in(root)
        if not folders and root != SHIPPED:
            raise Problem(
                _("The folder holds no rule pack."),
                where=str(root),
                remedy=_("A pack is a folder with pack.yaml and one folder for each rule."),
            )
        found.update(dict.fromkeys(folder.resolve() for folder in folders))
    return tuple(found)


def _packs_in(root: Path) -> list[Path]:
    return [
        folder
        for folder in sorted(root.iterdir())
        if folder.is_dir() and ((folder / "pack.yaml").is_file() or any(folder.glob("*/rule.yaml")))
    ]


def load_pack(folder: Path, vocabulary: Vocabulary, vouch: Vouch | None = None) -> Pack:
    """Load one pack, from what was kept or from its YAML; raises ``Problems``.

    Who answers for it is asked before anything in it is believed.
    """
    return _load(folder, vocabulary, names_digest(vocabulary, SHIPPED / KINDS), vouch)


def _load(folder: Path, vocabulary: Vocabulary, names: str, vouch: Vouch | None) -> Pack:
    files = pack_files(folder)
    digest = pack_digest(files)
    shipped = is_shipped(folder)
    if shipped:
        told: Provenance | None = _shipped(folder.name, digest)
        pack = _SHIPPED_READ.get((folder.name, digest, names))
    else:
        told, pack = vouch and vouch(folder, files), None
    if pack is None:
        home = folder if shipped else own_cache(folder)
        pack = kept(home, digest, names)
        if pack is None:
            pack = compile_pack(folder, vocabulary, digest)
            keep(home, pack, names)
    if shipped:
        _SHIPPED_READ[folder.name, digest, names] = pack
    return msgspec.structs.replace(pack, provenance=told)


_SHIPPED_READ: dict[tuple[str, str, str], Pack] = {}
"""The shipped packs that this process has read, under the digest of their files."""


def is_shipped(folder: Path) -> bool:
    """Tell whether a pack is one of those that come with Shirube."""
    return folder.resolve().parent == SHIPPED.resolve()


def copies(folder: Path) -> Path:
    """Return where copies of what was read of a pack lie."""
    return folder if is_shipped(folder) else own_cache(folder)


def _shipped(name: str, digest: str) -> Provenance:
    """Say whether a shipped pack is as it came; a source tree has no list to hold it against."""
    came = came_with()
    return Provenance(origin="shipped", changed=bool(came) and came.get(name) != digest)


@cache
def came_with() -> dict[str, str]:
    """Return id -> digest of the packs as this package was built; empty in a source tree."""
    file = SHIPPED / DIGESTS
    return msgspec.json.decode(file.read_bytes(), type=dict[str, str]) if file.is_file() else {}


def compile_pack(folder: Path, vocabulary: Vocabulary, digest: str = "") -> Pack:
    """Read and check all YAML of one pack; raises ``Problems`` with lines."""
    head = _head(folder, digest or pack_digest(pack_files(folder)))
    rules: list[Rule] = []
    problems: list[Problem] = []
    for part in _rule_folders(folder):
        try:
            _check_folder(part)
            rules.append(compile_rule(part / "rule.yaml", head, vocabulary, document_kinds()))
        except Problems as error:
            problems.extend(error.problems)
        except Problem as error:
            problems.append(error)
    if problems:
        raise Problems(problems)
    return msgspec.structs.replace(head, rules=tuple(rules))


def _rule_folders(folder: Path) -> list[Path]:
    return [
        part
        for part in sorted(folder.iterdir(), key=_by_number)
        if part.is_dir() and any(part.glob("*.yaml")) and not part.name.startswith(".")
    ]


def _by_number(folder: Path) -> list[tuple[int, str]]:
    """Sort by the numbers in a name, so that c2 stands before c10."""
    parts = re.split(r"([0-9]+)", folder.name)
    return [(int(part), "") if part.isdigit() else (-1, part) for part in parts]


def _check_folder(folder: Path) -> None:
    if not (folder / "rule.yaml").is_file():
        raise Problem(_("The folder has no rule.yaml."), where=Place(str(folder)))
    if not is_id(folder.name):
        raise Problem(
            _("The folder's name is the rule's id: small letters, digits and _."),
            where=Place(str(folder / "rule.yaml"), 1),
        )


def is_id(name: str) -> bool:
    """Tell whether a name can be an id: snake_case in small ASCII letters."""
    return name.isidentifier() and name.isascii() and name == name.lower() and name[0] != "_"


def _head(folder: Path, digest: str) -> Pack:
    file = folder / "pack.yaml"
    if not file.is_file():
        found = (
            _("The pack has no pack.yaml.") if folder.is_dir() else _("There is no such folder.")
        )
        remedy = _("A pack is a folder with pack.yaml in it.")
        raise Problems([Problem(found, where=Place(str(folder)), remedy=remedy)])
    try:
        sheet = read_sheet(file, "pack")
    except Problem as error:
        raise Problems([error]) from error
    data, problems = sheet.data, []
    if data["id"] != folder.name:
        found = _("The id “{id}” is not the folder's name “{name}”.")
        problems.append(
            Problem(found.format(id=data["id"], name=folder.name), where=sheet.place("id"))
        )
    start = _date(sheet, problems, "from")
    end = _date(sheet, problems, "until") if data.get("until") else None
    facts = tuple(_fact(sheet, problems, at) for at in range(len(data.get("facts", ()))))
    if problems:
        raise Problems(problems)
    return Pack(
        id=data["id"],
        title=text(data["title"]),
        issuer=text(data["issuer"]),
        version=data["version"],
        instrument_url=data["instrument_url"],
        start=start,
        end=end,
        facts=facts,
        sha256=digest,
        binding=text(data["binding"]),
    )


def _fact(sheet: Sheet, problems: list[Problem], at: int) -> HeldFact:
    item = sheet.data["facts"][at]
    return HeldFact(
        id=item["id"],
        title=text(item["title"]),
        provision=text(item["provision"]),
        text_held=item.get("text_held", False),
        start=_date(sheet, problems, "facts", at, "from") if "from" in item else None,
        yearly=item.get("yearly", False),
    )


def _date(sheet: Sheet, problems: list[Problem], *key: str | int) -> dt.date:
    value: Any = sheet.data
    for part in key:
        value = value[part]
    try:
        return dt.date.fromisoformat(value)
    except ValueError:
        found = _("“{text}” is not a date.").format(text=value)
        problems.append(Problem(found, where=sheet.place(*key)))
        return dt.date.min


@cache
def document_kinds() -> frozenset[str]:
    """Return the kinds of document that a rule may ask for."""
    file = SHIPPED / KINDS
    if not file.is_file():
        return frozenset()
    items: Iterable[dict[str, Any]] = parse_sheet(file).data
    return frozenset(item["id"] for item in items)


@cache
def document_titles() -> dict[str, tuple[Text, Text]]:
    """Return, for each kind of document, its title and what it is."""
    items: Iterable[dict[str, Any]] = parse_sheet(SHIPPED / KINDS).data
    return {item["id"]: (text(item["title"]), text(item["description"])) for item in items}


def _twice(pack: Pack, folder: Path, first: Path) -> Problem:
    return Problem(
        _("The pack “{id}” is already given by {first}.").format(id=pack.id, first=first),
        where=Place(str(folder / "pack.yaml")),
        why=_("Two packs of one name could not be told apart in a finding."),
        remedy=_("Give this pack another id and folder name."),
    )
