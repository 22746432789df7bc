"""Ledgers in and out: bytes or rows in, values out; nothing here reads a file, a clock or a terminal."""
