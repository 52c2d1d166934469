"""The demonstrations ask a network what the documents ask it, and print it as they do."""

import numpy as np

from lstm_spec.pipelines import demonstration as show
from lstm_spec.pipelines import find


class NextLetter:
    """A scripted network: the letter after the last one that it sees; it counts its resets."""

    def __init__(self, stateful=False):
        self.asked, self.resets, self.stateful = [], 0, stateful

    def predict(self, x, batch_size):
        outputs = []
        for row in x:
            letter = round(float(row[-1, -1]) * 26)
            self.asked.append((letter, batch_size))
            outputs.append(np.eye(26)[(letter + 1) % 26])
        return np.array(outputs)

    def evaluate(self, x, y, batch_size):
        right = (self.predict(x, batch_size).argmax(-1) == y.argmax(-1)).mean()
        return {"loss": 0.5, "accuracy": float(right)}

    def reset_states(self):
        self.resets += 1


class Reciter(NextLetter):
    """A scripted network that knows only its place: the n-th answer since a reset is letter n."""

    def __init__(self):
        super().__init__()
        self.place = 0

    def predict(self, x, batch_size):
        super().predict(x, batch_size)
        places = self.place + 1 + np.arange(len(x))
        self.place += len(x)
        return np.eye(26)[places % 26]

    def reset_states(self):
        super().reset_states()
        self.place = 0


def demonstrated(name, model):
    pipeline = find(name)
    rng = pipeline.rng(0)
    return pipeline.demonstrate(model, pipeline.data(rng), rng).sections


def test_the_letter_table_has_a_line_for_every_pattern():
    (table,) = demonstrated("alphabet-one-char", NextLetter())
    assert table.lines == tuple(f"{chr(65 + n)} -> {chr(66 + n)}" for n in range(25))


def test_windows_of_three_letters_are_printed_as_such():
    for name in ("alphabet-feature-window", "alphabet-time-steps"):
        (table,) = demonstrated(name, NextLetter())
        assert table.lines[0] == "ABC -> D"
        assert table.lines[-1] == "WXY -> Z"
        assert len(table.lines) == 23


def test_the_whole_batch_network_is_asked_twenty_letters_at_random_as_well():
    model = NextLetter()
    table, random = demonstrated("alphabet-whole-batch", model)
    assert len(table.lines) == 25
    assert len(random.lines) == 20
    assert {batch_size for _, batch_size in model.asked} == {1}


def test_random_substrings_are_printed_without_their_padding():
    (random,) = demonstrated("alphabet-variable-length", NextLetter())
    assert len(random.lines) == 20
    for line in random.lines:
        letters, answer = line.split(" -> ")
        assert 1 <= len(letters) <= 5
        assert ord(answer) == ord(letters[-1]) + 1


def test_the_recitation_feeds_every_answer_back():
    model = NextLetter()
    assert show.recite(model, 0, 25) == list(range(1, 26))
    assert [letter for letter, _ in model.asked] == list(range(25))


def test_the_state_is_reset_before_and_after_a_recitation():
    model = Reciter()
    model.predict(np.zeros((7, 1, 1)), 1)
    assert show.recite(model, 10, 5) == [1, 2, 3, 4, 5]
    assert (model.resets, model.place) == (2, 0)


def test_the_stateful_demonstration_recites_from_a_and_starts_anew_at_k():
    recitation, cold = demonstrated("alphabet-stateful", Reciter())
    assert recitation.lines[0] == "A -> B"
    assert recitation.lines[-1] == "Y -> Z"
    assert cold.heading == "new start: K"
    assert cold.lines == ("K -> B", "B -> C", "C -> D", "D -> E", "E -> F")


def test_the_left_padded_network_is_shown_everything_said_so_far():
    class Watching(NextLetter):
        def predict(self, x, batch_size):
            self.last = x
            return super().predict(x, batch_size)

    model = Watching()
    assert show.recite_prefix(model, 0, 25, 25) == list(range(1, 26))
    np.testing.assert_allclose(model.last[0, :, 0] * 26, np.arange(25), atol=1e-4)


def test_the_figures_of_a_recitation_are_shares_of_right_answers():
    pipeline = find("alphabet-stateful")
    rng = pipeline.rng(0)
    data = pipeline.data(rng)
    knows_its_place = pipeline.measure(Reciter(), data, rng)
    assert knows_its_place["recited"] == knows_its_place["cold_start"] == 1.0
    assert knows_its_place["any_start"] == 1.0
    knows_the_letter = pipeline.measure(NextLetter(), data, rng)
    assert knows_the_letter["recited"] == 1.0
    assert knows_the_letter["cold_start"] == 0.0
    assert knows_the_letter["any_start"] == 1 / 26


def test_the_row_of_the_first_wrong_letter_is_measured():
    class MissesV(NextLetter):
        def predict(self, x, batch_size):
            outputs = super().predict(x, batch_size)
            outputs[[letter == 21 for letter, _ in self.asked[-len(x) :]]] = np.eye(26)[24]
            return outputs

    pipeline = find("alphabet-one-char")
    rng = pipeline.rng(0)
    data = pipeline.data(rng)
    assert pipeline.measure(MissesV(), data, rng)["first_wrong"] == 21
    assert pipeline.measure(NextLetter(), data, rng)["first_wrong"] == 25


class Echo:
    """Repeats what it sees, but for the number 7."""

    def predict(self, x, batch_size):
        said = x[:, :2].copy()
        said[..., 7] = 0.0
        return said

    def reset_states(self):
        pass


def test_echo_rows_show_expected_and_predicted_and_mark_what_differs():
    x = np.eye(100)[[[7, 8], [9, 10]]]
    assert show.echo_rows(x, Echo().predict(x, 2)) == (
        "expected [ 7  8]  predicted [ 0  8]  *",
        "expected [ 9 10]  predicted [ 9 10]",
    )


def test_the_echo_is_measured_on_fresh_sequences_place_by_place():
    pipeline = find("echo-encoder-decoder")
    rng = pipeline.rng(0)
    figures = pipeline.measure(Echo(), pipeline.data(rng), rng)
    assert set(figures) == {"fresh_accuracy", "place_1", "place_2"}
    assert 0.97 < figures["fresh_accuracy"] < 1.0


class KnowsTheMean:
    """Answers half of the newest value: all that can be known without the one before."""

    def predict(self, x, batch_size):
        return x[:, 0] / 2


def test_the_moving_average_shows_expected_minus_predicted_without_the_first():
    (section,) = demonstrated("moving-average", KnowsTheMean())
    assert len(section.curves["expected"]) == len(section.curves["expected - predicted"]) == 199
    assert "199 values" in section.lines[0]


def test_the_best_stateless_answer_has_the_rmse_of_the_bound():
    pipeline = find("moving-average:twin=stateless,input_len=20000")
    rng = pipeline.rng(0)
    figures = pipeline.measure(KnowsTheMean(), pipeline.data(rng), rng)
    assert abs(figures["rmse_over_bound"] - 1) < 0.03
