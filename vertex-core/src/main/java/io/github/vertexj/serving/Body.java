package io.github.vertexj.serving;

import io.github.vertexj.json.BytePool;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The bytes of a request's body, gathered as they come, up to a cap.
 *
 * <p>An adapter gets one from {@link PredictionHandler#newBody}, appends what it reads, and passes
 * it to {@link PredictionHandler#predict}, or closes it if the request breaks off. Not thread-safe;
 * it may move between threads when handed over safely.
 */
public final class Body implements AutoCloseable {
  private static final int FIRST_LEASE = 8 * 1024;
  private static final int LARGEST_FIRST_LEASE = 1024 * 1024;
  private static final byte[] NOTHING = {};

  private final BytePool pool;
  private final BodyBudget budget;
  private final long maxBytes;
  private final long expected; // no need for more
  private byte[] array = NOTHING;
  private int length;
  private Runnable whenAbandoned;
  private long taken; // of the budget
  private final AtomicInteger users = new AtomicInteger(1); // this, and the request it is of
  private boolean overBudget;
  private boolean closed;

  /**
   * Leases memory for the bytes announced.
   *
   * @param announcedBytes the body's length, -1 if not known
   * @param whenAbandoned runs if this is closed before anybody took its bytes
   */
  Body(
      BytePool pool,
      BodyBudget budget,
      long maxBytes,
      long announcedBytes,
      Runnable whenAbandoned) {
    this.pool = pool;
    this.budget = budget;
    this.maxBytes = maxBytes;
    this.whenAbandoned = whenAbandoned;
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
  public boolean append(ByteBuffer bytes) {
    int count = bytes.remaining();
    if (!makeRoom(count)) {
      return false;
    }
    bytes.get(array, length, count);
    length += count;
    return true;
  }

  /**
   * Appends part of an array.
   *
   * @return false if there is no room, as {@link #refusal} tells; then nothing was appended, and
   *     the rest need not be read
   */
  public boolean append(byte[] bytes, int offset, int count) {
    return append(ByteBuffer.wrap(bytes, offset, count));
  }

  /**
   * Returns the reply to a body that {@link #append} found no room for: it is too large, or too
   * much is under way already. The connection is best closed after it.
   */
  public Reply refusal() {
    return overBudget ? Replies.noRoom() : Replies.tooLarge(maxBytes);
  }

  /** The number of bytes so far. */
  public int length() {
    return length;
  }

  /** Returns the memory, of which the first {@link #length()} bytes are the body. */
  byte[] take() {
    whenAbandoned = () -> {};
    return array;
  }

  /** Views the bytes so far. */
  ByteBuffer bytes() {
    return ByteBuffer.wrap(array, 0, length);
  }

  /** Says that these bytes are complete and nobody will take them. */
  void divert() {
    whenAbandoned.run();
    whenAbandoned = () -> {};
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
    release();
    array = larger;
    return true;
  }

  private void release() {
    if (array.length > 0) {
      pool.release(array);
    }
  }

  /** Gives the memory back; may be called again. */
  @Override
  public void close() {
    release();
    array = NOTHING;
    length = 0;
    divert();
    if (!closed) {
      closed = true;
      usedNoMore();
    }
  }

  private void usedNoMore() {
    if (users.decrementAndGet() == 0) {
      budget.give(taken);
    }
  }

  /**
   * Says that this is the body of a request that is being answered: what it has taken of the budget
   * stays taken, for what is made of the bytes, until the result is run, once, and this is closed.
   */
  Runnable accept() {
    users.incrementAndGet();
    return this::usedNoMore;
  }
}
