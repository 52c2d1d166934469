/**
 * NaN and infinity in a masked step affect the result of TensorFlow.js' LSTM layer.
 *
 * Library: TensorFlow.js 4.22.0, CPU backend
 * Clauses: MASK-15, MASK-16, MASK-17
 * Documented: no
 *
 * A masked step must not matter. It is computed and then multiplied by zero, so that NaN remains;
 * two infinite features give NaN first.
 *
 * Run: lstm-spec env run tensorflow-js findings/tensorflow_js_nan_in_masked_steps.js
 */
"use strict";
console.warn = () => {}; // an advertisement for the C++ backend
const tf = require("@tensorflow/tfjs");

const lstm = tf.layers.lstm({ units: 1, returnState: true });
lstm.apply(tf.zeros([1, 1, 2])); // makes the weights
const [kernel, ...others] = lstm.getWeights();
lstm.setWeights([tf.tensor([[1, 1, 1, 1], [-1, -1, -1, -1]], kernel.shape), ...others]);
const mask = tf.tensor([[1, 0]]).cast("bool");
const run = (padding) => {
  const [, h, c] = lstm.apply(tf.tensor([[[2, 1], [padding, padding]]]), { mask });
  return [h.dataSync()[0], c.dataSync()[0]];
};

const [expected, nan, infinity] = [0, NaN, Infinity].map(run);
console.log(`0 in the masked step:        h ${expected[0].toFixed(6)}, c ${expected[1].toFixed(6)}`);
console.log(`NaN in the masked step:      h ${nan[0]}, c ${nan[1]}`);
console.log(`infinity in both features:   h ${infinity[0]}, c ${infinity[1]}`);
const shown = Number.isFinite(expected[0]) && Number.isNaN(nan[0]) && Number.isNaN(infinity[0]);
console.log(shown ? "shown: masked steps change the result" : "gone");
process.exitCode = shown ? 1 : 0;
