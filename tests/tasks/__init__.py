"""Tests of tasks, of automatic staging, and of the day they make up."""
