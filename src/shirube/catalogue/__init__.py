# SPDX-License-Identifier: Apache-2.0
"""What the manifest names, found on disk and bound by digest: tables, documents, model files."""

from shirube.catalogue.columns import COLUMN_ARGUMENTS
from shirube.catalogue.documents import model_digests, seal_documents
from shirube.catalogue.remembering import Remembering
from shirube.catalogue.tables import Describes, resolve

__all__ = [
    "COLUMN_ARGUMENTS",
    "Describes",
    "Remembering",
    "model_digests",
    "resolve",
    "seal_documents",
]
