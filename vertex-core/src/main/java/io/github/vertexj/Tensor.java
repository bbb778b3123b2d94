package io.github.vertexj;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A view of numbers of one type and shape, in row-major order, over a byte array.
 *
 * <p>Elements are little-endian and lie next to each other. A tensor that came as an instance views
 * memory which is used again once the replies to its batch are written: copy what must outlive
 * them. A tensor that goes out as a prediction must not change until the reply is written.
 *
 * <p>Thread-safe for reading. Equality is identity.
 */
public final class Tensor {
  private static final VarHandle FLOAT = view(float[].class);
  private static final VarHandle DOUBLE = view(double[].class);
  private static final VarHandle INT = view(int[].class);
  private static final VarHandle LONG = view(long[].class);

  private final TensorType type;
  private final Shape shape;
  private final byte[] memory;
  private final int offset;
  private final int elements;

  private Tensor(TensorType type, Shape shape, byte[] memory, int offset) {
    this.type = type;
    this.shape = shape;
    this.memory = memory;
    this.offset = offset;
    this.elements = shape.elements();
    if (!shape.fixed()) {
      throw new IllegalArgumentException("a tensor's shape cannot be open: " + shape);
    }
    if (offset < 0 || (long) elements * type.bytes() > memory.length - offset) {
      throw new IllegalArgumentException(
          this + " does not fit into " + (memory.length - offset) + " bytes");
    }
  }

  /**
   * Returns a view of memory, which is not copied.
   *
   * @param memory little-endian elements; booleans as bytes 0 and 1
   * @param offset the first element's place in bytes; need not be aligned
   * @throws IllegalArgumentException if the memory is too short or the shape open
   */
  public static Tensor view(TensorType type, Shape shape, byte[] memory, int offset) {
    return new Tensor(type, shape, memory, offset);
  }

  /** Returns a float32 tensor with a copy of the values; no dimensions mean one row of them all. */
  public static Tensor of(float[] values, int... dimensions) {
    Tensor tensor = allocate(TensorType.FLOAT32, values.length, dimensions);
    tensor.bytes().asFloatBuffer().put(values);
    return tensor;
  }

  /** Returns a float64 tensor with a copy of the values; no dimensions mean one row of them all. */
  public static Tensor of(double[] values, int... dimensions) {
    Tensor tensor = allocate(TensorType.FLOAT64, values.length, dimensions);
    tensor.bytes().asDoubleBuffer().put(values);
    return tensor;
  }

  /** Returns an int32 tensor with a copy of the values; no dimensions mean one row of them all. */
  public static Tensor of(int[] values, int... dimensions) {
    Tensor tensor = allocate(TensorType.INT32, values.length, dimensions);
    tensor.bytes().asIntBuffer().put(values);
    return tensor;
  }

  /** Returns an int64 tensor with a copy of the values; no dimensions mean one row of them all. */
  public static Tensor of(long[] values, int... dimensions) {
    Tensor tensor = allocate(TensorType.INT64, values.length, dimensions);
    tensor.bytes().asLongBuffer().put(values);
    return tensor;
  }

  /** Returns a uint8 tensor with a copy of the values; no dimensions mean one row of them all. */
  public static Tensor of(byte[] values, int... dimensions) {
    Tensor tensor = allocate(TensorType.UINT8, values.length, dimensions);
    tensor.bytes().put(values);
    return tensor;
  }

  /** Returns a bool tensor with a copy of the values; no dimensions mean one row of them all. */
  public static Tensor of(boolean[] values, int... dimensions) {
    Tensor tensor = allocate(TensorType.BOOL, values.length, dimensions);
    ByteBuffer bytes = tensor.bytes();
    for (boolean value : values) {
      bytes.put((byte) (value ? 1 : 0));
    }
    return tensor;
  }

  /** The element type. */
  public TensorType type() {
    return type;
  }

  /** The shape. */
  public Shape shape() {
    return shape;
  }

  /** The number of elements. */
  public int elements() {
    return elements;
  }

  /** The length in bytes. */
  public int length() {
    return elements * type.bytes();
  }

