"""What many calls say together: numbers in, numbers out; no files, no drawing, no words."""
