package io.github.vertexj.gcs;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/**
 * One bucket behind a real HTTP server that speaks the part of Cloud Storage's JSON API which
 * reading needs, and misbehaves when told to.
 */
final class BucketServer implements AutoCloseable {
  static final String BUCKET = "models";

  static {
    // Otherwise each answer waits for the acknowledgement of its own head, 40 ms.
    System.setProperty("sun.net.httpserver.nodelay", "true");
  }

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String OBJECTS = "/storage/v1/b/" + BUCKET + "/o";
  private static final Pattern RANGE = Pattern.compile("bytes=([0-9]+)-([0-9]*)");

  /** A way to answer that is not the right one. */
  interface Fault {
    void answer(HttpExchange exchange, byte[] rightBody) throws Exception;
  }

  private record Stored(byte[] bytes, long generation, String encoding) {}

  /** What is answered to the next requests for a listing, one fault each. */
  final Queue<Fault> listingFaults = new ConcurrentLinkedQueue<>();

  /** What is answered to the next requests for bytes, one fault each. */
  final Queue<Fault> mediaFaults = new ConcurrentLinkedQueue<>();

  /** The paths, queries and ranges that were asked for. */
  final Queue<String> requests = new ConcurrentLinkedQueue<>();

  /** What the requests said who they are. */
  final Queue<String> authorizations = new ConcurrentLinkedQueue<>();

  private final Map<String, Stored> objects = new ConcurrentSkipListMap<>();
  private final AtomicLong generations = new AtomicLong(1_700_000_000_000_000L);
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpServer http;
  private volatile int pageSize = 1000;

  BucketServer() throws IOException {
    http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    http.createContext("/", this::handle);
    http.setExecutor(threads);
    http.start();
  }

  String uri() {
    return "http://localhost:" + http.getAddress().getPort();
  }

  int port() {
    return http.getAddress().getPort();
  }

  void pageSize(int objects) {
    pageSize = objects;
  }

  void put(String object, byte[] bytes) {
    put(object, bytes, "");
  }

  void put(String object, String text) {
    put(object, text.getBytes(StandardCharsets.UTF_8), "");
  }

  void put(String object, byte[] bytes, String encoding) {
    objects.put(object, new Stored(bytes, generations.incrementAndGet(), encoding));
  }

  void remove(String object) {
    objects.remove(object);
  }

  /** Answers with an error as Cloud Storage words it. */
  static Fault status(int status, String message) {
    return (exchange, right) -> {
      ObjectNode answer = JSON.createObjectNode();
      ObjectNode error = answer.putObject("error").put("code", status).put("message", message);
      error.putArray("errors").addObject().put("reason", "test").put("message", message);
      exchange.getResponseHeaders().set("Content-Type", "application/json; charset=UTF-8");
      send(exchange, status, JSON.writeValueAsBytes(answer));
    };
  }

  /** Answers with an error as Cloud Storage words it where bytes were asked for. */
  static Fault plainStatus(int status, String message) {
    return (exchange, right) -> {
      exchange.getResponseHeaders().set("Content-Type", "text/html; charset=UTF-8");
      send(exchange, status, message.getBytes(StandardCharsets.UTF_8));
    };
  }

  /** Sends so many bytes of the right answer and then closes the connection. */
  static Fault cutAfter(int bytes) {
    return (exchange, right) -> {
      exchange.sendResponseHeaders(206, right.length);
      exchange.getResponseBody().write(right, 0, bytes);
      exchange.getResponseBody().flush();
      throw new IOException("cut");
    };
  }

  /** Sends a part of the right answer and then nothing more. */
  static Fault stall() {
    return (exchange, right) -> {
      exchange.sendResponseHeaders(206, right.length);
      exchange.getResponseBody().write(right, 0, right.length / 2);
      exchange.getResponseBody().flush();
      new CountDownLatch(1).await(); // interrupted when the server closes
    };
  }

  /** Sends the right number of wrong bytes. */
  static Fault corrupt() {
    return (exchange, right) -> {
      byte[] wrong = right.clone();
      wrong[wrong.length / 2] ^= 1;
      send(exchange, 206, wrong);
    };
  }

  long count(String part) {
    return requests.stream().filter(request -> request.contains(part)).count();
  }

