"""Agencies that are asked for rows: which columns, of whom, joined across requests, kept for a while."""
