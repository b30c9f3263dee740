"""Everything that a database holds, as a folder of files, and back into an empty database.

What is derived is not in it: it is worked out again, which also shows that it can be.
"""

from funnel_tui.services.whole.export import Exported, export_all
from funnel_tui.services.whole.load import Loaded, import_all

__all__ = ["Exported", "Loaded", "export_all", "import_all"]
