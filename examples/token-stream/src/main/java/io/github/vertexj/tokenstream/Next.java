package io.github.vertexj.tokenstream;

/**
 * What the model expects after a letter; a prediction.
 *
 * @param scores the logarithm of each letter's probability, up to a constant
 * @param state what the model remembers now
 */
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
record Next(float[] scores, float[] state) {}
