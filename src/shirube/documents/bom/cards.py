# SPDX-License-Identifier: Apache-2.0
"""Which card speaks of which declared model or data set, and what it adds or contradicts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shirube.documents.bom.licences import spdx_id
from shirube.terms.text import Text
from shirube.texts import N_

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shirube.terms.bom import Card, Contents


def bind(contents: Contents) -> tuple[dict[str, Card], tuple[Text, ...]]:
    """Return the card of each ``model:ID`` and ``dataset:ID``, and what is to be told.

    A card belongs to what is named like it, to what has a file whose digest it states, or else to
    the only model or data set with files in the card's folder. What stays open is told.
    """
    bound: dict[str, Card] = {}
    notes: list[Text] = []
    for card in contents.cards:
        fitting = _fitting(card, contents)
        if len(fitting) == 1 and fitting[0] not in bound:
            bound[fitting[0]] = card
            notes += _digests(card, fitting[0], contents)
        elif len(fitting) == 1:
            notes.append(
                Text.of(
                    N_("{item} has two cards; {first} is used and {second} is left out."),
                    item=fitting[0], first=bound[fitting[0]].file, second=card.file,
                )
            )  # fmt: skip
        else:
            notes.append(
                Text.of(
                    N_(
                        "The card {file} was not used: it belongs to none or to several of this "
                        "system's models and data sets. Lay it beside the files that it describes."
                    ),
                    file=card.file,
                )
            )
    return bound, tuple(notes)


def _fitting(card: Card, contents: Contents) -> list[str]:
    items = [key for key in contents.files if not card.about or key.startswith(f"{card.about}:")]
    named = [key for key in items if card.name and key.partition(":")[2] == card.name]
    if len(named) == 1:
        return named
    stated = {file.sha256 for file in card.files if file.sha256}
    same = [key for key in items if any(one.sha256 in stated for one in contents.files[key])]
    return same or [key for key in items if card.folder in _folders(key, contents)]


def _folders(key: str, contents: Contents) -> set[str]:
    return {file.name.rpartition("/")[0] for file in contents.files[key]}


def _digests(card: Card, key: str, contents: Contents) -> Iterator[Text]:
    """Tell each file whose bytes are not those that the card describes."""
    stated = {file.name.rpartition("/")[2]: file.sha256 for file in card.files if file.sha256}
    for file in contents.files[key]:
        said = stated.get(file.name.rpartition("/")[2], file.sha256)
        if said != file.sha256:
            yield Text.of(
                N_(
                    "{file} is not the file that the card {card} describes: its SHA-256 begins "
                    "{found}, the card says {said}."
                ),
                file=file.name, card=card.file, found=file.sha256[:12], said=said[:12],
            )  # fmt: skip


def settled(
    declared: str | None, said: str, what: str, card: Card | None
) -> tuple[str, tuple[Text, ...]]:
    """Return a fact from the manifest, else from the card; a contradiction is told."""
    if declared and said and (spdx_id(declared) or declared) != (spdx_id(said) or said):
        return declared, (
            Text.of(
                N_("{what}: the manifest says {declared}, the card {card} says {said}."),
                what=what, declared=declared, card=card.file if card else "", said=said,
            ),
        )  # fmt: skip
    return declared or said, ()
