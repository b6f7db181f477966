# SPDX-License-Identifier: Apache-2.0
"""Pictures of a measurement's details: Vega-Lite specifications, drawn to SVG or PNG.

A detail names its chart and its columns tell the rest: texts are categories, numbers are heights or
places, and ``x_low``, ``x_high`` (or ``low``, ``high``) are the interval of the number before them.
Every picture stands beside its table, so a reader who does not see it loses nothing.
"""

from shirube.documents.charts.drawing import Panel, panels, write
from shirube.documents.charts.series import intervals, once

__all__ = ["Panel", "intervals", "once", "panels", "write"]
