package io.github.vertexj.attack;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Good clients: some predict with small bodies, one with larger ones, one asks for health, over and
 * over until told to stop.
 */
final class Bystanders {
  /** The platform's limit for health (C1.31), and what a small model's caller may expect. */
  private static final Duration IN_TIME = Duration.ofSeconds(10);

  private static final int PAUSE_MILLIS = 5;
  private static final int SMALL_CLIENTS = 3;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int NAMES = 8;
  private static final String SMALL = "{\"instances\": [[1.0, 2.0, 3.0]]}";

  /** Larger than a reserve for small bodies need be, and still nothing unusual. */
  private static final String LARGER = "{\"instances\": [[" + "1.0, ".repeat(50_000) + "1.0]]}";

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(IN_TIME).build();
  private final URI base;
  private final List<Thread> threads = new ArrayList<>();
  private final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
  private final AtomicInteger good = new AtomicInteger();
  private final AtomicLong names = new AtomicLong();
  private final AtomicInteger rejected = new AtomicInteger();
  private final AtomicLong slowestHealthNanos = new AtomicLong();
  private volatile boolean over;

  private Bystanders(InetSocketAddress address) {
    base = URI.create("http://127.0.0.1:" + address.getPort());
  }

  /** Lets them begin. */
  static Bystanders of(InetSocketAddress address, VictimModel model) {
    Bystanders bystanders = new Bystanders(address);
    for (int i = 0; i < SMALL_CLIENTS; i++) {
      bystanders.begin(() -> bystanders.predict("small", SMALL));
    }
    bystanders.begin(() -> bystanders.predict("larger", LARGER));
    if (model == VictimModel.JSON) {
      bystanders.begin(bystanders::predictNamed);
    }
    bystanders.begin(bystanders::askForHealth);
    return bystanders;
  }

  private void begin(Runnable step) {
    Thread thread =
        new Thread(
            () -> {
              while (!over) {
                step.run();
                pause();
              }
            },
            "bystander");
    thread.setDaemon(true);
    thread.start();
    threads.add(thread);
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void predict(String size, String json) {
    HttpRequest request =
        HttpRequest.newBuilder(base.resolve("/predict"))
            .header("Content-Type", "application/json")
            .timeout(IN_TIME)
            .POST(BodyPublishers.ofString(json))
            .build();
    HttpResponse<String> response = send(size + " prediction", request);
    if (response == null) {
      return;
    }
    int status = response.statusCode();
    if (status == 200 && response.body().startsWith("{\"predictions\":[")) {
      good.incrementAndGet();
    } else if (status == TOO_MANY_REQUESTS && !size.equals("small")) {
      rejected.incrementAndGet(); // its own class is full, which is how a server defends the others
    } else {
      failures.add(size + " prediction: status " + status + ", " + response.body());
    }
  }

  /** Names that no other request has: what is shared between requests would show in these. */
  private void predictNamed() {
    StringBuilder instance = new StringBuilder("{\"instances\": [{");
    for (int i = 0; i < NAMES; i++) {
      instance.append(i == 0 ? "\"" : ",\"").append("n").append(names.incrementAndGet() * 7919L);
      instance.append("\":").append(i);
    }
    predict("small", instance.append("}]}").toString());
  }

  private void askForHealth() {
    long start = System.nanoTime();
    HttpResponse<String> response =
        send("health", HttpRequest.newBuilder(base.resolve("/health")).timeout(IN_TIME).build());
    slowestHealthNanos.accumulateAndGet(System.nanoTime() - start, Math::max);
    if (response != null && response.statusCode() != 200) {
      failures.add("health: status " + response.statusCode() + ", " + response.body());
    }
  }

  /** The reply; null if there was none, which has been noted then. */
  private @Nullable HttpResponse<String> send(String what, HttpRequest request) {
    try {
      return client.send(request, BodyHandlers.ofString());
    } catch (IOException e) {
      failures.add(what + ": " + e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return null;
  }

  /** Whether a small prediction and health are answered with 200 before a time has passed. */
  static boolean served(InetSocketAddress address, Duration time) throws InterruptedException {
    Bystanders one = new Bystanders(address);
    long end = System.nanoTime() + time.toNanos();
    while (System.nanoTime() < end) {
      int before = one.failures.size();
      one.predict("small", SMALL);
      one.askForHealth();
      if (one.failures.size() == before) {
        return true;
      }
      Thread.sleep(50);
    }
    return false;
  }

  /** Lets them end, and says how they fared. */
  Fared stop() throws InterruptedException {
    over = true;
    for (Thread thread : threads) {
      thread.join(IN_TIME.toMillis() * 2);
    }
    return new Fared(
        good.get(),
        rejected.get(),
        List.copyOf(failures),
        Duration.ofNanos(slowestHealthNanos.get()));
  }

  /**
   * How good clients fared.
   *
   * @param good predictions answered with 200
   * @param rejected larger predictions answered with 429
   * @param failures what else happened
   */
  record Fared(int good, int rejected, List<String> failures, Duration slowestHealth) {
    @Override
    public String toString() {
      String kinds = String.join("; ", failures.stream().distinct().limit(3).toList());
      return good
          + " good, "
          + rejected
          + " larger ones rejected, "
          + failures.size()
          + " failed"
          + (failures.isEmpty() ? "" : " (" + kinds + ")")
          + ", slowest health "
          + slowestHealth.toMillis()
          + " ms";
    }
  }
}
