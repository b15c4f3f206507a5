"""Tools: text files in Markdown, and their pictures and tables, to the blocks of the model."""
