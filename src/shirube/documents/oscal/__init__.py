# SPDX-License-Identifier: Apache-2.0
"""OSCAL 1.2.1 out: catalogs, control mappings and assessment results, held against NIST's schemas.

References
----------
https://pages.nist.gov/OSCAL/
"""

from shirube.documents.oscal.catalog import catalog
from shirube.documents.oscal.mapping import mapping
from shirube.documents.oscal.results import Assessed, assessment_results
from shirube.documents.oscal.writing import oscal_text

__all__ = ["Assessed", "assessment_results", "catalog", "mapping", "oscal_text"]
