package io.github.vertexj.formats;

import io.github.vertexj.TensorType;
import io.github.vertexj.json.BadBodyException;
import io.github.vertexj.tensor.TensorMemory;

/**
 * A tensor of a request whose first dimension is the batch: each of its rows belongs to one
 * instance.
 *
 * @param name what the request calls it; empty if the format has no names
 */
record BatchTensor(String name, TensorMemory.Place place) {

  /** An error in one of a request's tensors, in the words and with the place of its format. */
  interface Fault {
    /**
     * Returns the exception to throw.
     *
     * @param tensor the place among the request's tensors; -1 for all of them
     * @param property what of it is wrong: {@code name}, {@code shape}, {@code datatype}; empty for
     *     the tensor as a whole
     */
    BadBodyException at(int tensor, String property, String fault);

    /** What the format calls a type. */
    String typeName(TensorType type);
  }
}
