package io.github.vertexj.attack;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.IntFunction;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;

/** Bodies within every limit of size that become far larger in memory, and replies that do. */
final class MemoryBombs {
  private static final int BODY = 9_000_000;
  private static final int AT_ONCE = 3;
  private static final int MANY = 48;
  private static final int SMALLER = 1_000_000;
  private static final int SLOW_READERS = 20;
  private static final int PIXELS = 15_000;

  private MemoryBombs() {}

  static List<Attack> all() {
    return List.of(
        bomb("memory/parameters", i -> parameters("{},")),
        bomb("memory/instances", i -> envelope("[[", "{},", "0]]}")),
        bomb("memory/many-instances", i -> envelope("[", "1,", "1]}")),
        bomb("memory/keys", MemoryBombs::keys),
        bomb("memory/strings", i -> i == 0 ? oneString() : parameters("\"\",")),
        bomb("memory/b64", i -> envelope("[[", "{\"b64\":\"\"},", "0]]}")),
        bomb("memory/nested", i -> parameters("[[[[[[0]]]]]],")),
        Attack.survivable(
            "memory/pictures", repeated(target -> target.post("image/png", picture()))),
        Attack.onTensors("memory/npy-heads", repeated(MemoryBombs::npyHeads)),
        Attack.onTensors("memory/open-inference", repeated(MemoryBombs::openInference)),
        Attack.survivable("memory/replies", repeated(MemoryBombs::replies)),
        Attack.survivable("memory/slow-readers", MemoryBombs::slowReaders),
        Attack.survivable(
            "memory/many-at-once",
            (target, time) ->
                target.postAtOnce(MANY, i -> envelope("[[", "[],", "0]]}", SMALLER))));
  }

  /** A bomb that is thrown again and again, several at once. */
  private static Attack bomb(String name, IntFunction<byte[]> bodies) {
    return Attack.survivable(name, repeated(target -> target.postAtOnce(AT_ONCE, bodies)));
  }

  private interface Throw {
    void at(Target target) throws InterruptedException;
  }

  private static Attack.Harm repeated(Throw once) {
    return (target, time) -> {
      long end = System.nanoTime() + time.toNanos();
      do {
        once.at(target);
      } while (System.nanoTime() < end);
    };
  }

  private static byte[] parameters(String value) {
    return filled("{\"instances\":[[1]],\"parameters\":[", value, "0]}", BODY);
  }

  private static byte[] envelope(String open, String value, String close) {
    return envelope(open, value, close, BODY);
  }

  private static byte[] envelope(String open, String value, String close, int size) {
    return filled("{\"instances\":" + open, value, close, size);
  }

  private static byte[] filled(String open, String value, String close, int size) {
    return (open + value.repeat(size / value.length()) + close).getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] keys(int unused) {
    StringBuilder body = new StringBuilder("{\"instances\":[[1]],\"parameters\":{");
    for (int i = 0; body.length() < BODY; i++) {
      body.append("\"k").append(i).append("\":0,");
    }
    return body.append("\"k\":0}}").toString().getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] oneString() {
    return ("{\"instances\":[[\"" + "a".repeat(BODY) + "\"]]}").getBytes(StandardCharsets.US_ASCII);
  }

  /** 15,000 × 15,000 pixels of one colour in some hundred kilobytes. */
  private static byte[] picture() {
    try {
      ByteArrayOutputStream file = new ByteArrayOutputStream();
      file.write(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'});
      ByteBuffer header = ByteBuffer.allocate(13).putInt(PIXELS).putInt(PIXELS);
      header.put((byte) 8).put((byte) 2); // bits, colours
      chunk(file, "IHDR", header.array());
      ByteArrayOutputStream pixels = new ByteArrayOutputStream();
      try (DeflaterOutputStream deflater = new DeflaterOutputStream(pixels)) {
        byte[] row = new byte[1 + 3 * PIXELS];
        for (int i = 0; i < PIXELS; i++) {
          deflater.write(row);
        }
      }
      chunk(file, "IDAT", pixels.toByteArray());
      chunk(file, "IEND", new byte[0]);
      return file.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void chunk(ByteArrayOutputStream file, String type, byte[] data)
      throws IOException {
    byte[] name = type.getBytes(StandardCharsets.US_ASCII);
    CRC32 sum = new CRC32();
    sum.update(name);
    sum.update(data);
    file.write(ByteBuffer.allocate(4).putInt(data.length).array());
    file.write(name);
    file.write(data);
    file.write(ByteBuffer.allocate(4).putInt((int) sum.getValue()).array());
  }

  private static void npyHeads(Target target) {
    for (String shape :
        List.of("2147483647,", "1, 2147483647", "0, 9999999999", "4294967296, 4294967296", "-1,")) {
      target.post(
          "application/x-npy",
          npy("{'descr': '<f4', 'fortran_order': False, 'shape': (" + shape + "), }"));
    }
    target.post(
        "application/x-npy", npy("{'descr': '<f4', 'shape': (" + "1, ".repeat(20_000) + ")}"));
  }

  private static byte[] npy(String header) {
    byte[] text = (header + "\n").getBytes(StandardCharsets.US_ASCII);
    ByteBuffer file = ByteBuffer.allocate(10 + text.length + 4).order(ByteOrder.LITTLE_ENDIAN);
    file.put((byte) 0x93)
        .put("NUMPY".getBytes(StandardCharsets.US_ASCII))
        .put((byte) 1)
        .put((byte) 0);
    return file.putShort((short) text.length).put(text).array();
  }

  private static void openInference(Target target) {
    for (String shape :
        List.of("[2147483647]", "[1,9999999999]", "[0,1]", "[4294967296,4294967296]")) {
      String input = "{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":" + shape + ",\"data\":[1]}";
      target.post(Target.bytes("{\"inputs\":[" + input + "]}"));
      target.post(Target.bytes("{\"instances\":[{\"shape\":" + shape + ",\"data\":[1]}]}"));
    }
    target.post(
        filled(
            "{\"inputs\":[",
            "{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[1],\"data\":[1]},",
            "{}]}",
            BODY));
  }

  private static void replies(Target target) throws InterruptedException {
    target.postAtOnce(AT_ONCE * 2, i -> reply());
  }

  private static byte[] reply() {
    return Target.bytes("{\"instances\":[{\"reply\":" + BODY + "}]}");
  }

  private static void slowReaders(Target target, Duration time) throws InterruptedException {
    byte[] body = reply();
    try (Siege siege = new Siege(target)) {
      for (int i = 0; i < SLOW_READERS; i++) {
        siege.open(Target.head("application/json", "Content-Length: " + body.length));
      }
      siege.hold(Duration.ofMillis(1), body);
      siege.sip(time);
    }
  }
}
