# SPDX-License-Identifier: Apache-2.0
"""What must outlive a crash: the tree's entries, the evidence files, the last signed head."""
