"""The control plane: a feature a folder, a Lambda a folder."""
