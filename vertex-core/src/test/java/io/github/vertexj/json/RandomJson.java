package io.github.vertexj.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Makes JSON documents that use every construct of RFC 8259, and others that nearly do. */
public final class RandomJson {
  private static final int MAX_DEPTH = 5;
  private static final String[] SPACES = {"", "", "", " ", "\n", "\t", "\r\n", "  "};
  private static final String[] ESCAPES = {
    "\\\"", "\\\\", "\\/", "\\b", "\\f", "\\n", "\\r", "\\t"
  };
  private static final int[] LETTERS = {'a', 'z', '0', ' ', '/', '\'', 0x7F, 0xE9, 0x20AC, 0x1D11E};
  private static final String MEANINGFUL =
      "{}[]:,\"\\ \t\n\r-+.eEtfnu0123456789abcdl/\0\u001f\u007f";

  private final SplittableRandom random;

  public RandomJson(SplittableRandom random) {
    this.random = random;
  }

  public byte[] document() {
    return (space() + value(0) + space()).getBytes(UTF_8);
  }

  public byte[] string() {
    return text().getBytes(UTF_8);
  }

  /**
   * Returns a document with one to three bytes taken out, put in, changed or swapped, or cut off.
   */
  byte[] brokenDocument() {
    byte[] bytes = document();
    for (int faults = random.nextInt(1, 4); faults > 0 && bytes.length > 1; faults--) {
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(5)) {
        case 0 -> bytes[at] = anyByte();
        case 1 -> bytes = Arrays.copyOf(bytes, Math.max(1, at));
        case 2 -> bytes = spliced(bytes, at, at + 1, new byte[0]);
        case 3 -> bytes = spliced(bytes, at, at, new byte[] {anyByte()});
        default -> {
          int other = random.nextInt(bytes.length);
          byte swapped = bytes[at];
          bytes[at] = bytes[other];
          bytes[other] = swapped;
        }
      }
    }
    return bytes;
  }

  private byte anyByte() {
    return random.nextInt(4) == 0
        ? (byte) random.nextInt(256)
        : (byte) MEANINGFUL.charAt(random.nextInt(MEANINGFUL.length()));
  }

  private static byte[] spliced(byte[] bytes, int from, int to, byte[] between) {
    byte[] joined = Arrays.copyOf(bytes, bytes.length - (to - from) + between.length);
    System.arraycopy(between, 0, joined, from, between.length);
    System.arraycopy(bytes, to, joined, from + between.length, bytes.length - to);
    return joined;
  }

  private String value(int depth) {
    return switch (random.nextInt(depth < MAX_DEPTH ? 8 : 6)) {
      case 0 -> "null";
      case 1 -> "true";
      case 2 -> "false";
      case 3 -> text();
      case 4, 5 -> number();
      case 6 -> array(depth);
      default -> object(depth);
    };
  }

  private String array(int depth) {
    StringBuilder array = new StringBuilder("[" + space());
    int count = random.nextInt(5);
    for (int i = 0; i < count; i++) {
      array.append(i == 0 ? "" : ",").append(space()).append(value(depth + 1)).append(space());
    }
    return array.append(']').toString();
  }

  private String object(int depth) {
    StringBuilder object = new StringBuilder("{" + space());
    int count = random.nextInt(4);
    for (int i = 0; i < count; i++) {
      object.append(i == 0 ? "" : "," + space()).append(name()).append(space()).append(':');
      object.append(space()).append(value(depth + 1)).append(space());
    }
    return object.append('}').toString();
  }

  private String number() {
    String integer =
        random.nextBoolean() ? "0" : Long.toString(random.nextLong(1, 1L << random.nextInt(1, 62)));
    String fraction = random.nextBoolean() ? "" : "." + digits();
    String exponent =
        random.nextInt(3) > 0 ? "" : anyOf("e", "E") + anyOf("", "+", "-") + random.nextInt(400);
    return anyOf("", "-") + integer + fraction + exponent;
  }

  private String digits() {
    StringBuilder digits = new StringBuilder();
    for (int count = random.nextInt(1, 25); count > 0; count--) {
      digits.append(random.nextInt(10));
    }
    return digits.toString();
  }

  private String text() {
    return text(0x10000);
  }

  /** Returns a string without surrogates that stand alone: Jackson refuses those in names only. */
  private String name() {
    return random.nextInt(8) == 0 ? "\"\\ud834\\uDD1E\"" : text(0xD800);
  }

  private String text(int escaped) {
    StringBuilder text = new StringBuilder("\"");
    for (int count = random.nextInt(20); count > 0; count--) {
      switch (random.nextInt(6)) {
        case 0 -> text.append(anyOf(ESCAPES));
        case 1 -> text.append(String.format(anyOf("\\u%04x", "\\u%04X"), random.nextInt(escaped)));
        case 2 -> text.appendCodePoint(LETTERS[random.nextInt(LETTERS.length)]);
        default -> text.append((char) random.nextInt('a', 'z' + 1));
      }
    }
    return text.append('"').toString();
  }

  private String space() {
    return anyOf(SPACES);
  }

  private String anyOf(String... choices) {
    return choices[random.nextInt(choices.length)];
  }
}
