# SPDX-License-Identifier: Apache-2.0
"""DuckDB, embedded: the default engine, larger than memory, offline."""
