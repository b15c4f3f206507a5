"""Tools: a finished PDF made a file that holds to standards: inks, boxes, tags, metadata."""
