# SPDX-License-Identifier: Apache-2.0
"""Assessment: facts and packs and a date in, findings out; one operator, or a register of many."""

from shirube.assessment.cases import check_pack, check_packs
from shirube.assessment.facts import facts
from shirube.assessment.judging import assess

__all__ = ["assess", "check_pack", "check_packs", "facts"]
