// What a project writes beside the Jest module: one forward layer. FORGETS_C plants a bug.
"use strict";

const sigmoid = (z) => 1 / (1 + Math.exp(-z));

function build(model, weights) {
  let [kernel, recurrent, bias] = weights;
  const { units, return_sequences: sequences, stateful } = model.layers[0];
  let carried = null;

  function step(x, h, c) {
    const z = bias.map((b, j) => {
      const inputs = x.reduce((sum, value, k) => sum + value * kernel[k][j], b);
      return h.reduce((sum, value, k) => sum + value * recurrent[k][j], inputs);
    });
    const block = (k, f) => z.slice(k * units, (k + 1) * units).map(f);
    const [i, f, g, o] = [block(0, sigmoid), block(1, sigmoid), block(2, Math.tanh), block(3, sigmoid)];
    const next = c.map((value, u) => f[u] * value + i[u] * g[u]);
    return [next.map((value, u) => o[u] * Math.tanh(value)), next];
  }

  function call({ x, initial_state: given }) {
    const zeros = () => x.map(() => new Array(units).fill(0));
    const start = given ? given[0] : carried ?? { h: zeros(), c: zeros() };
    const rows = x.map((row, r) => {
      let [h, c] = [start.h[r], start.c[r]];
      const all = row.map((one) => ([h, c] = step(one, h, c))[0]);
      return { h, c, outputs: sequences ? all : h };
    });
    const state = { h: rows.map((row) => row.h), c: rows.map((row) => row.c) };
    if (stateful) carried = process.env.FORGETS_C ? { h: state.h, c: zeros() } : state;
    return { outputs: rows.map((row) => row.outputs), states: [state] };
  }

  return {
    call,
    reset_states: () => ((carried = null), {}),
    set_weights: (given) => (([kernel, recurrent, bias] = given.weights), {}),
  };
}

module.exports = { capabilities: ["forward", "initial-state", "final-state", "stateful"], build };
