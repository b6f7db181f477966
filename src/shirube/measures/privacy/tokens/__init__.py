# SPDX-License-Identifier: Apache-2.0
"""Tokens that are bare hashes, and what it takes to find the text behind them."""
