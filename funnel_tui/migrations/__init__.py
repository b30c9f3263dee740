"""Alembic migrations, shipped in the wheel. Their revision numbers are the schema versions."""
