# SPDX-License-Identifier: Apache-2.0
"""The journeys: only they know the order in which the rooms are walked through."""
