"""Other programs' files: calendars, Taskwarrior, todo.txt, and JSON Lines out."""
