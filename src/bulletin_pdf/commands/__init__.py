"""The door's commands, a module for each group of them; `cli` gathers them."""
