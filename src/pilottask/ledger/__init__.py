"""The records of a task list and their rules: no file, no screen, no clock."""
