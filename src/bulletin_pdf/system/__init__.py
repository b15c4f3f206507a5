"""Tools: the machine: processes, what is kept in the user's cache, native libraries, how a start is made short."""
