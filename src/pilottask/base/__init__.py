"""What knows nothing of tasks: errors, language, text, dates, folders, the terminal."""
