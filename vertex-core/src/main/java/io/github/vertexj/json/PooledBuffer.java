package io.github.vertexj.json;

import io.github.vertexj.Tensor;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The bytes of one reply in memory that goes back to its pool on {@link #close}.
 *
 * <p>It grows by doubling, to at most 2^31 - 9 bytes. Not thread-safe; may be handed from one
 * thread to another.
 */
public final class PooledBuffer implements AutoCloseable {
  private static final int FIRST_BYTES = 4096;
  private static final int MAX_BYTES = Integer.MAX_VALUE - 8;
  private static final BytePool NO_POOL = BytePool.of(0);
  private static final byte[] CLOSED = {};

  private final BytePool pool;
  private byte[] array;
  private int length;

  private PooledBuffer(BytePool pool, int bytes) {
    this.pool = pool;
    this.array = pool.lease(bytes);
  }

  /** Returns an empty buffer whose memory is the pool's. */
  public static PooledBuffer lease(BytePool pool) {
    return new PooledBuffer(pool, FIRST_BYTES);
  }

  /** Returns an empty buffer of its own with room for some bytes. */
  public static PooledBuffer unpooled(int bytes) {
    return new PooledBuffer(NO_POOL, bytes);
  }

  /**
   * The memory whose first {@link #length} bytes are the reply; not to be used after {@link
   * #close}.
   *
   * @throws IllegalStateException if the buffer is closed
   */
  public byte[] array() {
    if (array == CLOSED) {
      throw new IllegalStateException("the reply's memory has gone back to the pool");
    }
    return array;
  }

  /** The number of bytes; 0 after {@link #close}. */
  public int length() {
    return length;
  }

  /** Gives the memory back; does nothing the second time. */
  @Override
  public void close() {
    if (array != CLOSED) {
      pool.release(array);
      array = CLOSED;
      length = 0;
    }
  }

  /** Returns a copy of the bytes. */
  public byte[] toBytes() {
    return Arrays.copyOf(array(), length);
  }

  /** Makes room for so many more bytes and returns the memory; they start at {@link #length}. */
  public byte[] reserve(int more) {
    if (more > array.length - length) {
      grow(more);
    }
    return array;
  }

  /** Says where the bytes end that were written into reserved memory. */
  public void endAt(int end) {
    length = end;
  }

  /** Appends one ASCII character. */
  public void append(char ascii) {
    reserve(1)[length++] = (byte) ascii;
  }

  /** Appends bytes unchanged. */
  public void append(byte[] bytes, int offset, int count) {
    System.arraycopy(bytes, offset, reserve(count), length, count);
    length += count;
  }

  /** Appends ASCII characters unchanged. */
  public void append(String ascii) {
    byte[] bytes = ascii.getBytes(StandardCharsets.US_ASCII);
    append(bytes, 0, bytes.length);
  }

  /** Appends a finite number, the shortest that reads back equal. */
  public void append(float value) {
    length = NumberWriter.write(value, reserve(NumberWriter.MAX_BYTES), length);
  }

  /** Appends a finite number, the shortest that reads back equal. */
  public void append(double value) {
    length = NumberWriter.write(value, reserve(NumberWriter.MAX_BYTES), length);
  }

  /** Appends text as a JSON string. */
  public void appendText(String text) {
    TextWriter.write(text, this);
  }

  /** Appends a tensor's little-endian bytes. */
  public void append(Tensor tensor) {
    int count = tensor.length();
    tensor.copyTo(ByteBuffer.wrap(reserve(count), length, count));
    length += count;
  }

  /** Returns a stream that appends what is written to it; to close it does nothing. */
  public OutputStream stream() {
    return new OutputStream() {
      @Override
      public void write(int octet) {
        append((char) octet);
      }

      @Override
      public void write(byte[] bytes, int offset, int count) {
        append(bytes, offset, count);
      }
    };
  }

  /** Makes room for what comes next, so that it need not grow by doubling. */
  public void expect(long more) {
    if (more > MAX_BYTES) {
      throw tooLong();
    }
    reserve((int) more);
  }

  private static UnwritablePredictionException tooLong() {
    return new UnwritablePredictionException("does not fit into a reply of 2 GB,");
  }

  private void grow(int more) {
    long needed = (long) length + more;
    if (needed > MAX_BYTES) {
      throw tooLong();
    }
    int bytes = (int) Math.min(MAX_BYTES, Math.max(needed, 2L * array().length));
    byte[] larger = pool.lease(bytes);
    System.arraycopy(array, 0, larger, 0, length);
    pool.release(array);
    array = larger;
  }
}
