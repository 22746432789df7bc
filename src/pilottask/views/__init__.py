"""What a terminal shows: tables, one task, the home screen, the timeline."""
