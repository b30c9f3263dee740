"""Demo data: eighteen months of a small sales team, seeded, through the same bulk path as imports."""

from funnel_tui.demo.build import DEALS, MAX_DEALS, build_demo, demo_file

__all__ = ["DEALS", "MAX_DEALS", "build_demo", "demo_file"]
