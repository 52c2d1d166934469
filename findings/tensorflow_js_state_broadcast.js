/**
 * TensorFlow.js' LSTM layer accepts an initial state of one row for a batch of three.
 *
 * Library: TensorFlow.js 4.22.0, CPU backend
 * Clauses: STATE-80
 * Documented: no
 *
 * Expected: an error, as for a state of two rows. Every row starts from the one state.
 *
 * Run: lstm-spec env run tensorflow-js findings/tensorflow_js_state_broadcast.js
 */
"use strict";
console.warn = () => {}; // an advertisement for the C++ backend
const tf = require("@tensorflow/tfjs");

const lstm = tf.layers.lstm({ units: 1 });
const accepts = (rows) => {
  const initialState = [tf.ones([rows, 1]), tf.ones([rows, 1])];
  try {
    return lstm.apply(tf.ones([3, 2, 1]), { initialState }).shape[0] === 3;
  } catch (error) {
    return false;
  }
};

const [one, two] = [1, 2].map(accepts);
console.log(`a state of 1 row for 3 rows:  ${one ? "accepted" : "rejected"}`);
console.log(`a state of 2 rows for 3 rows: ${two ? "accepted" : "rejected"}`);
console.log(one ? "shown: a missing row axis goes unnoticed" : "gone");
process.exitCode = one ? 1 : 0;
