package io.github.vertexj.json;

import java.util.Objects;

/**
 * The bytes of one body, and the memory that may be taken for what becomes of them.
 *
 * <p>Immutable, but for the array, which belongs to whoever made it.
 */
public final class Document {
  private final byte[] bytes;
  private final int offset;
  private final int length;
  private final Allowance allowance;

  /**
   * Creates a document.
   *
   * @param bytes an array that holds the body, and may hold other things around it
   * @param offset where the body begins
   * @param length how many bytes it has
   * @param allowance told what it becomes
   */
  public Document(byte[] bytes, int offset, int length, Allowance allowance) {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    this.bytes = bytes;
    this.offset = offset;
    this.length = length;
    this.allowance = allowance;
  }

  /** Returns a document without a limit. */
  public static Document of(byte[] bytes, int offset, int length) {
    return new Document(bytes, offset, length, Allowance.UNLIMITED);
  }

  /** The array; not to be written to. */
  public byte[] bytes() {
    return bytes;
  }

  /** Where the body begins in the array. */
  public int offset() {
    return offset;
  }

  /** How many bytes it has. */
  public int length() {
    return length;
  }

  /** Told what it becomes. */
  public Allowance allowance() {
    return allowance;
  }
}
