"""The audio plane: one process a core that hears stages, mixes once and fans out."""
