"""Writing many deals with their whole histories at once: imports and the demo data.

The outcome is what the single services would have written for the same histories, row by row, except that
the audit log holds one row per table and range of numbers instead of one per row.
"""

from funnel_tui.services.bulk.stream import RowStream
from funnel_tui.services.bulk.writer import BulkWriter

__all__ = ["BulkWriter", "RowStream"]
