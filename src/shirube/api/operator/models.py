# SPDX-License-Identifier: Apache-2.0
"""Bind the files of models by digest, sign them as OpenSSF describes, and look at them again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec
from msgspec.structs import replace

from shirube import catalogue, manifest
from shirube.api.clock import now
from shirube.api.operator.sealing import Sealing
from shirube.api.operator.workspace import Workspace
from shirube.terms.errors import Problem
from shirube.texts import _
from shirube.texts.suggestion import did_you_mean

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence
    from pathlib import Path

    from shirube.terms.evidence import Evidence, ModelSeal
    from shirube.terms.manifest import Manifest
    from shirube.terms.measurement import Input

FileState = Literal["as_sealed", "changed", "missing", "not_sealed"]


class FileChecked(msgspec.Struct, frozen=True, kw_only=True):
    """A file of a model against what was sealed."""

    name: str
    state: FileState


class ModelChecked(msgspec.Struct, frozen=True, kw_only=True):
    """A model against its latest seal; ``signature`` is empty where none was ever made."""

    model: str
    index: int
    files: tuple[FileChecked, ...]
    signature: Literal["", "holds", "does_not_hold"]
    reason: str = ""

    @property
    def stands(self) -> bool:
        """Whether every file is as it was sealed, and the signature, if any, holds."""
        changed = any(file.state != "as_sealed" for file in self.files)
        return not changed and self.signature != "does_not_hold"


def seal_changed_models(
    sealing: Sealing, found: Sequence[ModelSeal], moment: dt.datetime
) -> tuple[str, ...]:
    """Seal the models whose files or declaration changed; return their ids.

    A signature goes on counting while the files stay the same.
    """
    held = sealing.models()
    changed = []
    for seal in found:
        last = held.get(seal.model.id)
        kept = last.signature if last and last.files == seal.files else None
        renewed = replace(seal, signature=kept)
        if renewed != last:
            changed.append(renewed)
    if changed:
        sealing.seal(changed, now=moment)
    return tuple(seal.model.id for seal in changed)


def sign_model(folder: Path, model: str) -> tuple[Evidence, Path]:
    """Sign a model's files and seal that; return the entry and the signature's file.

    Raises
    ------
    Problem, Problems
        There is no such model, it declares no files, one is missing, or the extra is.
    """
    from shirube.evidence import model_signatures

    place, declared, seals = _declared(folder)
    seal = _named(declared, seals, model)
    with Sealing(place.folder, declared.operator.id) as sealing:
        sealing.prepare()
        key = model_signatures.signing_key(declared.operator.id, place.folder)
        files = [place.folder / file.name for file in seal.files]
        signature = model_signatures.sign(model, files, key, place.folder)
        again = _named(declared, catalogue.seal_models(declared, place.folder), model)
        if again.files != seal.files:
            raise Problem(
                _("The files of the model {model} changed while they were signed.").format(
                    model=model
                ),
                where=str(place.folder),
                why=_("Nobody could say which of the two states the signature covers."),
                remedy=_("Wait until nothing writes to them, and sign again."),
            )
        (sealed,) = sealing.seal([replace(seal, signature=signature)], now=now())
    return sealed, model_signatures.path(place.folder, model, signature.sha256)


def verify_models(folder: Path, models: Sequence[str] = ()) -> tuple[ModelChecked, ...]:
    """Compare the files of sealed models with their latest seals, and check the signatures.

    Parameters
    ----------
    folder
        The operator's folder.
    models
        Ids of models; all that were sealed when empty.
    """
    place = Workspace.at(folder)
    declared = manifest.load(place.manifest, today=now().date())
    with Sealing(place.folder, declared.operator.id) as sealing:
        seals = sealing.models()
        entries = {item.model.model.id: item.index for item in sealing.evidence if item.model}
    unknown = [name for name in models if name not in seals]
    if unknown:
        raise Problem(
            _("No files of the model {model} were sealed.").format(model=unknown[0]),
            where=str(place.folder),
            remedy=did_you_mean(unknown[0], seals) or _("`shirube check` seals declared models."),
        )
    return tuple(
        _checked(place, declared, seal, entries[name])
        for name, seal in seals.items()
        if name in models or not models
    )


def _checked(place: Workspace, declared: Manifest, seal: ModelSeal, index: int) -> ModelChecked:
    from shirube.evidence import model_signatures

    files = _compared(place, declared, seal)
    state: Literal["", "holds", "does_not_hold"] = ""
    reason = ""
    if seal.signature:
        paths = [place.folder / file.name for file in seal.files]
        reason = model_signatures.holds(seal.model.id, paths, seal.signature, place.folder)
        state = "does_not_hold" if reason else "holds"
    return ModelChecked(
        model=seal.model.id, index=index, files=files, signature=state, reason=reason
    )


def _compared(place: Workspace, declared: Manifest, seal: ModelSeal) -> tuple[FileChecked, ...]:
    sealed = {file.name: file for file in seal.files}
    found = catalogue.model_digests(declared, seal.model.id, place.folder, list(sealed))
    states = [FileChecked(name=name, state=_state(file, found)) for name, file in sealed.items()]
    states += [FileChecked(name=name, state="not_sealed") for name in found if name not in sealed]
    return tuple(states)


def _state(file: Input, found: dict[str, str]) -> FileState:
    if file.name not in found:
        return "missing"
    return "as_sealed" if found[file.name] == file.sha256 else "changed"


def _declared(folder: Path) -> tuple[Workspace, Manifest, tuple[ModelSeal, ...]]:
    place = Workspace.at(folder)
    declared = manifest.load(place.manifest, today=now().date())
    return place, declared, catalogue.seal_models(declared, place.folder)


def _named(declared: Manifest, seals: Sequence[ModelSeal], model: str) -> ModelSeal:
    for seal in seals:
        if seal.model.id == model:
            return seal
    known = [one.id for one in declared.models]
    if model in known:
        raise Problem(
            _("The model {model} declares no files.").format(model=model),
            where=declared.place(f"models.{model}"),
            why=_("Only files that are here can be signed; a supplier signs its own."),
            remedy=_("Name them under files: in the manifest."),
        )
    raise Problem(
        _("The manifest declares no model {model}.").format(model=model),
        where=declared.file,
        remedy=did_you_mean(model, known)
        or _("Models are: {names}.").format(names=", ".join(known)),
    )
