package io.github.vertexj.json;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * A pool of byte arrays for bodies, tensors and replies, with a bound on the bytes it keeps.
 *
 * <p>Arrays have power-of-two lengths from 1 KiB to 1 GiB, each length with its own few places; an
 * array beyond the bound is left to the garbage collector. Leasing zeroes nothing: an array holds
 * what its last user left. Thread-safe, without locks.
 */
public final class BytePool {
  private static final int SMALLEST_LOG2 = 10;
  private static final int LARGEST_LOG2 = 30;
  private static final int MAX_PLACES = 64;

  private final long maxPooledBytes;
  private final AtomicLong pooledBytes = new AtomicLong();
  private final Places[] places = new Places[LARGEST_LOG2 - SMALLEST_LOG2 + 1];

  private BytePool(long maxPooledBytes) {
    this.maxPooledBytes = maxPooledBytes;
    for (int i = 0; i < places.length; i++) {
      long fitting = maxPooledBytes >> (SMALLEST_LOG2 + i);
      places[i] = new Places((int) Math.min(fitting, MAX_PLACES));
    }
  }

  /**
   * Returns an empty pool.
   *
   * @param maxPooledBytes the most bytes kept for another use; 0 keeps none
   * @throws IllegalArgumentException if negative
   */
  public static BytePool of(long maxPooledBytes) {
    if (maxPooledBytes < 0) {
      throw new IllegalArgumentException("maxPooledBytes must not be negative: " + maxPooledBytes);
    }
    return new BytePool(maxPooledBytes);
  }

  /**
   * Returns an array that belongs to the caller until it is released; it may be longer than asked
   * for, and holds anything.
   *
   * @throws IllegalArgumentException if the length is negative
   */
  public byte[] lease(int atLeast) {
    if (atLeast < 0) {
      throw new IllegalArgumentException("no array has the length " + atLeast);
    }
    if (atLeast > 1 << LARGEST_LOG2) {
      return new byte[atLeast];
    }
    int length = Math.max(atLeast, 1 << SMALLEST_LOG2);
    int log2 = Integer.SIZE - Integer.numberOfLeadingZeros(length - 1);
    byte[] array = places[log2 - SMALLEST_LOG2].take();
    if (array == null) {
      return new byte[1 << log2];
    }
    pooledBytes.addAndGet(-array.length);
    return array;
  }

  /**
   * Takes an array back, which the caller must not touch from now on, nor release again. An array
   * of a length the pool does not lease is ignored.
   */
  public void release(byte[] array) {
    int log2 = Integer.numberOfTrailingZeros(array.length);
    if (array.length != 1 << log2 || log2 < SMALLEST_LOG2 || log2 > LARGEST_LOG2) {
      return;
    }
    boolean room = pooledBytes.addAndGet(array.length) <= maxPooledBytes;
    if (!room || !places[log2 - SMALLEST_LOG2].put(array)) {
      pooledBytes.addAndGet(-array.length);
    }
  }

  /** The bytes kept for another use; under concurrent use a moment's figure. */
  public long pooledBytes() {
    return pooledBytes.get();
  }

  /** The arrays of one length, each in its own place. */
  private static final class Places {
    private final AtomicReferenceArray<byte[]> arrays;

    Places(int count) {
      arrays = new AtomicReferenceArray<>(count);
    }

    byte @Nullable [] take() {
      for (int i = 0; i < arrays.length(); i++) {
        byte[] array = arrays.getPlain(i) == null ? null : arrays.getAndSet(i, null);
        if (array != null) {
          return array;
        }
      }
      return null;
    }

    boolean put(byte[] array) {
      for (int i = 0; i < arrays.length(); i++) {
        if (arrays.getPlain(i) == null && arrays.compareAndSet(i, null, array)) {
          return true;
        }
      }
      return false;
    }
  }
}
