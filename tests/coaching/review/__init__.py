"""Reviews of calls, from hand-made and golden logs."""