  /** Returns a new little-endian buffer over exactly the elements; it writes through. */
  public ByteBuffer bytes() {
    return ByteBuffer.wrap(memory, offset, length()).slice().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Appends the elements' bytes to a buffer. */
  public void copyTo(ByteBuffer target) {
    target.put(memory, offset, length());
  }

  /**
   * Returns an element as a double: bool as 0 or 1, int64 rounded beyond 2^53.
   *
   * @param index the place in row-major order
   */
  public double number(int index) {
    return type == TensorType.FLOAT64
        ? (double) DOUBLE.get(memory, place(index))
        : type == TensorType.FLOAT32 ? (float) FLOAT.get(memory, place(index)) : integer(index);
  }

  /**
   * Returns an element of a type that is not floating as a long: uint8 as 0 to 255, bool as 0 or 1.
   *
   * @param index the place in row-major order
   * @throws IllegalStateException if the type is floating
   */
  public long integer(int index) {
    return switch (type) {
      case INT32 -> (int) INT.get(memory, place(index));
      case INT64 -> (long) LONG.get(memory, place(index));
      case UINT8, BOOL -> memory[place(index)] & 0xFF;
      case FLOAT32, FLOAT64 -> throw new IllegalStateException(type + " elements are not integers");
    };
  }

  /** Returns the elements as floats: the same bits for float32, else the nearest value. */
  public float[] toFloats() {
    float[] values = new float[elements];
    if (type == TensorType.FLOAT32) {
      bytes().asFloatBuffer().get(values);
    } else {
      for (int i = 0; i < elements; i++) {
        values[i] = (float) number(i);
      }
    }
    return values;
  }

  /**
   * Returns the elements as another type: this tensor if it is of that type, else a copy.
   *
   * @throws IllegalArgumentException if elements of this type {@linkplain TensorType#fits do not
   *     fit}, or one is beyond what float32 can hold
   */
  public Tensor to(TensorType wanted) {
    if (type == wanted) {
      return this;
    }
    if (!type.fits(wanted)) {
      throw new IllegalArgumentException(
          "the type %s is wanted and %s was given".formatted(wanted, type));
    }
    byte[] copy = new byte[Math.multiplyExact(elements, wanted.bytes())];
    for (int i = 0; i < elements; i++) {
      int place = i * wanted.bytes();
      switch (wanted) {
        case FLOAT32 -> FLOAT.set(copy, place, narrowed(number(i)));
        case FLOAT64 -> DOUBLE.set(copy, place, number(i));
        case INT32 -> INT.set(copy, place, (int) integer(i));
        case INT64 -> LONG.set(copy, place, integer(i));
        case UINT8, BOOL -> copy[place] = (byte) integer(i);
      }
    }
    return new Tensor(wanted, shape, copy, 0);
  }

  private static float narrowed(double number) {
    float narrowed = (float) number;
    if (Float.isInfinite(narrowed) && !Double.isInfinite(number)) {
      throw new IllegalArgumentException("a number is beyond what float32 can hold");
    }
    return narrowed;
  }

  /** Returns the view of one row, an index of the first dimension, over the same memory. */
  public Tensor row(int index) {
    if (shape.rank() == 0 || index < 0 || index >= shape.dimension(0)) {
      throw new IndexOutOfBoundsException("row " + index + " of " + this);
    }
    Shape row = shape.dropFirst();
    return new Tensor(type, row, memory, offset + index * row.elements() * type.bytes());
  }

  /** Prints type and shape, never the elements. */
  @Override
  public String toString() {
    return "Tensor[" + type + shape + "]";
  }

  private int place(int index) {
    if (index < 0 || index >= elements) {
      throw new IndexOutOfBoundsException("element " + index + " of " + this);
    }
    return offset + index * type.bytes();
  }

  private static Tensor allocate(TensorType type, int values, int[] dimensions) {
    Shape shape = dimensions.length == 0 ? Shape.of(values) : Shape.of(dimensions);
    if (!shape.fixed() || shape.elements() != values) {
      throw new IllegalArgumentException(values + " values do not fill the shape " + shape);
    }
    return new Tensor(type, shape, new byte[Math.multiplyExact(values, type.bytes())], 0);
  }

  private static VarHandle view(Class<?> elements) {
    return MethodHandles.byteArrayViewVarHandle(elements, ByteOrder.LITTLE_ENDIAN);
  }
}
