package io.github.vertexj.chat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.vertexj.ClientGoneException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A reply in the making: counts its tokens, ends it at its last one or at a stop sequence.
 *
 * <p>Not thread-safe.
 */
final class Completion implements TokenSink {
  private final int maxTokens;
  private final StopSequences stops;
  private final Consumer<String> text;
  private final BooleanSupplier abandoned;
  private int promptTokens;
  private long tokens;
  private @Nullable String over;
  private @Nullable String saidReason;

  /**
   * Creates an empty reply.
   *
   * @param text given the reply's text, piece by piece
   * @param abandoned whether nobody waits for it any more
   */
  Completion(ChatRequest chat, Consumer<String> text, BooleanSupplier abandoned) {
    maxTokens = chat.maxTokens();
    stops = new StopSequences(chat.stop());
    this.text = text;
    this.abandoned = abandoned;
  }

  @Override
  public boolean emit(String piece, int ofTokens) {
    if (ofTokens < 0) {
      throw new IllegalArgumentException("tokens must not be negative, but are " + ofTokens);
    }
    if (over != null) {
      throw new IllegalStateException("emit has returned false: the reply is over");
    }
    if (abandoned.getAsBoolean()) {
      throw new ClientGoneException("nobody waits for the reply");
    }
    tokens += ofTokens;
    send(stops.append(piece));
    over = stops.found() ? "stop" : tokens >= maxTokens ? "length" : null;
    return over == null;
  }

  private void send(String piece) {
    if (!piece.isEmpty()) {
      text.accept(piece);
    }
  }

  @Override
  public void promptTokens(int count) {
    promptTokens = count;
  }

  @Override
  public void finishReason(String reason) {
    saidReason = reason;
  }

  /** Sends what is held back and returns why the reply ends. */
  String end() {
    send(stops.rest());
    if (saidReason != null) {
      return saidReason;
    }
    return over == null ? "stop" : over;
  }

  /** The reply's {@code usage}. */
  ObjectNode usage() {
    return JsonNodeFactory.instance
        .objectNode()
        .put("prompt_tokens", promptTokens)
        .put("completion_tokens", tokens)
        .put("total_tokens", promptTokens + tokens);
  }
}
