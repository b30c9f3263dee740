"""Tests of dates and amounts in words."""
