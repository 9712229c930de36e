"""The console's pages in a real browser, served by the real app."""
