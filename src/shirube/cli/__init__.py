# SPDX-License-Identifier: Apache-2.0
"""The command line: it parses, calls a journey of ``api``, and shows what came back."""
