# SPDX-License-Identifier: Apache-2.0
"""What a system is made of, as found in its folder: packages, cards, files; and what changed."""

from __future__ import annotations

from typing import Literal

import msgspec

from shirube.terms.measurement import Input
from shirube.terms.text import Text


class Package(msgspec.Struct, frozen=True, kw_only=True):
    """A package that a lock file names; ``version`` is empty where the file fixes none."""

    ecosystem: Literal["pypi", "npm"]
    name: str
    version: str = ""
    licence: str = ""
    found_in: tuple[str, ...] = ()


class CardMetric(msgspec.Struct, frozen=True, kw_only=True):
    """A figure that a card states; nobody has measured it here."""

    name: str
    value: str
    dataset: str = ""


class CardFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file that a Croissant card describes, with the digest that the card states."""

    name: str
    sha256: str = ""


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """A Hugging Face card or a Croissant file: what somebody says about a model or a data set.

    ``about`` is what the card itself tells; empty where it fits both.
    """

    file: str
    sha256: str
    form: Literal["hugging_face", "croissant"]
    about: Literal["model", "dataset", ""] = ""
    name: str = ""
    description: str = ""
    version: str = ""
    licence: str = ""
    creators: tuple[str, ...] = ()
    task: str = ""
    base_models: tuple[str, ...] = ()
    datasets: tuple[str, ...] = ()
    metrics: tuple[CardMetric, ...] = ()
    files: tuple[CardFile, ...] = ()

    @property
    def folder(self) -> str:
        """The folder of the card, as seen from the manifest's; empty for that one itself."""
        return self.file.rpartition("/")[0]


class Contents(msgspec.Struct, frozen=True, kw_only=True):
    """All that was found in a folder beside the manifest.

    ``files`` holds the files of models and data sets, under ``model:ID`` and ``dataset:ID``.
    ``notes`` say what could not be read.
    """

    packages: tuple[Package, ...] = ()
    cards: tuple[Card, ...] = ()
    files: dict[str, tuple[Input, ...]] = msgspec.field(default_factory=dict)
    notes: tuple[Text, ...] = ()


class Bom(msgspec.Struct, frozen=True, kw_only=True):
    """A bill of materials as text (CycloneDX JSON), what it leaves open, and what is worth knowing.

    ``questions`` are the facts that nobody has given: they are left out of the bill, never guessed.
    """

    text: str
    serial_number: str
    components: int
    questions: tuple[Text, ...] = ()
    notes: tuple[Text, ...] = ()


class BomChange(msgspec.Struct, frozen=True, kw_only=True):
    """One difference between two bills of materials, and the sentence that tells it."""

    kind: Literal[
        "added", "removed", "version", "hash", "licence", "supplier", "metric", "description"
    ]
    component: str
    said: Text
    before: str = ""
    after: str = ""