  private void handle(HttpExchange exchange) throws IOException {
    String range = exchange.getRequestHeaders().getFirst("Range");
    authorizations.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
    requests.add(exchange.getRequestURI() + (range == null ? "" : " " + range));
    try (exchange) {
      String path = exchange.getRequestURI().getRawPath().replaceFirst("^/download", "");
      Map<String, String> query = query(exchange.getRequestURI().getRawQuery());
      if (path.equals(OBJECTS)) {
        answer(exchange, 200, listing(query), listingFaults.poll());
      } else if (path.startsWith(OBJECTS + "/")) {
        object(exchange, decode(path.substring(OBJECTS.length() + 1)), query, range);
      } else {
        status(404, "The specified bucket does not exist.").answer(exchange, new byte[0]);
      }
    } catch (IOException e) {
      throw e; // closes the connection
    } catch (Exception e) {
      throw new IOException(e);
    }
  }

  private void object(HttpExchange exchange, String name, Map<String, String> query, String range)
      throws Exception {
    Stored stored = objects.get(name);
    String generation = query.get("generation");
    if (stored == null
        || (generation != null && !generation.equals(Long.toString(stored.generation)))) {
      status(404, "No such object: " + BUCKET + "/" + name).answer(exchange, new byte[0]);
    } else if ("media".equals(query.get("alt"))) {
      exchange.getResponseHeaders().set("x-goog-hash", "crc32c=" + crc32c(stored.bytes));
      exchange.getResponseHeaders().set("x-goog-generation", Long.toString(stored.generation));
      media(exchange, stored.bytes, range);
    } else {
      send(exchange, 200, JSON.writeValueAsBytes(describe(name, stored)));
    }
  }

  private void media(HttpExchange exchange, byte[] bytes, String range) throws Exception {
    if (range == null) {
      answer(exchange, 200, bytes, mediaFaults.poll());
      return;
    }
    Matcher bounds = RANGE.matcher(range);
    if (!bounds.matches() || Integer.parseInt(bounds.group(1)) >= bytes.length) {
      status(416, "Requested range not satisfiable").answer(exchange, new byte[0]);
      return;
    }
    int begin = Integer.parseInt(bounds.group(1));
    int end =
        bounds.group(2).isEmpty()
            ? bytes.length
            : Math.min(bytes.length, Integer.parseInt(bounds.group(2)) + 1);
    exchange
        .getResponseHeaders()
        .set("Content-Range", "bytes %d-%d/%d".formatted(begin, end - 1, bytes.length));
    answer(exchange, 206, Arrays.copyOfRange(bytes, begin, end), mediaFaults.poll());
  }

  private static void answer(HttpExchange exchange, int status, byte[] body, Fault fault)
      throws Exception {
    if (fault == null) {
      send(exchange, status, body);
    } else {
      fault.answer(exchange, body);
    }
  }

  static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(body);
    }
  }

  private byte[] listing(Map<String, String> query) throws IOException {
    String prefix = query.getOrDefault("prefix", "");
    String after = query.getOrDefault("pageToken", "");
    List<String> names =
        objects.keySet().stream()
            .filter(name -> name.startsWith(prefix) && name.compareTo(after) > 0)
            .toList();
    ObjectNode answer = JSON.createObjectNode().put("kind", "storage#objects");
    if (names.size() > pageSize) {
      names = names.subList(0, pageSize);
      answer.put("nextPageToken", names.get(pageSize - 1));
    }
    if (!names.isEmpty()) {
      names.forEach(name -> answer.withArray("items").add(describe(name, objects.get(name))));
    }
    return JSON.writeValueAsBytes(answer);
  }

  private static ObjectNode describe(String name, Stored stored) {
    ObjectNode object =
        JSON.createObjectNode()
            .put("kind", "storage#object")
            .put("bucket", BUCKET)
            .put("name", name)
            .put("generation", Long.toString(stored.generation))
            .put("size", Integer.toString(stored.bytes.length))
            .put("crc32c", crc32c(stored.bytes));
    return stored.encoding.isEmpty() ? object : object.put("contentEncoding", stored.encoding);
  }

  private static String crc32c(byte[] bytes) {
    CRC32C sum = new CRC32C();
    sum.update(bytes);
    return Base64.getEncoder()
        .encodeToString(ByteBuffer.allocate(4).putInt((int) sum.getValue()).array());
  }

  private static Map<String, String> query(String raw) {
    Map<String, String> query = new ConcurrentHashMap<>();
    for (String pair : raw == null ? new String[0] : raw.split("&")) {
      String[] sides = pair.split("=", 2);
      query.put(sides[0], decode(sides.length == 1 ? "" : sides[1]));
    }
    return query;
  }

  private static String decode(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    http.stop(0);
    threads.shutdownNow();
  }
}
