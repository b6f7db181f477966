# SPDX-License-Identifier: Apache-2.0
"""The main job on the example operator: real data, a real model, real findings.

1. Copy the example and let its own script make the data and the model.
2. Make a signing key for the demonstration alone, in ``out/keys``.
3. Check the folder and write the report, as its user would.
4. Verify the ledger, as a stranger would.
5. Hand a dossier over to an authority in ``out/authority``, with keys of its own in
   ``out/authority_keys``, and keep its receipt.
6. Let the authority measure again what the dossier says, where the data lie, and sign what came.
7. Compare the findings with those that the example is known to have.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from shirube import manifest
from shirube.api.operator.check import Checked, check
from shirube.api.operator.dossier import keep_receipt, seal_dossier
from shirube.api.operator.ledger import verify
from shirube.api.operator.report import report
from shirube.api.operator.reproducing import reproduce, sign_reproduction
from shirube.api.operator.workspace import MANIFEST
from shirube.documents import Written
from shirube.evidence import keys
from shirube.terms.errors import Problem
from shirube.terms.finding import Outcome
from shirube.terms.receipt import Receipt
from shirube.terms.reproduction import Reproduction
from shirube.terms.subject import Subject
from shirube.terms.verification import Verification
from shirube.texts import _

if TYPE_CHECKING:
    from shirube.terms.manifest import Operator
    from shirube.terms.source import Progress

_PACKAGE = Path(__file__).parents[2]
_KEY_DIR = "SHIRUBE_KEY_DIR"
_AUTHORITY = "demo_authority"


class Expected(msgspec.Struct, frozen=True, kw_only=True):
    """A finding that the example is known to have."""

    rule: str
    subject: str
    outcome: Outcome


class Demonstrated(msgspec.Struct, frozen=True, kw_only=True):
    """What the demonstration made, and which expected findings did not appear."""

    folder: str
    keys: str
    checked: Checked
    written: Written
    verification: Verification
    dossier: str
    receipt: Receipt
    reproduction: Reproduction
    expected: tuple[Expected, ...]
    missed: tuple[Expected, ...]


def demo(out: Path, *, progress: Progress | None = None) -> Demonstrated:
    """Run the main job on the example operator in ``out/operator``."""
    told = progress or (lambda step, share: None)
    folder = out.resolve() / "operator"
    # 1. The example and its data.
    told(_("Copying the example operator"), None)
    shutil.copytree(_example(), folder, dirs_exist_ok=True, ignore=_generated)
    told(_("Training the example's model and making its log (about half a minute)"), None)
    _prepare(folder)
    # 2. The key; one of its own, so that a demonstration begun anew meets no older ledger's key.
    os.environ.setdefault(_KEY_DIR, str(out.resolve() / "keys"))
    operator_id = manifest.load(folder / MANIFEST).operator.id
    if not keys.exists(operator_id):
        keys.create(operator_id, folder=folder)
    # 3. Findings and documents.
    checked = check(folder, progress=told)
    told(_("Writing the report"), None)
    written = report(folder, out.resolve(), judgement=checked.judgement)
    # 4. The ledger.
    told(_("Verifying the ledger"), None)
    verification = verify(folder)
    # 5. The exchange.
    told(_("Handing a dossier over to an authority"), None)
    dossier, receipt = _exchange(out.resolve(), folder, checked.judgement.manifest.operator)
    # 6. The same numbers again.
    told(_("Measuring again what the dossier says"), None)
    again = _reproduced(out.resolve(), folder, dossier, told)
    # 7. What was to be expected.
    expected = _expected(folder)
    found = {
        (finding.rule, finding.subject, finding.outcome) for finding in checked.judgement.findings
    }
    return Demonstrated(
        folder=str(folder),
        keys=os.environ[_KEY_DIR],
        checked=checked,
        written=written,
        verification=verification,
        dossier=str(dossier),
        receipt=receipt,
        reproduction=again,
        expected=expected,
        missed=tuple(
            item
            for item in expected
            if (item.rule, Subject.parse(item.subject), item.outcome) not in found
        ),
    )


def _exchange(out: Path, folder: Path, operator: Operator) -> tuple[Path, Receipt]:
    """Seal, hand over, receive and keep the receipt: two folders, two key directories."""
    from shirube.api import authority  # which itself stands on the operator's journeys

    file, office, own_keys = out / "dossier.shirube", out / "authority", os.environ[_KEY_DIR]
    file.unlink(missing_ok=True)  # of an earlier demonstration
    seal_dossier(folder, file)
    public_key = folder / keys.PUBLIC_KEY
    os.environ[_KEY_DIR] = str(out / "authority_keys")
    try:
        if not keys.exists(_AUTHORITY):
            authority.init_office(office, _AUTHORITY)
        authority.register_operator(
            office,
            operator.id,
            public_key,
            # In earnest, this is told by another way than the file.
            fingerprint=keys.read_public(public_key).key_id,
            corporate_number=operator.corporate_number or "",
            approver=_("the demonstration"),
        )
        authority.receive(office, operator.id, file)
        receipt, answer = authority.receipt_of(office, file)
    finally:
        os.environ[_KEY_DIR] = own_keys
    if not receipt.refusal:
        keep_receipt(folder, answer, file, office / "public_key.pem")
    return file, receipt


def _reproduced(out: Path, folder: Path, file: Path, told: Progress) -> Reproduction:
    """Measure again with the authority's keys alone, and file the signed record with its papers."""
    record, own_keys = out / "authority" / "reproduction.json", os.environ[_KEY_DIR]
    record.unlink(missing_ok=True)  # of an earlier demonstration
    os.environ[_KEY_DIR] = str(out / "authority_keys")
    try:
        made = reproduce(file, folder / keys.PUBLIC_KEY, folder, progress=told)
        sign_reproduction(made, _AUTHORITY, record)
    finally:
        os.environ[_KEY_DIR] = own_keys
    return made


def _example() -> Path:
    """Find the example: inside the installed package, or beside it in a checkout."""
    for folder in (_PACKAGE / "examples", _PACKAGE.parents[1] / "examples"):
        if (folder / "operator" / MANIFEST).is_file():
            return folder / "operator"
    raise Problem(
        _("The example operator is not part of this installation."),
        remedy=_("Run make demo in a checkout of Shirube."),
    )


def _generated(folder: str, names: list[str]) -> list[str]:
    """Leave out what the example's script makes, and a ledger that somebody made beside it."""
    del folder
    return [name for name in names if name in ("data", "model", ".shirube", "__pycache__")]


def _prepare(folder: Path) -> None:
    if find_spec("sklearn") is None:
        raise Problem(
            _("The example trains a model with scikit-learn, which is not installed."),
            remedy=_("Run pip install scikit-learn, or make demo in a checkout."),
        )
    made = subprocess.run(  # noqa: S603 - our own script, with the Python that runs us
        [sys.executable, str(folder / "prepare.py")],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode:
        raise Problem(
            _("The example's data could not be made."),
            where=str(folder / "prepare.py"),
            why=made.stderr.strip(),
        )


def _expected(folder: Path) -> tuple[Expected, ...]:
    from ruamel.yaml import YAML

    rows = YAML(typ="safe").load((folder / "expected.yaml").read_text(encoding="utf-8"))
    return msgspec.convert(rows, tuple[Expected, ...])
