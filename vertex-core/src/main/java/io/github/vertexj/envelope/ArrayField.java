package io.github.vertexj.envelope;

import io.github.vertexj.json.InvalidValueException;

/**
 * The array that an envelope is read for: {@code instances} of a request, {@code predictions} of a
 * reply.
 *
 * @param most the most elements
 */
record ArrayField(String name, int most) {
  String path() {
    return "$." + name;
  }

  InvalidValueException tooMany(String path, int byteOffset) {
    return new InvalidValueException(
        "there are more " + name + " than maxInstances " + most, path, byteOffset);
  }
}
