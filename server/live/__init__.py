"""Calls as they happen: sessions on worker threads, their words, their log, who watches them."""
