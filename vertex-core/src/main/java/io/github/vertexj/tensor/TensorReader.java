package io.github.vertexj.tensor;

import io.github.vertexj.Shape;
import io.github.vertexj.TensorType;
import io.github.vertexj.json.InvalidValueException;
import io.github.vertexj.json.JsonScanner;
import io.github.vertexj.json.NumberScanner;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Reads numbers nested in arrays from a scanner's cursor straight into memory.
 *
 * <p>The first number, or the first empty array, settles the rank; the first array that closes at a
 * level settles its size; whatever differs later is refused with its own path. Nothing here
 * recurses. Not thread-safe.
 */
final class TensorReader {
  private static final VarHandle FLOAT = view(float[].class);
  private static final VarHandle DOUBLE = view(double[].class);
  private static final VarHandle INT = view(int[].class);
  private static final VarHandle LONG = view(long[].class);
  private static final int UNKNOWN = -1;

  /** What a number and its comma usually take at least; fewer make the memory move once. */
  private static final int BYTES_OF_A_NUMBER = 8;

  private final JsonScanner in;
  private final NumberScanner number;
  private final TensorMemory memory;
  private final TensorPath path;

  /** How many elements of the open array of each level are read; levels count from 1. */
  private final int[] counts;

  /** How many elements the arrays of each level have. */
  private final int[] sizes;

  private int level;
  private int rank;
  private int levelsSeen;
  private Shape lastShape = Shape.SCALAR;

  TensorReader(JsonScanner in, TensorMemory memory, TensorPath path) {
    this.in = in;
    this.number = in.number();
    this.memory = memory;
    this.path = path;
    this.counts = new int[in.rules().maxDepth() + 1];
    this.sizes = new int[in.rules().maxDepth() + 1];
  }

  /** Reads a number, or numbers nested in arrays to any rank, and returns their shape. */
  Shape read(TensorType type) {
    level = 0;
    levelsSeen = 0;
    rank = UNKNOWN;
    if (in.peek() != '[') {
      scalar(type);
      return Shape.SCALAR;
    }
    boolean more = true;
    while (more) {
      if (in.peek() != '[') {
        row(type);
        more = close();
      } else if (!open()) {
        more = close();
      }
    }
    return shape();
  }

  /** An error at the element, or at the tensor if none was begun. */
  InvalidValueException invalid(String fault) {
    StringBuilder where = new StringBuilder(path.toString());
    for (int i = 1; i <= level; i++) {
      where.append('[').append(counts[i]).append(']');
    }
    return new InvalidValueException(fault, where.toString(), in.byteOffset());
  }

  /** An error at the tensor as a whole. */
  InvalidValueException invalidTensor(String fault) {
    level = 0;
    return invalid(fault);
  }

  /** Opens an array; returns whether it holds anything. */
  private boolean open() {
    if (level > 0 && counts[level] == sizes[level]) {
      throw oneTooMany(sizes[level]);
    }
    if (level == rank) {
      throw invalid("a number is wanted here, as there is one beside it");
    }
    boolean filled = in.enter('[');
    counts[++level] = 0;
    if (level > levelsSeen) {
      levelsSeen = level;
      sizes[level] = UNKNOWN;
    }
    if (!filled && rank == UNKNOWN) {
      rank = level;
    }
    return filled;
  }

  /** Reads the numbers of the open array up to its end. */
  private void row(TensorType type) {
    if (rank == UNKNOWN) {
      rank = level;
    } else if (rank != level) {
      throw invalid("an array is wanted here, as there is one beside it");
    }
    byte[] bytes = in.bytes();
    int last = in.end() - 1;
    int at = element();
    int used = memory.used();
    int row = level;
    int size = sizes[row];
    int count = 0;
    boolean more = true;
    while (more) {
      in.moveTo(at);
      int next = plain(type, used, size == UNKNOWN ? Integer.MAX_VALUE : size - 1 - count);
      count += (next - used) / type.bytes();
      used = next;
      at = element();
      counts[row] = count;
      if (count == size) {
        throw oneTooMany(size);
      }
      byte[] target = room(used);
      if (isNumber(bytes[at])) {
        int from = at;
        at = number.scan(from);
        store(type, target, used, from);
      } else {
        at = notANumber(type, at, target, used);
      }
      used += type.bytes();
      count++;
      if (at < last && bytes[at] == ',' && bytes[at + 1] > ' ') {
        at++; // as in 1,2
      } else if (at + 1 < last && bytes[at] == ',' && bytes[at + 1] == ' ' && bytes[at + 2] > ' ') {
        at += 2; // as in 1, 2
      } else {
        in.moveTo(at);
        more = in.next(']');
        at = more ? element() : in.position();
      }
    }
    counts[row] = count;
    memory.use(used);
  }

