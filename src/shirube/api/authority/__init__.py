# SPDX-License-Identifier: Apache-2.0
"""The authority's journeys: receive dossiers, and try a change of the rules before it is made."""

from shirube.api.authority.office import init_office, register_operator
from shirube.api.authority.receiving import receipt_of, receive
from shirube.api.authority.trying import make_register, try_pack
from shirube.api.authority.witnessing import add_checkpoint, answer_request

__all__ = [
    "add_checkpoint",
    "answer_request",
    "init_office",
    "make_register",
    "receipt_of",
    "receive",
    "register_operator",
    "try_pack",
]
