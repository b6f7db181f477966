# SPDX-License-Identifier: Apache-2.0
"""The authority's journeys: try a change of the rules before it is made."""

from shirube.api.authority.trying import make_register, try_pack

__all__ = ["make_register", "try_pack"]
