"""Quotas and forecast, from pure figures to the command line."""
