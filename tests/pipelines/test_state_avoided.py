"""A documented network without its carried state: the same one, unless the state is mishandled."""

import json

import pytest

from lstm_spec.pipelines import find
from lstm_spec.pipelines.state_avoided import both, main
from reference.mutants import reset_states_does_nothing
from reference.numpy import implementation as oracle

ECHO = "echo-encoder-decoder"


def test_the_oracle_trains_both_networks_alike():
    carried, avoided = both(find(ECHO), oracle, seed=0, epochs=3)
    assert (carried["network"], avoided["network"]) == ("stateful", "stateless")
    assert carried["updates"] == avoided["updates"] == 3
    assert carried["measures"] == avoided["measures"]
    assert carried["curve"] == avoided["curve"]


def test_an_engine_that_mishandles_the_state_does_not():
    carried, avoided = both(find(ECHO), reset_states_does_nothing, seed=0, epochs=3)
    assert carried["measures"]["last_loss"] != avoided["measures"]["last_loss"]
    right, _ = both(find(ECHO), oracle, seed=0, epochs=3)
    assert avoided["measures"] == right["measures"]


def test_a_pipeline_that_uses_its_state_is_refused():
    with pytest.raises(ValueError, match="moving-average uses its carried state"):
        both(find("moving-average"), oracle, seed=0, epochs=1)


def test_the_command_prints_and_keeps_a_line_for_each(tmp_path, capsys):
    file = tmp_path / "both.jsonl"
    main([ECHO, "--epochs", "1", "--file", str(file)])
    printed = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert printed == [json.loads(line) for line in file.read_text().splitlines()]
    assert [one["network"] for one in printed] == ["stateful", "stateless"]
