"""The commands, one file a group; `table` is how the program finds them without importing any."""
