# SPDX-License-Identifier: Apache-2.0
"""Cells from an engine that is asked in SQL, where the data already are: PostgreSQL and Spark."""
