"""How calls are analysed: whose cards they get."""

from __future__ import annotations

import pickle
from dataclasses import replace

from coaching.playbook import bundled
from server.live.analysis import LANGUAGES, Analysis
from server.live.opening import Opening
from server.rules import Rules


def test_cards_are_in_it_before_the_first_call() -> None:
    own = replace(bundled("zh"), hotwords=("Calmline",))
    analysis = Analysis(rules=Rules(playbooks={"zh": own})).with_cards()
    assert analysis.rules.playbooks == {"en": bundled("en"), "zh": own}

    sent = pickle.loads(pickle.dumps(analysis))  # to a voice process
    for language in LANGUAGES:
        opening = Opening(call_id="c", roles=("caller",), language=language)
        assert sent.cards(opening) == (language, analysis.rules.playbooks[language])
