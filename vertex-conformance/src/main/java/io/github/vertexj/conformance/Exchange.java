package io.github.vertexj.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A request and what became of it.
 *
 * @param reply null unless it was answered
 * @param sentNanos when it was sent, in {@link System#nanoTime}
 * @param endNanos when the reply was complete, or there was no more hope of one
 */
record Exchange(Request request, Fate fate, @Nullable Answer reply, long sentNanos, long endNanos) {

  private static final int MOST_SHOWN = 2048;
  private static final int MOST_SEARCHED = 256 * 1024;

  /** What became of a request. */
  enum Fate {
    ANSWERED("answered"),
    REFUSED("nobody listens there"),
    SILENT("no reply within the time limit"),
    CUT("the connection ended without a complete reply"),
    NOT_HTTP("the reply is not HTTP"),
    TOO_LARGE("the reply is larger than 16 MB, or its head than 256 kB");

    private final String shown;

    Fate(String shown) {
      this.shown = shown;
    }

    @Override
    public String toString() {
      return shown;
    }
  }

  /** One of thousands, of which a report shows one: with the beginning of the reply only. */
  Exchange shortened() {
    return shortened(MOST_SHOWN);
  }

  /** One of some, which are looked into: with as much of the reply as anything reasonable has. */
  Exchange searchable() {
    return shortened(MOST_SEARCHED);
  }

  private Exchange shortened(int most) {
    return reply == null
        ? this
        : new Exchange(request, fate, reply.shortened(most), sentNanos, endNanos);
  }

  Duration time() {
    return Duration.ofNanos(endNanos - sentNanos);
  }

  boolean answered() {
    return reply != null;
  }

  /** The status; 0 without a reply. */
  int status() {
    return reply == null ? 0 : reply.status();
  }

  /** The reply; a clause is broken if there is none. */
  Answer answer() throws Verdict {
    if (reply == null) {
      throw Verdict.broken(fate.toString(), this);
    }
    return reply;
  }

  /** The reply, which must have this status. */
  Answer expect(int status) throws Verdict {
    if (answer().status() != status) {
      throw Verdict.broken("the status is not " + status, this);
    }
    return answer();
  }

  /** The reply's body, which must be strict JSON. */
  JsonNode json() throws Verdict {
    return answer()
        .json()
        .orElseThrow(() -> Verdict.broken("the body is not one value in strict JSON", this));
  }

  /** The predictions of a reply that must have status 200 and as many as there were instances. */
  JsonNode predictions(int instances) throws Verdict {
    expect(200);
    JsonNode predictions = json().path("predictions");
    if (!predictions.isArray()) {
      throw Verdict.broken("the reply has no array \"predictions\"", this);
    }
    if (predictions.size() != instances) {
      throw Verdict.broken(
          predictions.size() + " predictions came for " + instances + " instances", this);
    }
    return predictions;
  }

  /** The reply in a few words. */
  String shownReply() {
    return reply == null ? "(" + fate + ")" : reply.toString();
  }
}
