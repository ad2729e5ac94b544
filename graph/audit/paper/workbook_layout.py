"""How the workbook is laid out: what its writer and its reader must agree on."""

from __future__ import annotations

KEYS = (
    "finding", "severity", "rule", "act", "paragraph", "thing", "iri", "message", "state", "fix",
    "value", "further", "source", "source_paragraph", "entered_by",
)  # fmt: skip
"""The columns of an owner's sheet in their order; they stand in the hidden second row."""

TO_FILL = ("value", "further", "source", "source_paragraph", "entered_by")
"""The columns that people fill in."""

HEADER_ROW, KEY_ROW, FIRST_ROW = 1, 2, 3

META = "mandategraph"
"""The hidden sheet that says what the workbook belongs to.

Its first rows hold a name and a value each: ``layout``, ``run``, ``dataset``,
``content``, ``profile``, ``profile_version``, ``language``, ``taken``. After a row
with the one word ``findings`` follow the title of a sheet, the role and the id of
a finding, one row for each.
"""

LAYOUT = 1
"""The number of this layout."""
