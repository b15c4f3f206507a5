"""Tools: the pages of a finished PDF on sheets for the office, and as pictures."""
