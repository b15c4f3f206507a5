"""Tools: numbered copies 份号 of a finished PDF: the numbers, who gets them, the register."""
