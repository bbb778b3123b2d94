package io.github.vertexj.chat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.vertexj.InvalidInputException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A chat that wants a reply: the body of an OpenAI chat completion.
 *
 * <p>All that is named here is of the right type and in its range; the rest is in {@link #json()},
 * as it came. Immutable and thread-safe as long as nobody changes that.
 */
public final class ChatRequest {
  private static final int MOST_STOPS = 16;

  private final Members chat;
  private final List<ChatMessage> messages;
  private final List<String> stop;
  private final int maxTokens;

  /**
   * Reads a chat.
   *
   * @param tokenLimit the most tokens of a reply, whatever the chat says
   * @param anything whether it may ask for what not every model has
   * @throws InvalidInputException if it is none, naming the place
   */
  ChatRequest(JsonNode json, int tokenLimit, boolean anything) {
    chat = new Members(json, "$");
    messages = new ChatMessages(anything).read(chat);
    stop = readStop(chat);
    maxTokens =
        Math.min(
            chat.count("max_completion_tokens", chat.count("max_tokens", tokenLimit)), tokenLimit);
    checkOthers();
    if (!anything) {
      refuseExtras();
    }
  }

  /**
   * Returns the chat that a JSON object holds, for a test of a generator.
   *
   * @throws InvalidInputException if it holds none, naming the place
   */
  public static ChatRequest of(JsonNode json) {
    return new ChatRequest(json, Integer.MAX_VALUE, true);
  }

  private static List<String> readStop(Members chat) {
    JsonNode stop = chat.get("stop");
    List<String> texts = new ArrayList<>();
    if (stop != null && stop.isArray()) {
      stop.forEach(each -> texts.add(each.isTextual() ? each.textValue() : ""));
    } else if (stop != null) {
      texts.add(stop.isTextual() ? stop.textValue() : "");
    }
    if (texts.contains("") || texts.size() > MOST_STOPS) {
      throw chat.wanted("a text that is not empty, or a list of up to 16 of them,", "stop");
    }
    return List.copyOf(texts);
  }

  private void checkOthers() {
    if (chat.count("n", 1) > 1) {
      throw chat.refused("gives one choice", "n");
    }
    model("");
    temperature(0);
    topP(0);
    seed(0);
    stream();
    includeUsage();
  }

  private void refuseExtras() {
    if (listed("tools") && !"none".equals(chat.object().path("tool_choice").textValue())) {
      throw chat.refused("calls no tools", "tools");
    }
    if (listed("functions")) {
      throw chat.refused("calls no functions", "functions");
    }
    if (chat.truth("logprobs")) {
      throw chat.refused("gives no logprobs", "logprobs");
    }
    JsonNode format = chat.get("response_format");
    if (format != null && !"text".equals(format.path("type").textValue())) {
      throw chat.refused("answers text only", "response_format");
    }
  }

  private boolean listed(String name) {
    JsonNode member = chat.get(name);
    return member != null && !member.isEmpty();
  }

  /** The messages so far, at least one. */
  public List<ChatMessage> messages() {
    return messages;
  }

  /**
   * The most tokens of the reply, at least 1: {@code max_completion_tokens} or {@code max_tokens}.
   */
  public int maxTokens() {
    return maxTokens;
  }

  /** How freely to choose the next token, from 0, the most probable one, to 2. */
  public double temperature(double fallback) {
    return chat.number("temperature", 2, fallback);
  }

  /** How much of the probability the tokens to choose from have together, from 0 to 1. */
  public double topP(double fallback) {
    return chat.number("top_p", 1, fallback);
  }

  /** What makes the choice repeatable. */
  public long seed(long fallback) {
    return chat.integer("seed", fallback);
  }

  /** The texts that end the reply, which the library looks for; none of them is empty. */
  public List<String> stop() {
    return stop;
  }

  /** The whole body as it came, with everything that is not named here. */
  public JsonNode json() {
    return chat.object();
  }

  String model(String fallback) {
    @Nullable String model = chat.text("model");
    return model == null ? fallback : model;
  }

  boolean stream() {
    return chat.truth("stream");
  }

  boolean includeUsage() {
    JsonNode options = chat.get("stream_options");
    return options != null && new Members(options, "$.stream_options").truth("include_usage");
  }

  /** Prints how much was said, not what. */
  @Override
  public String toString() {
    return "ChatRequest[" + messages.size() + " messages]";
  }
}
