"""Other programs' files: calendars, Taskwarrior, todo.txt, JSON Lines."""
