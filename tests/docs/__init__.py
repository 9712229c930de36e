"""Documents are tried as their readers try them."""
