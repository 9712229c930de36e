"""Words from a transcriber in this very process: a worker of the archive needs no lane.

Each worker has one thread and one model; while it transcribes it has nothing else to do. When words
are told does not depend on who wrote them (``lane/lockstep.py`` holds the sound back until they are
there), so the log of a call is that of ``calmline run``, which has a lane.
"""

from __future__ import annotations

from concurrent.futures import Future

from models.transcriber import Language, Samples, Transcriber

from ..lane.desk import Answer, NotHeard


class AtHand:
    """Transcribes on the spot.

    Parameters
    ----------
    transcriber
        Of this process.
    """

    def __init__(self, transcriber: Transcriber) -> None:
        self._transcriber = transcriber

    def submit(
        self,
        call_id: str,
        utterance_id: str,
        samples: Samples,
        language: Language | None,
        *,
        hotwords: str | None = None,
    ) -> Future[Answer]:
        """Write an utterance down; the answer is there on return."""
        answer: Future[Answer] = Future()
        try:
            answer.set_result(self._transcriber.transcribe(samples, language, hotwords=hotwords))
        except Exception:  # as the lane does: an utterance that cannot be heard costs its own words
            answer.set_result(NotHeard("failed"))
        return answer
