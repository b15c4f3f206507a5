"""Tools: several issues together: the catalogue, the yearly index, the bound volume."""
