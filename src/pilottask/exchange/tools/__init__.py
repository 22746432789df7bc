"""Other programs' files: calendars, Taskwarrior and todo.txt both ways, JSON Lines out."""
