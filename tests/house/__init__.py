"""Tests of the house itself: its architecture, and the helpers other tests lean on."""
