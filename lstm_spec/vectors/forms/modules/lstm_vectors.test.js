// Test vectors for LSTM layers, from lstm-spec (Apache-2.0). Runs under Jest, and under Node's own
// runner (node --test).
//
// Put this file and lstm_vectors.json into your tests. Beside them, write lstm_engine.js with
//
//     module.exports = { capabilities: ["forward", "initial-state", "final-state"], build };
//
// build(model, weights) returns an object with a method for each operation that your engine has,
// each taking what is given in the file and returning what is expected there: call({x, mask,
// initial_state}) returns {outputs, states}, the states as [{h, c}]. Arrays are nested arrays.
// Cases that need more than the capabilities are skipped, and each skip says what they need.
"use strict";

const cases = require("./lstm_vectors.json");
const { capabilities, build } = require("./lstm_engine.js");
const test = globalThis.test ?? require("node:test").test;

// The largest absolute difference; Infinity where the shapes differ. NaN (null) equals NaN.
function largestDifference(got, expected) {
  if (Array.isArray(expected)) {
    if (got.length !== expected.length) return Infinity;
    return Math.max(0, ...expected.map((one, k) => largestDifference(got[k], one)));
  }
  if (expected !== null && typeof expected === "object")
    return Math.max(...Object.keys(expected).map((k) => largestDifference(got[k], expected[k])));
  if (expected === null || Number.isNaN(got))
    return expected === null && Number.isNaN(got) ? 0 : Infinity;
  return Math.abs(got - expected);
}

for (const one of cases) {
  const missing = one.needs.filter((need) => !capabilities.includes(need));
  const run = missing.length ? test.skip : test;
  run(missing.length ? `${one.id} needs ${missing.join(", ")}` : one.id, () => {
    const engine = build(one.model, one.weights);
    one.operations.forEach((operation, number) => {
      const got = engine[operation.op](operation.given);
      for (const [name, expected] of Object.entries(operation.expect)) {
        const difference = largestDifference(got[name], expected);
        if (!(difference <= one.tolerance[name]))
          throw new Error(`operation ${number} (${operation.op}): ${name} differs by ${difference}`);
      }
    });
  });
}
