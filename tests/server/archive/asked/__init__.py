"""What is asked of an archive: dashboard, comparison, search, other rules."""
