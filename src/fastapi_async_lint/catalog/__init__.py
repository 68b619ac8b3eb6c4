"""What the tool knows about libraries: data files, their schema, and exact look-up by public name."""
