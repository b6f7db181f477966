# SPDX-License-Identifier: Apache-2.0
"""PostgreSQL counts its own tables (the extra ``postgres``)."""
