"""Analysis + picture -> PDF: one report, or one for a whole batch; needs the extra `pdf`."""

from unmask.reports.pdf.batch import Item, render_batch
from unmask.reports.pdf.single import render

__all__ = ["Item", "render", "render_batch"]
