"""All files together: which function each call can run, and what every value can be."""
