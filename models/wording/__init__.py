"""The classifier of wording: what kind of thing an utterance says.

`recipes/wording/` made it, `card.md` tells what it can and cannot do.
"""
