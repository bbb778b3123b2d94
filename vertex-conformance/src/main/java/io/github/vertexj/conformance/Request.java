package io.github.vertexj.conformance;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

/** A request, down to the framing of its body. Immutable. */
final class Request {
  private static final int CHUNK = 1000;
  private static final String JSON = "Content-Type: application/json";

  private final String method;
  private final String path;
  private final List<String> headers;
  private final byte[] body;
  private final boolean chunked;

  private Request(String method, String path, List<String> headers, byte[] body, boolean chunked) {
    this.method = method;
    this.path = path;
    this.headers = headers;
    this.body = body;
    this.chunked = chunked;
  }

  /** A request without a body. */
  static Request of(String method, String path) {
    return new Request(method, path, List.of(), new byte[0], false);
  }

  /** A POST of JSON. */
  static Request json(String path, String json) {
    return post(path, json.getBytes(StandardCharsets.UTF_8), JSON);
  }

  /** A POST with {@code Content-Length} and these headers only. */
  static Request post(String path, byte[] body, String... headers) {
    return new Request("POST", path, List.of(headers), body, false);
  }

  /** The same with one more header. */
  Request with(String header) {
    List<String> all = Stream.concat(headers.stream(), Stream.of(header)).toList();
    return new Request(method, path, all, body, chunked);
  }

  /** The same with its body in chunks, and no {@code Content-Length}. */
  Request inChunks() {
    return new Request(method, path, headers, body, true);
  }

  /** The same to another path. */
  Request to(String other) {
    return new Request(method, other, headers, body, chunked);
  }

  String path() {
    return path;
  }

  boolean isHead() {
    return method.equals("HEAD");
  }

  int bodyLength() {
    return body.length;
  }

  /** The bytes before the body. */
  byte[] head(String host) {
    StringBuilder head = new StringBuilder(method + " " + path + " HTTP/1.1\r\n");
    head.append("Host: ").append(host).append("\r\n");
    head.append("User-Agent: vertex-conformance\r\n");
    headers.forEach(header -> head.append(header).append("\r\n"));
    if (chunked) {
      head.append("Transfer-Encoding: chunked\r\n");
    } else if (method.equals("POST")) {
      head.append("Content-Length: ").append(body.length).append("\r\n");
    }
    return head.append("\r\n").toString().getBytes(StandardCharsets.UTF_8);
  }

  /** The body as it goes over the wire. */
  byte[] framedBody() {
    if (!chunked) {
      return body;
    }
    ByteArrayOutputStream chunks = new ByteArrayOutputStream();
    for (int start = 0; start < body.length; start += CHUNK) {
      int length = Math.min(CHUNK, body.length - start);
      chunks.writeBytes(ascii(Integer.toHexString(length) + "\r\n"));
      chunks.write(body, start, length);
      chunks.writeBytes(ascii("\r\n"));
    }
    chunks.writeBytes(ascii("0\r\n\r\n"));
    return chunks.toByteArray();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public String toString() {
    StringBuilder shown = new StringBuilder(method + " " + path);
    headers.stream()
        .filter(header -> !header.equals(JSON))
        .forEach(h -> shown.append(", ").append(h));
    if (chunked) {
      shown.append(", chunked");
    }
    return method.equals("POST") ? shown + "  " + Shown.body(body) : shown.toString();
  }
}
