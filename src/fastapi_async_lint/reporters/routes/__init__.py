"""The table of endpoints: one file per output format."""
