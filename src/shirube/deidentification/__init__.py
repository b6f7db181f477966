# SPDX-License-Identifier: Apache-2.0
"""De-identification: globally optimal generalisation with suppression, and what it cost."""
