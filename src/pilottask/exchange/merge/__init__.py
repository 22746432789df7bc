"""Two task lists made one."""
