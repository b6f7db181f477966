# SPDX-License-Identifier: Apache-2.0
"""How far decisions differ between groups of people."""
