"""What cannot be read back is said once, with the folder nearest to it."""

from pathlib import Path

import pytest

from dss.errors import InputError
from scenarios.stored import readable_proof


def test_a_proof_within_another_names_its_own_folder_once(tmp_path: Path) -> None:
    inner = tmp_path / "drive"
    with pytest.raises(InputError) as refused, readable_proof(tmp_path), readable_proof(inner):
        raise ValueError("no column of that name")
    assert refused.value.code == "proof_unreadable"
    assert str(refused.value).count(str(tmp_path)) == 1
    assert str(inner) in str(refused.value)
