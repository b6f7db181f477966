# SPDX-License-Identifier: Apache-2.0
"""The dossier: the only gate between operator and authority; one file that verifies offline."""

from shirube.dossier.errors import RefusedDossier
from shirube.dossier.redaction import redact
from shirube.dossier.sealing import Chosen, seal
from shirube.dossier.verification import Opened, opened, verify

__all__ = ["Chosen", "Opened", "RefusedDossier", "opened", "redact", "seal", "verify"]
