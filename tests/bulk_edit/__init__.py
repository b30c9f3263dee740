"""Tests of changing many deals at once."""
