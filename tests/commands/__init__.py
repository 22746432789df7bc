"""Each command as a user calls it: what it prints, what it exits with, what it leaves in the store."""
