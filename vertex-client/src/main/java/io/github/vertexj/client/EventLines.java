package io.github.vertexj.client;

import org.jspecify.annotations.Nullable;

/** Lines of a reply as events: those of server-sent events, or each line one of any other text. */
final class EventLines {
  private static final String UNNAMED = "message";

  private final boolean events;
  private final StringBuilder data = new StringBuilder();
  private String name = UNNAMED;
  private boolean begun;

  EventLines(boolean events) {
    this.events = events;
  }

  /** Returns the event that ends with a line; null if none does. */
  @Nullable ServerEvent next(String line) {
    if (!events) {
      return line.isEmpty() ? null : new ServerEvent(UNNAMED, line);
    }
    if (line.isEmpty()) {
      return ended();
    }
    int colon = line.indexOf(':');
    String field = colon < 0 ? line : line.substring(0, colon);
    String value = colon < 0 ? "" : line.substring(colon + 1);
    String text = value.startsWith(" ") ? value.substring(1) : value;
    if (field.equals("data")) {
      data.append(begun ? "\n" : "").append(text);
      begun = true;
    } else if (field.equals("event")) {
      name = text.isEmpty() ? UNNAMED : text;
    }
    return null; // all else is for browsers
  }

  private @Nullable ServerEvent ended() {
    ServerEvent event = begun ? new ServerEvent(name, data.toString()) : null;
    data.setLength(0);
    name = UNNAMED;
    begun = false;
    return event;
  }
}
