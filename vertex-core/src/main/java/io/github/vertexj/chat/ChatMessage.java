package io.github.vertexj.chat;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * One message of a chat.
 *
 * @param role who says it: {@code system}, {@code developer}, {@code user} or {@code assistant};
 *     any other only by {@link ChatCompletions#acceptingEverything}
 * @param text what is said; several parts of text are joined by line breaks
 * @param json the whole message as it came
 */
public record ChatMessage(String role, String text, JsonNode json) {

  /** Prints no more than the role, since the text is the client's. */
  @Override
  public String toString() {
    return "ChatMessage[" + role + "]";
  }
}
