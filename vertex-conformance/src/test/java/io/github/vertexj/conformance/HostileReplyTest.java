package io.github.vertexj.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Replies that are meant to end the judge: it goes on with little memory, and says what it got. */
class HostileReplyTest {
  @TempDir Path directory;

  /** What the server answers on every path: a beginning, then something again and again. */
  enum Reply {
    ENDLESS_INTERIM("", () -> "HTTP/1.1 100 Continue\r\n\r\n"),
    ENDLESS_HEADERS("HTTP/1.1 200 OK\r\n", () -> "X-" + System.nanoTime() + ": y\r\n"),
    ENDLESS_LINE("HTTP/1.1 200 ", () -> "OK".repeat(1000)),
    ENDLESS_BODY("HTTP/1.1 200 OK\r\n\r\n", () -> "[],".repeat(1000)),
    ENDLESS_CHUNKS(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
        () -> "1000\r\n" + "a".repeat(4096) + "\r\n"),
    ABSURD_CHUNK(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFFF\r\n",
        () -> "a".repeat(1000)),
    ABSURD_LENGTH(
        "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n", () -> "a".repeat(1000)),
    LARGE_IN_MEMORY(
        "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 15000002\r\n\r\n["
            + "{},".repeat(5_000_000)
            + "]",
        () -> ""),
    DEEP(
        "HTTP/1.1 400 No\r\nConnection: close\r\nContent-Length: 2000000\r\n\r\n"
            + "[".repeat(2_000_000),
        () -> "");

    private final String beginning;
    private final Supplier<String> more;

    Reply(String beginning, Supplier<String> more) {
      this.beginning = beginning;
      this.more = more;
    }
  }

  @ParameterizedTest
  @EnumSource
  void judge_outlivesReply(Reply reply) throws Exception {
    Path printed = directory.resolve("printed.txt");
    try (ServerSocket socket = new ServerSocket(0, 200, InetAddress.getLoopbackAddress())) {
      Thread server = new Thread(() -> serve(socket, reply), "hostile");
      server.setDaemon(true);
      server.start();
      Process judge =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Xmx400m",
                  "-cp",
                  System.getProperty("java.class.path"),
                  "io.github.vertexj.conformance.Main",
                  "--url",
                  "http://127.0.0.1:" + socket.getLocalPort(),
                  "--instance",
                  "3",
                  "--only",
                  "C1.34,C1.31,C3.14,C3.7,C3.40",
                  "--timeout",
                  "10",
                  "--start-timeout",
                  "1",
                  "--load-seconds",
                  "0.1")
              .redirectErrorStream(true)
              .redirectOutput(printed.toFile())
              .start();
      assertThat(judge.waitFor()).as(Files.readString(printed)).isEqualTo(1);
    }
    assertThat(Files.readString(printed)).contains("FAILED").doesNotContain("Exception", "Error");
  }

  private static void serve(ServerSocket server, Reply reply) {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        Thread thread = new Thread(() -> answer(socket, reply), "hostile");
        thread.setDaemon(true);
        thread.start();
      } catch (IOException e) {
        return; // the test is over
      }
    }
  }

  private static void answer(Socket socket, Reply reply) {
    try (socket) {
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
      Stream.generate(() -> line(in)).takeWhile(line -> !line.isEmpty()).forEach(line -> {});
      OutputStream out = socket.getOutputStream();
      out.write(reply.beginning.getBytes(StandardCharsets.ISO_8859_1));
      for (String more = reply.more.get(); !more.isEmpty(); more = reply.more.get()) {
        out.write(more.getBytes(StandardCharsets.ISO_8859_1));
      }
      while (in.read() >= 0) {} // so that what has been sent is not cut by a reset
    } catch (IOException e) {
      // The judge has had enough.
    }
  }

  private static String line(BufferedReader in) {
    try {
      String line = in.readLine();
      return line == null ? "" : line;
    } catch (IOException e) {
      return "";
    }
  }
}
