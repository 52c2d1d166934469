"""The forms in which nn.LSTM takes its rows, each a path: they must all give the same."""

from __future__ import annotations

import torch
from torch.nn.utils import rnn

from lstm_spec.contract import Refused
from lstm_spec.model import Bidirectional, Dropout

ONE_MODULE = "several layers in one module"
TIME_MAJOR = "time-major"
UNBATCHED = "each row without a batch"
SORTED = "rows sorted by length"
LISTED = "rows in a list"
FILLED = "padded with another number"
PATHS = (ONE_MODULE, TIME_MAJOR, UNBATCHED, SORTED, LISTED, FILLED)

FILLER = -7.5


class LayerOfModule:
    """One layer of an nn.LSTM of several."""

    def __init__(self, module, place, count):
        self.module, self.place, self.count = module, place, count

    def parameters(self):
        """Its own, forward before backward."""
        ends = f"_l{self.place}", f"_l{self.place}_reverse"
        return [one for name, one in self.module.named_parameters() if name.endswith(ends)]


def equal_layers(spec):
    """Where LSTMs of one kind follow each other: their places, and the dropout between them."""
    place = 0
    while place < len(spec.layers):
        inside, rate = [place], None
        while (after := next_equal(spec.layers, inside[-1])) is not None:
            between = spec.layers[inside[-1] + 1 : after]
            dropped = between[0].rate if between else 0.0
            if rate not in (None, dropped):
                break
            rate = dropped
            inside += range(inside[-1] + 1, after + 1)
        if rate is not None:
            yield tuple(inside), rate
        place = inside[-1] + 1


def next_equal(layers, place):
    """The place of the next LSTM of the same kind, with nothing but one dropout between."""
    first = layers[place]
    if not first.directions or not first.directions[0].return_sequences:
        return None
    for after in (place + 1, place + 2):
        if after < len(layers) and layers[after].directions:
            return after if kind_of(layers[after]) == kind_of(first) else None
        if after < len(layers) and not isinstance(layers[after], Dropout):
            return None
    return None


def kind_of(layer):
    """What the layers of one module have in common."""
    one = layer.directions[0]
    told = one.units, one.use_bias, one.recurrent_bias, one.projection
    return isinstance(layer, Bidirectional), *told


def run_module(part, x, given, lengths, path):
    """Outputs (batch, time, width), and h and c of all layers, on a path."""
    if path == UNBATCHED:
        return row_by_row(part, x, given, lengths)
    if lengths is None:
        y, states = part(turned(x, path), given)
        return turned(y, path), states
    lengths = torch.tensor(lengths)
    order = torch.argsort(lengths, descending=True)
    back = torch.argsort(order)
    if path == SORTED:
        x, lengths = x[order], lengths[order]
        given = given and tuple(one[:, order] for one in given)
    first = path != TIME_MAJOR
    if path == LISTED:
        rows = [row[:length] for row, length in zip(x, lengths)]
        packed = rnn.pack_sequence(rows, enforce_sorted=False)
    else:
        options = {"batch_first": first, "enforce_sorted": path == SORTED}
        packed = rnn.pack_padded_sequence(turned(x, path), lengths, **options)
    packed, (h, c) = part(packed, given)
    value = FILLER if path == FILLED else 0.0
    steps = x.shape[1]
    y, _ = rnn.pad_packed_sequence(packed, first, padding_value=value, total_length=steps)
    y = turned(y, path)
    beyond = torch.arange(steps)[None] >= lengths[:, None]
    if not (y[beyond] == value).all():
        raise Refused(f"beyond the lengths, pad_packed_sequence did not put {value:g}")
    return (y[back], (h[:, back], c[:, back])) if path == SORTED else (y, (h, c))


def turned(x, path):
    """Time first where the module has it so."""
    return x.transpose(0, 1) if path == TIME_MAJOR else x


def row_by_row(part, x, given, lengths):
    """Each row as (time, features), with a state of (layers, units)."""
    found = []
    for number, row in enumerate(x):
        length = len(row) if lengths is None else int(lengths[number])
        state = given and tuple(one[:, number] for one in given)
        y, (h, c) = part(row[:length], state)
        found.append((torch.nn.functional.pad(y, (0, 0, 0, len(row) - length)), h, c))
    y, h, c = zip(*found)
    return torch.stack(y), (torch.stack(h, dim=1), torch.stack(c, dim=1))
