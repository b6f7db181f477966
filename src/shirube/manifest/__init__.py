# SPDX-License-Identifier: Apache-2.0
"""What the operator declares: ``shirube.yaml`` read, drafted, and its unknown facts asked for."""

from shirube.manifest.loading import NAME, load, parse

__all__ = ["NAME", "load", "parse"]
