# SPDX-License-Identifier: Apache-2.0
"""Apache Spark counts where the data outgrow one machine (the extra ``spark``, Java 17)."""
