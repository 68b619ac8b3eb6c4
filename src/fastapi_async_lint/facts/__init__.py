"""Facts: what one file says."""
