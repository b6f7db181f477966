# SPDX-License-Identifier: Apache-2.0
"""The nouns of the field: one file per noun, frozen records and errors. Records do nothing."""
