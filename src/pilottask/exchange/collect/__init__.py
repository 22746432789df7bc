"""Collection sheets: written for departments, read back filled in."""
