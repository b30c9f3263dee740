"""Tests of writing many deals at once."""
