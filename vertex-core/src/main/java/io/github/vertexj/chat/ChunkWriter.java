package io.github.vertexj.chat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.vertexj.ReplyStream;

/** A completion that leaves in chunks, each an event. Not thread-safe. */
final class ChunkWriter {
  private final CompletionShape shape;
  private final ReplyStream out;
  private boolean begun;

  ChunkWriter(CompletionShape shape, ReplyStream out) {
    this.shape = shape;
    this.out = out;
  }

  /** Sends a piece of text; before the first one, who speaks. */
  void text(String piece) {
    begin();
    send(shape.chunk(piece));
  }

  /** Sends the end. */
  void end(String finishReason, JsonNode usage) {
    begin();
    send(shape.lastChunk(finishReason));
    if (shape.withUsage()) {
      send(shape.usageChunk(usage));
    }
    out.event("[DONE]");
  }

  private void begin() {
    if (!begun) {
      begun = true;
      send(shape.firstChunk());
    }
  }

  private void send(JsonNode chunk) {
    out.event(chunk.toString());
  }
}
