from pathlib import Path

import numpy as np
import pytest

from server.errors import Refused
from server.sources import Side, open_source
from tests.files import speech, tone, write_wav


def whole(paths: list[Path], **options: object) -> tuple[np.ndarray, np.ndarray]:
    source = open_source(paths, options.get("caller"), options.get("offset_s", 0.0))  # type: ignore[arg-type]
    blocks, masks = [], []
    for block, lost in source.blocks():
        blocks.append(block)
        masks.append(np.zeros(block.shape, np.bool_) if lost is None else lost)
    source.close()
    return np.concatenate(blocks, axis=1), np.concatenate(masks, axis=1)


def roles(paths: list[Path], caller: Side | None) -> tuple[str, ...]:
    source = open_source(paths, caller, 0)
    source.close()
    return source.roles


def test_roles_are_what_was_said_and_nothing_else(tmp_path: Path) -> None:
    stereo = write_wav(tmp_path / "stereo.wav", speech())
    mono = write_wav(tmp_path / "mono.wav", speech(tracks=1))
    assert roles([stereo], "left") == ("caller", "agent")
    assert roles([stereo], "right") == ("agent", "caller")
    assert roles([stereo], None) == ("unknown", "unknown")
    assert roles([mono], "left") == ("unknown",)
    assert roles([mono, mono], None) == ("caller", "agent")


@pytest.mark.parametrize("offset_s", [0.0, 1.25, -1.25])
def test_two_files_are_set_against_each_other(tmp_path: Path, offset_s: float) -> None:
    caller = write_wav(tmp_path / "caller.wav", tone(300, 8000, 3.0))
    agent = write_wav(tmp_path / "agent.wav", tone(200, 8000, 5.5))
    block, lost = whole([caller, agent], offset_s=offset_s)
    caller_at, agent_at = max(0, int(-offset_s * 8000)), max(0, int(offset_s * 8000))
    assert block.shape == (2, max(caller_at + 24000, agent_at + 44000))
    for track, at, length in ((0, caller_at, 24000), (1, agent_at, 44000)):
        arrived = np.flatnonzero(~lost[track])
        assert arrived[0] == at
        assert len(arrived) == arrived[-1] + 1 - at == length


def test_odd_requests_are_refused(tmp_path: Path) -> None:
    stereo = write_wav(tmp_path / "stereo.wav", speech())
    mono = write_wav(tmp_path / "mono.wav", speech(tracks=1))
    with pytest.raises(Refused, match="each must be mono"):
        open_source([mono, stereo], None, 0)
    with pytest.raises(Refused, match="offset"):
        open_source([stereo], None, 2.0)
    with pytest.raises(Refused, match="first is the caller"):
        open_source([mono, mono], "left", 0)
    with pytest.raises(Refused, match=r"none\.wav: no such file"):
        open_source([tmp_path / "none.wav"], None, 0)
