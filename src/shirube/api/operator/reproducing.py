# SPDX-License-Identifier: Apache-2.0
"""Measure again what a dossier says was measured: anybody who holds the data can.

1. Verify the dossier from the operator's public key; one that does not hold is refused.
2. Read the measurements in it, and the models. What was redacted or left out is told as a hole.
3. Find the files by digest, then by name, in the folder at hand. Nothing is written there.
4. Run each measurement with its recorded arguments and seed, and hold it against what was sealed.

No private key, no manifest and no ledger of the operator is needed. What is run, and with which
arguments, is the operator's word: it runs in a process of its own with limits.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Final

import msgspec

from shirube import dossier
from shirube.__about__ import __version__
from shirube.api.clock import now
from shirube.api.operator.dossier import opened_dossier, read_dossier
from shirube.api.operator.reproducing_apart import Apart
from shirube.dossier import reproduction_record
from shirube.evidence import keys
from shirube.evidence import statement as statements
from shirube.ledger.envelope import payload_of
from shirube.store.files import read_whole, write_whole
from shirube.terms.errors import Problem
from shirube.terms.evidence import ModelSeal, Withdrawal
from shirube.terms.measurement import Measurement
from shirube.terms.reproduction import Hole, MeasuredAgain, Reproduction
from shirube.texts import _

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from shirube.evidence.statement import Sealed
    from shirube.terms.source import Progress


SECONDS: Final = 3600.0


def reproduce(
    file: Path,
    public_key: Path,
    data: Path,
    *,
    indexes: Sequence[int] = (),
    seed: int | None = None,
    engine: str | None = None,
    memory_limit: str = "512MB",
    seconds: float = SECONDS,
    progress: Progress | None = None,
) -> Reproduction:
    """Measure again every measurement of a dossier.

    Parameters
    ----------
    file
        The dossier.
    public_key
        The operator's public key, from a source that you trust.
    data
        The folder in which files are looked for; it is only read.
    indexes
        Entries of the ledger to measure again; all measurements when left out.
    seed
        Another seed for all of them: it shows whether a number hangs on the recorded one.
    engine, memory_limit
        As ``check`` has them.
    seconds
        How long one measurement may take.
    progress
        Told what is being done.

    Returns
    -------
    Reproduction
        One verdict for each measurement; what cannot be measured here is no error.

    Raises
    ------
    RefusedDossier
        The dossier does not hold; then nothing is measured.
    Problem
        An index is none of a measurement in the dossier.
    """
    told = progress or (lambda step, share: None)
    # 1. Only what holds is worth measuring.
    told(_("Verifying the dossier"), None)
    verified, given = opened_dossier(file, keys.read_public(public_key))
    # 2. What was sealed.
    # The dossier was verified, and with it the signature of every piece of evidence.
    records = {
        index: statements.read(payload_of(row)) for index, row in given.evidence.items() if row
    }
    taken_back = {one.item.index for one in records.values() if isinstance(one.item, Withdrawal)}
    runs = _chosen(records, indexes, file)
    # 3. and 4. In a process of its own: the arguments are a stranger's word.
    with Apart(data, engine=engine, memory_limit=memory_limit, seed=seed, seconds=seconds) as apart:
        measured: list[MeasuredAgain] = []
        for position, (index, sealed) in enumerate(runs.items()):
            tell = _Share(told, sealed, position, len(runs))
            again = apart.measure(index, sealed, records[index].tool_version, tell)
            measured.append(msgspec.structs.replace(again, withdrawn=index in taken_back))
        models = [
            apart.look_for(index, one.item, told)
            for index, one in records.items()
            if isinstance(one.item, ModelSeal) and not indexes
        ]
    return Reproduction(
        dossier_sha256=verified.sha256,
        operator_id=verified.head.operator_id,
        key_id=verified.key_id,
        at=now(),
        tool_version=__version__,
        seed=seed,
        measurements=tuple(measured),
        models=tuple(models),
        holes=_holes(verified.head.left_out, given) if not indexes else (),
        files=apart.files,
    )


def sign_reproduction(made: Reproduction, key_id: str, out: Path) -> None:
    """Write a reproduction as a record signed with the key of this id; nothing is overwritten."""
    if out.exists():
        raise Problem(
            _("The file is there already; nothing is overwritten."),
            where=str(out),
            remedy=_("Name a new file."),
        )
    write_whole(out, reproduction_record.sign(made, keys.load(key_id).private))


def read_reproduction(record: Path, public_key: Path, file: Path) -> Reproduction:
    """Return what a signed record says about this dossier, once its signature was verified.

    Raises
    ------
    RefusedDossier
        It is no such record, the key did not sign it, or it is about another dossier.
    """
    content = read_whole(record, most=reproduction_record.MAX_BYTES)
    made = reproduction_record.read(content, keys.read_public(public_key).raw)
    digest = hashlib.sha256(read_dossier(file)).hexdigest()
    if made.dossier_sha256 != digest:
        raise dossier.RefusedDossier(
            _("The record is about another dossier: {digest}.").format(digest=made.dossier_sha256),
            where=str(record),
            remedy=_("Name the dossier that was measured again."),
        )
    return made


class _Share:
    """Tells one measurement's progress as its share of all."""

    def __init__(self, told: Progress, sealed: Measurement, position: int, count: int) -> None:
        self._told, self._position, self._count = told, position, count
        self._label = _("Measuring {id} ({measure})").format(id=sealed.id, measure=sealed.measure)
        self("", 0.0)

    def __call__(self, step: str, share: float | None) -> None:
        label = f"{self._label}: {step}" if step else self._label
        self._told(label, (self._position + (share or 0.0)) / self._count)


def _chosen(
    records: dict[int, Sealed], indexes: Sequence[int], file: Path
) -> dict[int, Measurement]:
    runs = {index: one.item for index, one in records.items() if isinstance(one.item, Measurement)}
    wrong = sorted(set(indexes) - set(runs))
    if wrong:
        raise Problem(
            _("The dossier holds no measurement at index {index}.").format(index=wrong[0]),
            where=str(file),
            remedy=_("Its measurements are the entries: {indexes}.").format(
                indexes=", ".join(map(str, runs))
            ),
        )
    return {index: run for index, run in runs.items() if not indexes or index in indexes}


def _holes(left_out: Sequence[Any], given: dossier.Opened) -> tuple[Hole, ...]:
    """Name the measurements that are not in the file: removed from it, left out, or erased."""
    holes = [
        Hole(index=one.index, id=one.declared_id, measure=one.measure, why=one.why)
        for one in left_out
        if one.kind == "measurement"
    ]
    for one in given.proofs:
        # The entry itself stays with its proof, and says of what kind the removed evidence was.
        entry = msgspec.json.decode(one.extra, type=dict[str, Any])
        if not given.evidence[one.index] and entry.get("kind") == "measurement":
            holes.append(Hole(index=one.index, why="redacted"))
    return tuple(sorted(holes, key=lambda hole: hole.index))
