"""Tests of the command line, of what it prints, and of the user's settings."""
