# SPDX-License-Identifier: Apache-2.0
"""What the manifest names, found on disk: tables and documents by digest, model files."""

from shirube.catalogue.at_hand import AtHand, FilesAtHand
from shirube.catalogue.contents import contents
from shirube.catalogue.documents import (
    find_models,
    model_digests,
    seal_documents,
    seal_models,
)
from shirube.catalogue.remembering import Remembering
from shirube.catalogue.tables import Describes, resolve
from shirube.catalogue.unchanged import Unchanged

__all__ = [
    "AtHand",
    "Describes",
    "FilesAtHand",
    "Remembering",
    "Unchanged",
    "contents",
    "find_models",
    "model_digests",
    "resolve",
    "seal_documents",
    "seal_models",
]
