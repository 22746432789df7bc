"""The printed sheets of a pilot: content worked out once, then written as text, Markdown, HTML or Word."""
