"""`--put-aside` takes the position of a record as messages write it, and nothing else."""

import pytest

from connectors.log.newer_contract import RecordPlace
from dataflows.command_line.main import parser


@pytest.mark.parametrize("command", ("run all", "erp-connector"))
def test_the_text_of_a_position_is_read_back(command: str) -> None:
    place = RecordPlace("erp.commands.main.v1", 11, 1_234_567)
    found = parser().parse_args([*command.split(), "--data", "d", "--put-aside", str(place)])
    assert [place] == found.put_aside


@pytest.mark.parametrize("text", ("", "erp.responses.v1", "erp.responses.v1/0", "a/b/c", "a/-1/0", "/0/0", "a/0/٣"))
def test_any_other_text_is_a_usage_error(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as refused:
        parser().parse_args(["run", "all", "--data", "d", "--put-aside", text])
    assert 2 == refused.value.code
    assert "is not TOPIC/PARTITION/OFFSET" in capsys.readouterr().err
