"""Runs every construct of the applications in ``apps`` and tells where it ran."""
