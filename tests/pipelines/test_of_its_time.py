"""The page on published figures and the Keras of their time, from data and nothing else."""

from pathlib import Path

from lstm_spec.pipelines.registry import find
from lstm_spec.site import published_figures_page as of_its_time

ROOT = Path(__file__).parents[2]
NAME = "echo-encoder-decoder:generation=2017"


def run(implementation, **measures):
    return {
        "pipeline": NAME,
        "implementation": implementation,
        "version": f"{implementation} 1",
        "seed": 0,
        "measures": {"fresh_accuracy": 0.5, **measures},
    }


def trained(network, loss):
    curve = {"loss": [loss] * 20, "accuracy": [0.5] * 20}
    measures = {"last_accuracy": 0.5, "last_loss": loss}
    return {**run("keras 2.1", **measures), "network": network, "curve": curve}


def test_a_printed_figure_stands_beside_the_keras_of_its_time_and_the_oracle():
    runs = [run("keras-2.1", last_accuracy=0.9, last_loss=0.3)]
    runs += [run("numpy", last_accuracy=1.0, last_loss=0.03)]
    rows = of_its_time.figures(runs).splitlines()[2:]
    ours, over_seeds = zip(*(row.rsplit(" | ", maxsplit=1) for row in rows), strict=True)
    assert ours == (
        f"| `{NAME}` | last_accuracy | 0.9286 | keras-2.1: 0.9 | 1",
        f"| `{NAME}` | last_loss | 0.3368 | keras-2.1: 0.3 | 0.03",
    )
    assert all("; as good: " in cell for cell in over_seeds)


def test_an_oracle_s_run_alone_makes_no_row():
    assert len(of_its_time.figures([run("numpy", last_accuracy=1.0)]).splitlines()) == 2


def test_the_curves_of_both_networks_stand_beside_the_printed_one():
    text = of_its_time.curves([trained("stateful", 2.5), trained("stateless", 1.5)])
    rows = [line for line in text.splitlines() if line.startswith("| 250 |")]
    printed = find(NAME).curve
    assert rows == [
        f"| 250 | {printed.loss[0]:.2f} | 2.50 | 1.50 | {printed.accuracy[0]:.2f} | 0.50 | 0.50 |"
    ]


def test_one_network_alone_is_no_comparison():
    assert of_its_time.curves([trained("stateful", 2.5)]) == ""
