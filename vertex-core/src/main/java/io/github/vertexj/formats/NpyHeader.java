package io.github.vertexj.formats;

import io.github.vertexj.Shape;
import io.github.vertexj.TensorType;
import io.github.vertexj.json.MalformedBinaryException;
import io.github.vertexj.json.PooledBuffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The header of a {@code .npy} file, versions 1.0 to 3.0.
 *
 * <p>It is the text of a Python dictionary of exactly {@code descr}, {@code fortran_order} and
 * {@code shape}; nothing else of Python is understood.
 *
 * @param type the type that elements are read as
 * @param half whether elements are float16, which are read as float32
 * @param dataAt where the elements begin, counted from the file's first byte
 */
record NpyHeader(TensorType type, boolean half, Shape shape, int dataAt) {
  /** What numpy calls float16. */
  static final String HALF = "<f2";

  private static final byte[] MAGIC = "\u0093NUMPY".getBytes(StandardCharsets.ISO_8859_1);
  private static final int LENGTH_AT = MAGIC.length + 2;
  private static final int ALIGNMENT = 64;
  private static final int VERSION_1_PREFIX = LENGTH_AT + Short.BYTES;
  private static final int LATER_PREFIX = LENGTH_AT + Integer.BYTES;

  /**
   * Reads the header of a file.
   *
   * @param file the whole file, from position to limit
   * @param maxRank the most dimensions
   * @throws MalformedBinaryException if it is none, or that of an array that is not taken
   */
  static NpyHeader read(ByteBuffer file, int maxRank) {
    ByteBuffer bytes = file.slice().order(ByteOrder.LITTLE_ENDIAN);
    int prefix = prefix(bytes);
    long length =
        prefix == VERSION_1_PREFIX
            ? Short.toUnsignedLong(bytes.getShort(LENGTH_AT))
            : Integer.toUnsignedLong(bytes.getInt(LENGTH_AT));
    if (length > bytes.limit() - prefix) {
      throw new MalformedBinaryException(
          "the header is said to be longer than the file", LENGTH_AT);
    }
    int dataAt = prefix + (int) length;
    byte[] text = new byte[(int) length];
    bytes.get(prefix, text);
    return new NpyDictionary(new String(text, StandardCharsets.ISO_8859_1), prefix)
        .read(dataAt, maxRank);
  }

  private static int prefix(ByteBuffer bytes) {
    if (bytes.limit() < LATER_PREFIX || !Arrays.equals(MAGIC, start(bytes))) {
      throw new MalformedBinaryException("this is no .npy file", 0);
    }
    int major = bytes.get(MAGIC.length);
    if (major < 1 || major > 3 || bytes.get(MAGIC.length + 1) != 0) {
      throw new MalformedBinaryException(
          "only the versions 1.0, 2.0 and 3.0 of .npy are taken", MAGIC.length);
    }
    return major == 1 ? VERSION_1_PREFIX : LATER_PREFIX;
  }

  private static byte[] start(ByteBuffer bytes) {
    byte[] start = new byte[MAGIC.length];
    bytes.get(0, start);
    return start;
  }

  /** Refuses elements that are more or fewer bytes than the shape says. */
  void requireFilled(int found) {
    long wanted = (long) shape.elements() * elementBytes();
    if (found != wanted) {
      throw new MalformedBinaryException(
          "%s%s has %d bytes, and %d follow the header"
              .formatted(half ? "float16" : type, shape, wanted, found),
          dataAt);
    }
  }

  /** Refuses a single number, too, which has no rows. */
  void requireRows(int found) {
    if (shape.rank() == 0) {
      throw new MalformedBinaryException("the array has no rows", 0);
    }
    requireFilled(found);
  }

  /** What numpy calls a type. */
  static String descr(TensorType type) {
    return switch (type) {
      case FLOAT32 -> "<f4";
      case FLOAT64 -> "<f8";
      case INT32 -> "<i4";
      case INT64 -> "<i8";
      case UINT8 -> "|u1";
      case BOOL -> "|b1";
    };
  }

  /** The type that numpy calls so; null if it is none of ours. */
  static @Nullable TensorType typeOf(String descr) {
    return Arrays.stream(TensorType.values())
        .filter(type -> descr(type).equals(descr))
        .findFirst()
        .orElse(null);
  }

  /** The size of an element in the file. */
  int elementBytes() {
    return half ? Short.BYTES : type.bytes();
  }

  /** Writes the header of an array, of version 1.0, so long that the elements are aligned. */
  static void write(TensorType type, Shape shape, PooledBuffer buffer) {
    String dimensions =
        Arrays.stream(shape.toArray())
            .mapToObj(size -> size + ",")
            .collect(Collectors.joining(" ", "(", ")"));
    String literal =
        "{'descr': '%s', 'fortran_order': False, 'shape': %s, }"
            .formatted(descr(type), shape.rank() > 1 ? dimensions.replace(",)", ")") : dimensions);
    int unpadded = VERSION_1_PREFIX + literal.length() + 1;
    int length = (unpadded + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT - VERSION_1_PREFIX;
    buffer.append(MAGIC, 0, MAGIC.length);
    buffer.append(new byte[] {1, 0, (byte) length, (byte) (length >> 8)}, 0, 4);
    buffer.append(literal + " ".repeat(length - literal.length() - 1) + "\n");
  }
}