  /** Reads plain numbers behind the bytes in use, and returns the place behind the last. */
  private int plain(TensorType type, int used, int most) {
    byte[] target = memory.bytes();
    int room = Math.min(most, (target.length - used) / type.bytes());
    return number.plain(type, target, used, used + room * type.bytes());
  }

  private InvalidValueException oneTooMany(int size) {
    return invalid("this element is one too many: beside it arrays have " + size);
  }

  /** Leaves the array that has closed, and those that close with it; false if all have. */
  private boolean close() {
    do {
      int count = counts[level];
      int size = sizes[level];
      sizes[level] = count;
      level--;
      if (size != UNKNOWN && count != size) {
        throw invalid("this array has " + count + " elements where others have " + size);
      }
      if (level == 0) {
        return false;
      }
      counts[level]++;
    } while (!in.next(']'));
    return true;
  }

  private Shape shape() {
    boolean same = lastShape.rank() == rank;
    for (int axis = 0; same && axis < rank; axis++) {
      same = lastShape.dimension(axis) == sizes[axis + 1];
    }
    if (!same) {
      int[] dimensions = new int[rank];
      System.arraycopy(sizes, 1, dimensions, 0, rank);
      lastShape = Shape.of(dimensions);
    }
    return lastShape;
  }

  private void scalar(TensorType type) {
    int used = memory.used();
    byte[] target = room(used);
    int from = element();
    if (isNumber(in.bytes()[from])) {
      number.scan();
      store(type, target, used, from);
    } else {
      in.moveTo(notANumber(type, from, target, used));
    }
    memory.use(used + type.bytes());
  }

  /** Goes to the first byte of an element, and returns its place. */
  private int element() {
    if (in.peek() == JsonScanner.END) {
      throw in.unexpected("a value");
    }
    return in.position();
  }

  private static boolean isNumber(byte first) {
    return first == '-' || (first >= '0' && first <= '9');
  }

  private void store(TensorType type, byte[] target, int used, int from) {
    switch (type) {
      case FLOAT32 -> FLOAT.set(target, used, finite(number.float32(), from));
      case FLOAT64 -> DOUBLE.set(target, used, finite(number.float64(), from));
      case INT32 -> INT.set(target, used, (int) whole(Integer.MIN_VALUE, Integer.MAX_VALUE, from));
      case INT64 -> LONG.set(target, used, whole(Long.MIN_VALUE, Long.MAX_VALUE, from));
      case UINT8 -> target[used] = (byte) whole(0, 255, from);
      case BOOL -> target[used] = (byte) whole(0, 1, from);
    }
  }

  /** Returns the memory with room for an element. */
  private byte[] room(int used) {
    byte[] target = memory.bytes();
    return target.length - used < Long.BYTES ? longer(used) : target;
  }

  private byte[] longer(int used) {
    memory.use(used);
    long expected = (long) (in.end() - in.position()) * Float.BYTES / BYTES_OF_A_NUMBER;
    if (!memory.ensure(Long.BYTES, expected)) {
      throw invalid(TensorMemory.TOO_LARGE);
    }
    return memory.bytes();
  }

  private int notANumber(TensorType type, int from, byte[] target, int used) {
    in.moveTo(from);
    int first = in.peek();
    if (type == TensorType.BOOL && (first == 't' || first == 'f')) {
      in.literal(first == 't' ? "true" : "false");
      target[used] = (byte) (first == 't' ? 1 : 0);
      return in.position();
    }
    if ("\"{[tfn".indexOf(first) >= 0) {
      throw invalid(type == TensorType.BOOL ? "true or false is wanted" : "a number is wanted");
    }
    throw in.unexpected("a number");
  }

  private float finite(float value, int from) {
    if (Float.isInfinite(value)) {
      in.moveTo(from);
      throw invalid("this number is beyond what float32 can hold");
    }
    return value;
  }

  private double finite(double value, int from) {
    if (Double.isInfinite(value)) {
      in.moveTo(from);
      throw invalid("this number is beyond what float64 can hold");
    }
    return value;
  }

  private long whole(long least, long most, int from) {
    if (!number.isWhole(least, most)) {
      in.moveTo(from);
      throw invalid("a whole number from " + least + " to " + most + " is wanted");
    }
    return number.whole();
  }

  private static VarHandle view(Class<?> elements) {
    return MethodHandles.byteArrayViewVarHandle(elements, ByteOrder.LITTLE_ENDIAN);
  }
}
