"""Helpers for tests: a PostgreSQL server, the real command, a real terminal."""
