# SPDX-License-Identifier: Apache-2.0
"""The ledger's arithmetic and texts: RFC 6962 tree, signed notes, checkpoints. Pure functions."""
