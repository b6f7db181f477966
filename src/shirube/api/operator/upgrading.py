# SPDX-License-Identifier: Apache-2.0
"""Adopt a new version of a pack: show what it changes, and only when asked, let it stand.

1. The new pack is read and its signature looked at; the one that stands is found by its id.
2. Both are held against each other on what is sealed; nothing is measured.
3. What stands in the way is told: a crosswalk or a category that names a rule which goes, the same
   pack once more.
4. Applied, the adoption is sealed with the pack's digest, and its files are copied into the folder.

No file that people write is touched: explanations, documents and the manifest stay as they are.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from shirube import assessment, manifest, measures, rules
from shirube.api.clock import now
from shirube.api.operator.adopting import adoptions, copy_beside, refuse_unadopted
from shirube.api.operator.rules import load_packs
from shirube.api.operator.sealing import Sealing
from shirube.api.operator.workspace import Workspace
from shirube.evidence import pack_signatures, signers
from shirube.terms.errors import Problem, Problems
from shirube.terms.evidence import PackAdoption
from shirube.texts import _
from shirube.texts.suggestion import did_you_mean

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator, Sequence

    from shirube.terms.rule import Pack
    from shirube.terms.upgrade import Upgrade


def upgrade_pack(
    new: str,
    folder: Path,
    *,
    on: dt.date | None = None,
    reason: str = "",
    author: str = "",
    apply: bool = False,
    further_packs: Sequence[Path] = (),
) -> Upgrade:
    """Show what a new version of a pack changes for an operator; with ``apply``, adopt it.

    Parameters
    ----------
    new
        The folder of the new version, or the id of a shipped pack that is to stand again.
    folder
        The operator's folder.
    on
        The date for which findings are compared; today by default.
    reason, author
        Why it is adopted and who decided so; asked for when it is applied.
    apply
        Adopt it. Without, nothing is written.
    further_packs
        Folders in which the pack that stands may lie.

    Raises
    ------
    Problem, Problems
        The new pack does not pass its check or its signature does not hold, or it is to be applied
        and something stands in the way.
    """
    place = Workspace.at(folder)
    moment = now()
    source = _source(new)
    if apply and not (reason.strip() and author.strip()):
        raise Problem(
            _("An adoption needs a reason and the name of who decides it."),
            why=_("Both are sealed with it, for whoever asks later why the rules changed."),
            remedy=_("Give --reason and --author, or leave out --apply to look only."),
        )
    declared = manifest.load(place.manifest, today=moment.date())
    vouch = pack_signatures.vouching(signers.known(place.folder))
    coming = rules.load_pack(source, measures.vocabulary(), vouch)
    standing = load_packs(further_packs, place.folder)
    old = next((one for one in standing if one.id == coming.id), None)
    with Sealing(place.folder, declared.operator.id) as sealing:
        refuse_unadopted(standing, sealing.evidence, place.folder, but=coming)
        facts = assessment.facts(declared, sealing.evidence)
        found = msgspec.structs.replace(
            assessment.upgrade(facts, old, coming, on or moment.date()),
            hindrances=tuple(_hindrances(source, old, coming, standing, further_packs)),
        )
        if not apply:
            return found
        if found.hindrances:
            raise Problems([Problem(told, where=str(source)) for told in found.hindrances])
        sealing.prepare()
        with copy_beside(source, coming, place.folder) as let_stand:
            entry = _sealed_before(sealing, coming, source)
            if entry is None:
                shipped = rules.is_shipped(source)
                adoption = _adoption(found, old, shipped, reason, author, moment.date())
                (sealed,) = sealing.seal([adoption], now=moment)
                entry = sealed.index
            # The entry first: what a crash leaves here is refused, and the same command mends it.
            let_stand()
        return msgspec.structs.replace(found, entry=entry)


def _sealed_before(sealing: Sealing, coming: Pack, source: Path) -> int | None:
    """Return the entry that adopted just this and was the last to; its copy got lost since."""
    index, last = adoptions(sealing.evidence).get(coming.id, (None, None))
    same = last and (last.sha256, last.shipped) == (coming.sha256, rules.is_shipped(source))
    return index if same else None


def _source(new: str) -> Path:
    """Return the folder of the new pack: a folder that is named, or the shipped pack of this id."""
    if (Path(new) / "pack.yaml").is_file():
        return Path(new).resolve()
    shipped = {
        folder.name: folder for folder in rules.pack_folders(None) if rules.is_shipped(folder)
    }
    if new in shipped:
        return shipped[new]
    raise Problem(
        _("{name} is neither the folder of a pack nor the id of a shipped one.").format(name=new),
        remedy=did_you_mean(new, shipped) or _("A pack is a folder with pack.yaml in it."),
    )


def _hindrances(
    source: Path, old: Pack | None, new: Pack, standing: Sequence[Pack], further: Sequence[Path]
) -> Iterator[str]:
    """Tell why the new pack could not be adopted."""
    if old is not None and old.sha256 == new.sha256 and _same_place(old, source):
        yield _("This version stands already.")
    yield from map(str, assessment.check_pack(source, measures.vocabulary()))
    kept = {rule.ref for rule in new.rules}
    if old is None or all(rule.ref in kept for rule in old.rules):
        return
    after = (*(one for one in standing if one.id != new.id), new)
    # What other files say of the rules must still be true of those that are left.
    files = rules.crosswalk_files(further or None).values()
    readers: list[Callable[[Sequence[Pack]], object]] = [rules.categories]
    readers += [partial(rules.crosswalk, file) for file in files]
    for read in readers:
        try:
            read(after)
        except Problems as error:
            yield from map(str, error.problems)
        except Problem as error:
            yield str(error)


def _same_place(old: Pack, source: Path) -> bool:
    adopted = old.provenance is not None and old.provenance.adopted
    return adopted != rules.is_shipped(source)


def _adoption(
    found: Upgrade, old: Pack | None, shipped: bool, reason: str, author: str, today: dt.date
) -> PackAdoption:
    def named(change: str) -> tuple[str, ...]:
        return tuple(one.ref for one in found.rules if one.change == change)

    origin = found.new.provenance
    return PackAdoption(
        pack=found.pack,
        title=found.title,
        version=found.new.version,
        sha256=found.new.sha256,
        reason=reason.strip(),
        author=author.strip(),
        date=today,
        shipped=shipped,
        replaced_version=old.version if old else "",
        replaced_sha256=old.sha256 if old else "",
        signer=origin.signer if origin else "",
        key_id=origin.key_id if origin else "",
        added=named("added"),
        removed=named("removed"),
        changed=named("changed"),
        moved=len(found.moves),
    )
