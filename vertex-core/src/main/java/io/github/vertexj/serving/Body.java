package io.github.vertexj.serving;

import io.github.vertexj.json.BytePool;
import java.nio.ByteBuffer;

/**
 * The bytes of a request's body, gathered as they come, up to a cap.
 *
 * <p>Not thread-safe; it may move between threads when handed over safely.
 */
final class Body implements AutoCloseable {
  private static final int FIRST_LEASE = 8 * 1024;
  private static final int LARGEST_FIRST_LEASE = 1024 * 1024;
  private static final byte[] NOTHING = {};

  private final BytePool pool;
  private final BodyBudget budget;
  private final long maxBytes;
  private final long expected; // no need for more
  private byte[] array = NOTHING;
  private int length;
  private long taken; // of the budget
  private boolean overBudget;

  /**
   * Leases memory for the bytes announced.
   *
   * @param announcedBytes the body's length, -1 if not known
   */
  Body(BytePool pool, BodyBudget budget, long maxBytes, long announcedBytes) {
    this.pool = pool;
    this.budget = budget;
    this.maxBytes = maxBytes;
    this.expected = announcedBytes < 0 ? maxBytes : Math.min(announcedBytes, maxBytes);
    if (announcedBytes != 0 && charge(announcedBytes < 0 ? 0 : expected)) {
      lease(firstLease(announcedBytes));
    }
  }

  /** Trusts an announcement only so far: the memory must follow the bytes, not the header. */
  private static int firstLease(long announcedBytes) {
    return announcedBytes < 0 ? FIRST_LEASE : (int) Math.min(announcedBytes, LARGEST_FIRST_LEASE);
  }

  /**
   * Appends what a buffer holds.
   *
   * @return false if there is no room, as {@link #refusal} tells; then nothing was appended, and
   *     the rest need not be read
   */
  boolean append(ByteBuffer bytes) {
    int count = bytes.remaining();
    if (!makeRoom(count)) {
      return false;
    }
    bytes.get(array, length, count);
    length += count;
    return true;
  }

  /**
   * Returns the reply to a body that {@link #append} found no room for: it is too large, or too
   * much is under way already.
   */
  Reply refusal() {
    return overBudget ? Replies.noRoom() : Replies.tooLarge(maxBytes);
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

  private boolean makeRoom(int count) {
    long needed = (long) length + count;
    if (needed > maxBytes || overBudget) {
      return false;
    }
    return needed <= array.length
        || lease((int) Math.max(needed, Math.min(2L * array.length, expected)));
  }

  /**
   * Takes so much of the budget in all. What is announced is taken at once, so that of many large
   * bodies some get all they need rather than each a part.
   */
  private boolean charge(long bytes) {
    if (bytes > taken) {
      overBudget |= !budget.take(bytes - taken, taken);
      taken = overBudget ? taken : bytes;
    }
    return !overBudget;
  }

  private boolean lease(int bytes) {
    if (!charge(bytes)) {
      return false;
    }
    byte[] larger;
    try {
      larger = pool.lease(bytes);
    } catch (OutOfMemoryError e) { // the budget was too large, which this request can survive
      overBudget = true;
      return false;
    }
    System.arraycopy(array, 0, larger, 0, length);
    returnArray();
    array = larger;
    return true;
  }

  private void returnArray() {
    if (array.length > 0) {
      pool.release(array);
    }
  }

  /**
   * Gives the memory of the bytes back, which have been read. What was taken of the budget stays
   * taken, for what has become of them.
   */
  void release() {
    returnArray();
    array = NOTHING;
    length = 0;
  }

  /** Gives everything back; may be called again. */
  @Override
  public void close() {
    release();
    budget.give(taken);
    taken = 0;
  }
}
