# SPDX-License-Identifier: Apache-2.0
"""DuckDB, embedded: the default engine, larger than memory, offline."""

FORMATS = ("parquet", "csv", "jsonl", "duckdb", "sqlite")
"""The formats of tables that it reads."""
