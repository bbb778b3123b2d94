package io.github.vertexj.tensor;

import io.github.vertexj.Shape;
import io.github.vertexj.Tensor;
import io.github.vertexj.TensorType;
import io.github.vertexj.json.Allowance;
import io.github.vertexj.json.BytePool;
import io.github.vertexj.json.Lease;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The one leased array that holds the tensors of a request, one behind the other.
 *
 * <p>It moves to a longer array when full, so views are made only after the last tensor is read.
 * Not thread-safe.
 */
public final class TensorMemory {
  public static final String TOO_LARGE = "the tensors of a request must fit into 2 GB";
  public static final String NO_BOOL = "a bool is a byte of 0 or 1";
  private static final byte[] NOTHING = {};

  private final BytePool pool;
  private final Allowance allowance;
  private byte @Nullable [] leased;
  private byte[] bytes = NOTHING;
  private int used;

  public TensorMemory(BytePool pool, Allowance allowance) {
    this.pool = pool;
    this.allowance = allowance;
  }

  /** Tells the allowance of instances that are about to be made. */
  public void takeInstances(int count) {
    allowance.take((long) count * Allowance.INSTANCE_BYTES);
  }

  /** A tensor's place, until there can be a view of it. */
  public record Place(TensorType type, Shape shape, int offset) {}

  /** The array to write to. */
  byte[] bytes() {
    return bytes;
  }

  /** The first byte that is free. */
  public int used() {
    return used;
  }

  /** Declares the bytes up to a place to be in use. */
  public void use(int end) {
    used = end;
  }

  /**
   * Makes room behind the bytes in use.
   *
   * @param needed what must fit
   * @param expected what will probably be needed in all
   * @return false if no array is that long
   */
  public boolean ensure(int needed, long expected) {
    if (needed <= bytes.length - used) {
      return true;
    }
    long length = (long) used + needed;
    if (length > Integer.MAX_VALUE - Long.BYTES) {
      return false;
    }
    long wanted = Math.max(length, Math.max(2L * bytes.length, used + expected));
    int target = (int) Math.min(wanted, Integer.MAX_VALUE - Long.BYTES);
    allowance.take(target - bytes.length);
    byte[] longer = pool.lease(target);
    System.arraycopy(bytes, 0, longer, 0, used);
    release();
    leased = longer;
    bytes = longer;
    return true;
  }

  /**
   * Appends elements, for which there is room.
   *
   * @return false if they are no bools but should be
   */
  public boolean append(ByteBuffer elements, TensorType type) {
    int end = used + elements.remaining();
    elements.get(bytes, used, elements.remaining());
    for (int at = used; type == TensorType.BOOL && at < end; at++) {
      if ((bytes[at] & ~1) != 0) {
        return false;
      }
    }
    used = end;
    return true;
  }

  /**
   * Appends the elements of a place as another type; returns where they are then.
   *
   * @throws IllegalArgumentException if they do not fit, or there is no memory for them
   */
  public Place converted(Place place, TensorType type) {
    if (place.type() == type) {
      return place;
    }
    ByteBuffer elements = view(place).to(type).bytes();
    if (!ensure(elements.remaining(), elements.remaining())) {
      throw new IllegalArgumentException(TOO_LARGE);
    }
    int offset = used;
    append(elements, type);
    return new Place(type, place.shape(), offset);
  }

  /** Returns the view of a place; the array must not move any more. */
  public Tensor view(Place place) {
    return Tensor.view(place.type(), place.shape(), bytes, place.offset());
  }

  /** Returns the view of one row of many that lie behind each other from a place on. */
  public Tensor row(Place first, int index) {
    int bytesOfRow = first.shape().elements() * first.type().bytes();
    return Tensor.view(first.type(), first.shape(), bytes, first.offset() + index * bytesOfRow);
  }

  /** Hands the array over to a request, which gives it back later. */
  public Lease detach() {
    byte[] array = leased;
    leased = null;
    return new Lease(pool, array);
  }

  /** Gives the array back, unless handed over. */
  public void release() {
    detach().close();
  }
}
