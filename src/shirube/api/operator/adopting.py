# SPDX-License-Identifier: Apache-2.0
"""The packs that an operator adopted: copies in ``.shirube/packs``, pinned by the ledger.

A copy stands in the place of any other pack of its id. It counts only while its digest is that of
the last adoption in the ledger, so that nobody changes the rules of a folder unseen.
"""

from __future__ import annotations

import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from shirube import rules
from shirube.api.operator.rules import ADOPTED
from shirube.evidence import pack_signatures
from shirube.store import faults
from shirube.terms.errors import Problem, Problems
from shirube.texts import _

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from shirube.terms.evidence import Evidence, PackAdoption
    from shirube.terms.rule import Pack


def adoptions(evidence: Sequence[Evidence]) -> dict[str, tuple[int, PackAdoption]]:
    """Return, for each pack that was ever adopted, its last adoption and the entry of it."""
    return {one.adoption.pack: (one.index, one.adoption) for one in evidence if one.adoption}


def refuse_unadopted(
    packs: Sequence[Pack], evidence: Sequence[Evidence], folder: Path, *, but: Pack | None = None
) -> None:
    """Refuse packs in the folder's own place that are not those which the ledger says were adopted.

    Parameters
    ----------
    packs
        The packs that were loaded for the folder.
    evidence
        All that its ledger holds.
    folder
        The operator's folder.
    but
        A pack that is about to take the place of its copy, if it is the one that was adopted.

    Raises
    ------
    Problems
        A copy was changed, put there by hand, or is gone.
    """
    last = {name: adopted for name, (_index, adopted) in adoptions(evidence).items()}
    held = {
        pack.id: pack for pack in packs if pack.provenance is not None and pack.provenance.adopted
    }
    problems = []
    for name in sorted(held.keys() | last.keys()):
        adopted = last.get(name)
        expected = adopted.sha256 if adopted and not adopted.shipped else ""
        present = held[name].sha256 if name in held else ""
        mends = but is not None and (but.id, but.sha256) == (name, adopted and adopted.sha256)
        if expected != present and not mends:
            problems.append(_unadopted(name, expected, present, folder))
    if problems:
        raise Problems(problems)


def _unadopted(name: str, expected: str, present: str, folder: Path) -> Problem:
    if not present:
        found = _("The adopted rules “{id}” are gone from the folder.")
    elif not expected:
        found = _("The rules “{id}” lie among the adopted ones, but the ledger has no such entry.")
    else:
        found = _("The adopted rules “{id}” are not those that the ledger says were adopted.")
    return Problem(
        found.format(id=name),
        where=str(folder / ADOPTED / name),
        why=_("Findings would rest on other rules than those that were decided on."),
        remedy=_(
            "Put the folder back as it was (digest {digest}), or give that version to `shirube"
            " rules upgrade --apply` again."
        ).format(digest=expected[:16])
        if expected
        else _("Remove the folder, and adopt the pack with `shirube rules upgrade --apply`."),
    )


@contextmanager
def copy_beside(source: Path, pack: Pack, folder: Path) -> Iterator[Callable[[], None]]:
    """Copy an adopted pack beside its place; what is yielded lets it stand, as a whole.

    A shipped pack needs no copy: what stood in its place is taken away.
    """
    home = folder / ADOPTED
    target = home / pack.id
    with faults.told(home):
        home.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(dir=home, prefix=".coming-"))
    coming = None if rules.is_shipped(source) else beside / pack.id

    def let_stand() -> None:
        with faults.told(home):
            if target.exists():
                target.rename(beside / "former")
            if coming:
                coming.rename(target)

    try:
        if coming:
            with faults.told(home):
                _copy(source, coming)
            if rules.pack_digest(rules.pack_files(coming)) != pack.sha256:
                raise Problem(
                    _("The pack was changed while it was being read."),
                    where=str(source),
                    remedy=_("Run the same command again."),
                )
        yield let_stand
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _copy(source: Path, target: Path) -> None:
    for name in (*rules.pack_files(source), pack_signatures.FILE):
        if (source / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source / name, target / name)
