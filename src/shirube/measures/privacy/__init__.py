# SPDX-License-Identifier: Apache-2.0
"""Privacy: how well people are hidden in a table, and which identifiers still stand in it."""
