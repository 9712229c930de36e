"""Words: one transcription lane for every call.

``schedule`` says what is transcribed next, ``worker`` does it in a process of its own, ``client``
is what the server holds. For one call ``finals`` hands in its utterances, ``partials`` guesses at
what is being said, ``languages`` knows what its channels speak; ``lockstep`` drives a call whose
sound can wait for its words.
"""
