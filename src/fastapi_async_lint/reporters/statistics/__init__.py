"""Counts per rule: one file per output format."""
