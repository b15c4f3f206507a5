"""Tools: what reaches into WeasyPrint, each for the version that the lock file pins; `paginate` uses them."""
