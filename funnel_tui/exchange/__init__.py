"""Files of other programs: reading their tables, checking every value, and saying what was refused."""
