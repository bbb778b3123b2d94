package io.github.vertexj.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The shapes of a completion, whole and in chunks, and what they all say of it.
 *
 * @param withUsage whether the chunks speak of usage
 */
record CompletionShape(String id, long created, String model, boolean withUsage) {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  static CompletionShape of(String model, boolean withUsage) {
    String id = "chatcmpl-" + UUID.randomUUID().toString().replace("-", "");
    return new CompletionShape(id, Instant.now().getEpochSecond(), model, withUsage);
  }

  /** The whole completion. */
  JsonNode completion(String text, String finishReason, JsonNode usage) {
    ObjectNode completion = object("chat.completion");
    ObjectNode choice = completion.putArray("choices").addObject().put("index", 0);
    choice.putObject("message").put("role", "assistant").put("content", text);
    choice.putNull("logprobs").put("finish_reason", finishReason);
    return completion.set("usage", usage);
  }

  /** The first chunk, which says who speaks. */
  JsonNode firstChunk() {
    return chunk(JSON.objectNode().put("role", "assistant").put("content", ""), null);
  }

  /** A chunk of text. */
  JsonNode chunk(String text) {
    return chunk(JSON.objectNode().put("content", text), null);
  }

  /** The chunk that says why the completion ends. */
  JsonNode lastChunk(String finishReason) {
    return chunk(JSON.objectNode(), finishReason);
  }

  /** The chunk of the usage, which has no choice. */
  JsonNode usageChunk(JsonNode usage) {
    ObjectNode chunk = object("chat.completion.chunk");
    chunk.putArray("choices");
    return chunk.set("usage", usage);
  }

  private JsonNode chunk(ObjectNode delta, @Nullable String finishReason) {
    ObjectNode chunk = object("chat.completion.chunk");
    ObjectNode choice = chunk.putArray("choices").addObject().put("index", 0);
    choice.set("delta", delta);
    choice.putNull("logprobs").put("finish_reason", finishReason);
    return withUsage ? chunk.putNull("usage") : chunk;
  }

  private ObjectNode object(String kind) {
    return JSON.objectNode()
        .put("id", id)
        .put("object", kind)
        .put("created", created)
        .put("model", model);
  }
}
