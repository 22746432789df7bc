"""What knows no task: errors, language, text, dates, folders, the terminal."""
