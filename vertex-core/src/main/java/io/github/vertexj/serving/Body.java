package io.github.vertexj.serving;

import io.github.vertexj.json.BytePool;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a request's body, gathered as they come, up to a cap.
 *
 * <p>Memory follows the bytes and not their announcement. Not thread-safe; it may move between
 * threads when handed over safely.
 */
final class Body {
  private static final byte[] NOTHING = {};

  private final BytePool pool;
  private final RequestMemory memory;
  private final long maxBytes;
  private final long expected; // no need for more
  private byte[] array = NOTHING;
  private int length;
  private @Nullable Reply refusal;

  /**
   * Creates an empty body.
   *
   * @param announcedBytes the body's length, -1 if not known
   */
  Body(BytePool pool, RequestMemory memory, long maxBytes, long announcedBytes) {
    this.pool = pool;
    this.memory = memory;
    this.maxBytes = maxBytes;
    this.expected = announcedBytes < 0 ? maxBytes : Math.min(announcedBytes, maxBytes);
  }

  /**
   * Appends what a buffer holds.
   *
   * @return null; or the reply if there is no room for it: then nothing was appended, and the rest
   *     need not be read
   */
  @Nullable Reply append(ByteBuffer bytes) {
    int count = bytes.remaining();
    if (refusal == null) {
      refusal = makeRoom((long) length + count);
    }
    if (refusal == null) {
      bytes.get(array, length, count);
      length += count;
    }
    return refusal;
  }

  /** The number of bytes so far. */
  int length() {
    return length;
  }

  /** Returns the memory, of which the first {@link #length()} bytes are the body. */
  byte[] array() {
    return array;
  }

  /** Views the bytes so far. */
  ByteBuffer bytes() {
    return ByteBuffer.wrap(array, 0, length);
  }

  private @Nullable Reply makeRoom(long needed) {
    if (needed > maxBytes) {
      return Replies.tooLarge(maxBytes);
    }
    if (needed <= array.length) {
      return null;
    }
    try {
      lease((int) Math.max(needed, Math.min(2L * array.length, expected)));
      return null;
    } catch (RuntimeException | OutOfMemoryError noRoom) {
      return Replies.failure(noRoom);
    }
  }

  private void lease(int bytes) {
    memory.take(bytes - array.length);
    byte[] larger = pool.lease(bytes);
    System.arraycopy(array, 0, larger, 0, length);
    returnArray();
    array = larger;
  }

  private void returnArray() {
    if (array.length > 0) {
      pool.release(array);
    }
  }

  /**
   * Gives the memory of the bytes back, which have been read; may be called again. What was taken
   * of the budget stays taken, for what has become of them.
   */
  void release() {
    returnArray();
    array = NOTHING;
    length = 0;
  }
}
