"""Words: one transcription lane for every call.

``schedule`` says what is transcribed next, ``worker`` does it in a process of its own, ``client``
is what the server holds, ``lockstep`` drives a call whose sound can wait for its words.
"""
