"""Tests of funnel_tui, laid out as the package is."""
