package io.github.vertexj.formats;

import io.github.vertexj.json.InvalidValueException;
import io.github.vertexj.json.MalformedBinaryException;
import io.github.vertexj.tensor.TensorMemory;
import java.nio.ByteBuffer;

/**
 * The bytes behind a request's JSON head: its binary inputs, one behind the other.
 *
 * <p>Not thread-safe.
 */
final class BinaryTail {
  private final ByteBuffer bytes;
  private final int bodyStart;
  private final boolean headTold;

  /**
   * Creates a tail.
   *
   * @param bytes the tail, with its places in the array of the body
   * @param bodyStart where the body begins in the array
   * @param headTold whether the request said how long its head is, be there a tail or not
   */
  BinaryTail(ByteBuffer bytes, int bodyStart, boolean headTold) {
    this.bytes = bytes;
    this.bodyStart = bodyStart;
    this.headTold = headTold;
  }

  /** Returns the tail of a body that is JSON only. */
  static BinaryTail none() {
    return new BinaryTail(ByteBuffer.allocate(0), 0, false);
  }

  /**
   * Copies the elements of the next input into memory.
   *
   * @param index the input's place among the inputs
   * @return where they lie now
   */
  TensorMemory.Place copy(OpenInferenceInput input, int index, TensorMemory memory) {
    if (input.binaryBytes() > bytes.remaining()) {
      throw fault(
          index,
          headTold
              ? "binary_data_size is %d, and %d bytes are left for it"
                  .formatted(input.binaryBytes(), bytes.remaining())
              : "where its bytes begin must be told by the header " + HeadLength.HEADER);
    }
    int length = (int) input.binaryBytes();
    if (!memory.ensure(length, bytes.remaining())) {
      throw fault(index, TensorMemory.TOO_LARGE);
    }
    int offset = memory.used();
    ByteBuffer elements = bytes.slice(bytes.position(), length);
    if (!memory.append(elements, input.place().type())) {
      throw fault(index, TensorMemory.NO_BOOL);
    }
    bytes.position(bytes.position() + length);
    return new TensorMemory.Place(input.place().type(), input.place().shape(), offset);
  }

  /** Refuses bytes that no input has taken. */
  void requireEnd() {
    if (bytes.hasRemaining()) {
      throw new MalformedBinaryException(
          bytes.remaining() + " bytes follow the last binary input", place());
    }
  }

  private int place() {
    return bytes.position() - bodyStart;
  }

  private InvalidValueException fault(int index, String fault) {
    return new InvalidValueException(fault, "$.inputs[" + index + "]", place());
  }
}
