/**
 * Before the first valid step, TensorFlow.js returns the initial h as if it were an output.
 *
 * Library: TensorFlow.js 4.22.0, CPU backend
 * Clauses: MASK-13, MASK-24
 * Documented: no; Keras gives zero there
 *
 * Expected: an output of zero until the first valid step. Instead, the output is the initial h.
 *
 * Run: lstm-spec env run tensorflow-js findings/tensorflow_js_initial_state_as_output.js
 */
"use strict";
console.warn = () => {}; // an advertisement for the C++ backend
const tf = require("@tensorflow/tfjs");

const lstm = tf.layers.lstm({ units: 1, returnSequences: true });
const mask = tf.tensor([[0, 1]]).cast("bool");
const initialState = [tf.tensor([[5]]), tf.tensor([[6]])];
const y = lstm.apply(tf.tensor([[[1], [1]]]), { mask, initialState }).dataSync();

console.log(`mask 0 1, initial h 5: the first output is ${y[0]}, expected 0`);
const shown = y[0] === 5;
console.log(shown ? "shown: the initial h is returned" : "gone");
process.exitCode = shown ? 1 : 0;
