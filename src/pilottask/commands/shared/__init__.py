"""What several commands need: options, files in and out, messages."""
