# SPDX-License-Identifier: Apache-2.0
"""A verifier that shares no code with Shirube: one file, shipped to be read and copied."""
