"""The task list of a government reform pilot, kept in one file and told as it is."""

__version__ = "0.1.0"
