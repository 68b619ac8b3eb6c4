"""What the project does: where code runs, what blocks, by which chain."""
