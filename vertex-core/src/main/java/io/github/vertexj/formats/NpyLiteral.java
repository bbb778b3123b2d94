package io.github.vertexj.formats;

import io.github.vertexj.Shape;
import io.github.vertexj.TensorType;
import io.github.vertexj.json.MalformedBinaryException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The dictionary in a {@code .npy} header, read by a cursor that knows text without escapes, the
 * two truth values and tuples of whole numbers.
 *
 * <p>Not thread-safe.
 */
final class NpyLiteral {
  private static final String TAKEN =
      Arrays.stream(TensorType.values()).map(NpyHeader::descr).collect(Collectors.joining(", "));

  private final ByteBuffer bytes;
  private final int end;
  private final int maxRank;
  private int at;

  private @Nullable TensorType type;
  private @Nullable Shape shape;
  private boolean orderSeen;

  NpyLiteral(ByteBuffer bytes, int from, int end, int maxRank) {
    this.bytes = bytes;
    this.at = from;
    this.end = end;
    this.maxRank = maxRank;
  }

  NpyHeader read() {
    int start = at;
    require('{');
    while (peek() != '}') {
      readEntry();
      if (peek() != '}') {
        require(',');
      }
    }
    require('}');
    if (peek() >= 0) {
      throw fault("something follows the header's dictionary");
    }
    if (type == null || shape == null || !orderSeen) {
      throw new MalformedBinaryException(
          "the header must have descr, fortran_order and shape", start);
    }
    return new NpyHeader(type, shape, end);
  }

  private void readEntry() {
    int start = at;
    String key = text("a key in quotes");
    require(':');
    boolean known =
        switch (key) {
          case "descr" -> type == null && readType();
          case "fortran_order" -> !orderSeen && readOrder();
          case "shape" -> shape == null && readShape();
          default -> false;
        };
    if (!known) {
      at = start;
      throw fault("the header has descr, fortran_order and shape, each once, and nothing else");
    }
  }

  private boolean readType() {
    if (peek() == '[') {
      throw fault("structured arrays are not taken; taken are " + TAKEN);
    }
    int start = at;
    String descr = text("a type in quotes");
    type = NpyHeader.typeOf(descr);
    if (type == null) {
      at = start;
      throw fault(
          descr.startsWith(">")
              ? "big-endian arrays are not taken; taken are " + TAKEN
              : "this type of elements is not taken; taken are " + TAKEN);
    }
    return true;
  }

  private boolean readOrder() {
    peek();
    int start = at;
    if (passes("True")) {
      at = start;
      throw fault(
          "arrays in Fortran order are not taken; save what np.ascontiguousarray makes of it");
    }
    if (!passes("False")) {
      throw fault("True or False is wanted");
    }
    orderSeen = true;
    return true;
  }

  private boolean passes(String word) {
    boolean found = word.length() <= end - at;
    for (int i = 0; found && i < word.length(); i++) {
      found = bytes.get(at + i) == word.charAt(i);
    }
    at += found ? word.length() : 0;
    return found;
  }

  private boolean readShape() {
    int start = at;
    require('(');
    int[] sizes = new int[maxRank];
    int rank = 0;
    boolean comma = true;
    while (peek() != ')') {
      if (!comma) {
        throw fault("a comma is wanted");
      }
      if (rank == maxRank) {
        throw fault("an array has at most " + maxRank + " dimensions");
      }
      sizes[rank++] = size();
      comma = peek() == ',';
      at += comma ? 1 : 0;
    }
    if (rank == 1 && !comma) {
      throw fault("a tuple of one is written (3,)");
    }
    at++;
    shape = shape(Arrays.copyOf(sizes, rank), start);
    return true;
  }

  private Shape shape(int[] sizes, int start) {
    try {
      return Shape.of(sizes);
    } catch (IllegalArgumentException tooLarge) {
      throw new MalformedBinaryException(String.valueOf(tooLarge.getMessage()), start);
    }
  }

  private int size() {
    int first = at;
    long size = 0;
    while (at < end && bytes.get(at) >= '0' && bytes.get(at) <= '9' && size <= Integer.MAX_VALUE) {
      size = size * 10 + bytes.get(at++) - '0';
    }
    boolean padded = at - first > 1 && bytes.get(first) == '0';
    if (at == first || padded || size > Integer.MAX_VALUE) {
      at = first;
      throw fault("a size is a whole number from 0 to 2^31 - 1");
    }
    return (int) size;
  }

  private String text(String wanted) {
    int quote = peek();
    if (quote != '\'' && quote != '"') {
      throw fault(wanted + " is wanted");
    }
    StringBuilder text = new StringBuilder();
    at++;
    while (at < end && bytes.get(at) != quote) {
      if (bytes.get(at) < ' ' || bytes.get(at) == '\\') { // below also what is not ASCII
        throw fault("plain text is wanted");
      }
      text.append((char) bytes.get(at++));
    }
    require(quote);
    return text.toString();
  }

  /** The next byte that is no white space; -1 behind the last. */
  private int peek() {
    while (at < end && (bytes.get(at) == ' ' || bytes.get(at) == '\n')) {
      at++;
    }
    return at < end ? bytes.get(at) & 0xFF : -1;
  }

  private void require(int wanted) {
    if (peek() != wanted) {
      throw fault(
          "the header is no dictionary as numpy writes it: " + (char) wanted + " is wanted");
    }
    at++;
  }

  private MalformedBinaryException fault(String fault) {
    return new MalformedBinaryException(fault, at);
  }
}
