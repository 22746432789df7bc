"""The list made one with those of others over git: the repository, what it needs, the sync itself."""
