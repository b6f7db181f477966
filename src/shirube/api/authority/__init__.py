# SPDX-License-Identifier: Apache-2.0
"""The authority's journeys: receive dossiers, and try a change of the rules before it is made."""

from shirube.api.authority.office import init_office, register_operator, registration
from shirube.api.authority.receiving import receipt_of, receive
from shirube.api.authority.register import key_list, revoke, rotate
from shirube.api.authority.trying import BY, make_register, try_pack
from shirube.api.authority.witnessing import add_checkpoint, answer_request

__all__ = [
    "BY",
    "add_checkpoint",
    "answer_request",
    "init_office",
    "key_list",
    "make_register",
    "receipt_of",
    "receive",
    "register_operator",
    "registration",
    "revoke",
    "rotate",
    "try_pack",
]
