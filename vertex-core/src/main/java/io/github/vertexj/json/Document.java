package io.github.vertexj.json;

import java.util.Objects;

/**
 * The bytes of one body, and the memory that may be taken for what becomes of them.
 *
 * @param bytes an array that holds the body, and may hold other things around it
 * @param offset where the body begins
 * @param length how many bytes it has
 * @param allowance told what it becomes
 */
public record Document(byte[] bytes, int offset, int length, Allowance allowance) {

  /** Checks that the body lies in the array. */
  public Document {
    Objects.checkFromIndexSize(offset, length, bytes.length);
  }

  /** Returns a document without a limit. */
  public static Document of(byte[] bytes, int offset, int length) {
    return new Document(bytes, offset, length, Allowance.UNLIMITED);
  }
}
