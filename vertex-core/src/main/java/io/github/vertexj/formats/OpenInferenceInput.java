package io.github.vertexj.formats;

import io.github.vertexj.tensor.TensorMemory;

/**
 * One element of a request's {@code inputs}.
 *
 * @param place where the numbers lie, or will
 * @param binaryBytes how many bytes of the body are its elements; {@link #NOT_BINARY} if its
 *     numbers came as JSON, and have been read
 * @param at the place of its object in the body
 */
record OpenInferenceInput(String name, TensorMemory.Place place, long binaryBytes, int at) {
  static final long NOT_BINARY = -1;

  /** Whether the elements are bytes behind the JSON. */
  boolean binary() {
    return binaryBytes != NOT_BINARY;
  }
}
