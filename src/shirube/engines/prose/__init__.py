# SPDX-License-Identifier: Apache-2.0
"""Texts at rest as something to look through: files of lines, whatever their encoding."""
