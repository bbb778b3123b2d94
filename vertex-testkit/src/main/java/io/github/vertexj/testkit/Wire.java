package io.github.vertexj.testkit;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Requests as the bytes that go over a connection. */
final class Wire {
  /** Planted in bad bodies; must never come back. */
  static final String MARKER = "MARKER7b64c1";

  private Wire() {}

  /** A request without a body. */
  static byte[] request(String method, String path, String... headers) {
    return head(method, path, List.of(headers));
  }

  /** A POST of JSON with {@code Content-Length}. */
  static byte[] post(String path, String json, String... headers) {
    return post(path, bytes(json), headers);
  }

  /** A POST of bytes with {@code Content-Length}; the type is JSON unless the headers say other. */
  static byte[] post(String path, byte[] body, String... headers) {
    byte[] head = postHead(path, body.length, headers);
    ByteArrayOutputStream all = new ByteArrayOutputStream(head.length + body.length);
    all.writeBytes(head);
    all.writeBytes(body);
    return all.toByteArray();
  }

  /** The head of a POST that announces so many bytes. */
  static byte[] postHead(String path, long length, String... headers) {
    return head("POST", path, withType(headers, "Content-Length: " + length));
  }

  /** The head of a POST whose chunks follow. */
  static byte[] chunkedHead(String path, String... headers) {
    return head("POST", path, withType(headers, "Transfer-Encoding: chunked"));
  }

  /** One chunk of a chunked body; without bytes, its end. */
  static byte[] chunk(byte[] body, int offset, int length) {
    ByteArrayOutputStream chunk = new ByteArrayOutputStream(length + 16);
    chunk.writeBytes(bytes(Integer.toHexString(length) + "\r\n"));
    chunk.write(body, offset, length);
    chunk.writeBytes(bytes("\r\n"));
    return chunk.toByteArray();
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static List<String> withType(String[] headers, String framing) {
    List<String> all = new java.util.ArrayList<>(List.of(headers));
    all.add(framing);
    if (all.stream().noneMatch(header -> header.startsWith("Content-Type:"))) {
      all.add("Content-Type: application/json");
    }
    all.remove("Content-Type:"); // how a test says that there is to be none
    return all;
  }

  private static byte[] head(String method, String path, List<String> headers) {
    StringBuilder head =
        new StringBuilder(method + " " + path + " HTTP/1.1\r\nHost: localhost\r\n");
    headers.forEach(header -> head.append(header).append("\r\n"));
    return bytes(head.append("\r\n").toString());
  }
}
