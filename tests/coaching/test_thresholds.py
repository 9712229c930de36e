"""The table of settings: overrides are read, everything else is refused in one clear line."""

from __future__ import annotations

import pytest

from coaching.thresholds import ThresholdError, Thresholds, settings


def test_an_override_changes_one_setting_only() -> None:
    changed = Thresholds.from_toml("cue_gap_s = 60\ncue_max = 2\n")
    assert (changed.cue_gap_s, changed.cue_max) == (60, 2)
    for setting in settings():
        if setting.name not in ("cue_gap_s", "cue_max"):
            assert getattr(changed, setting.name) == setting.default


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("cue_gap = 60", "cue_gap: no such threshold; the nearest is cue_gap_s"),
        ("[cue]\ngap_s = 60", "cue: no such threshold; the nearest is "),
        ('cue_gap_s = "60"', "cue_gap_s: '60' is not a number"),
        ("cue_gap_s = true", "cue_gap_s: True is not a number"),
        ("cue_max = 2.5", "cue_max: 2.5 is not a whole number"),
        ("cue_gap_s = -1", "cue_gap_s: -1 is not from 0 to 600 (s)"),
        ("cue_gap_s = nan", "cue_gap_s: nan is not from 0 to 600 (s)"),
        ("state_off = 90", "state_off: must be below state_on"),
        ("index_score_at_75 = 0.2", "index_score_at_50: must be below index_score_at_75"),
        ("cue_gap_s 60", "thresholds: not TOML: "),
    ],
)
def test_a_broken_file_gives_one_line_that_names_the_key(text: str, message: str) -> None:
    with pytest.raises(ThresholdError) as caught:
        Thresholds.from_toml(text)
    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)


def test_defaults_are_those_of_the_design() -> None:
    t = Thresholds()
    assert (t.cue_hold_max_s, t.cue_expires_s, t.cue_gap_s) == (4, 12, 45)
    assert (t.cue_max, t.cue_max_window_s, t.cue_first_s) == (3, 300, 20)
    assert (t.cue_calm_window_s, t.cue_min_show_s, t.cue_max_show_s) == (600, 6, 25)


def test_each_setting_has_a_unit_a_help_and_a_range_around_its_default() -> None:
    for setting in settings():
        assert setting.unit
        assert setting.help
        assert setting.low <= setting.default <= setting.high


def test_words_alone_may_never_make_a_calm_voice_tense() -> None:
    with pytest.raises(ThresholdError, match="evidence_most: must be below index_score_at_50"):
        Thresholds(evidence_most=0.9)
