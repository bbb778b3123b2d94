package io.github.vertexj.chat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The reader of a chat's {@code messages}. */
final class ChatMessages {
  private static final Set<String> ROLES = Set.of("system", "developer", "user", "assistant");

  private final boolean anything;

  /**
   * Creates a reader.
   *
   * @param anything whether a message may be other than text by one of the usual roles
   */
  ChatMessages(boolean anything) {
    this.anything = anything;
  }

  List<ChatMessage> read(Members chat) {
    JsonNode messages = chat.get("messages");
    if (messages == null || !messages.isArray() || messages.isEmpty()) {
      throw chat.wanted("a list of at least one message", "messages");
    }
    List<ChatMessage> read = new ArrayList<>(messages.size());
    for (JsonNode message : messages) {
      read.add(message(new Members(message, chat.place() + ".messages[" + read.size() + "]")));
    }
    return List.copyOf(read);
  }

  private ChatMessage message(Members message) {
    String role = message.text("role");
    if (role == null || !(anything || ROLES.contains(role))) {
      throw message.wanted("one of the roles system, developer, user and assistant", "role");
    }
    if (!anything && message.get("tool_calls") != null) {
      throw message.refused("takes no tool calls", "tool_calls");
    }
    return new ChatMessage(role, text(message), message.object());
  }

  private String text(Members message) {
    JsonNode content = message.get("content");
    if (content != null && content.isTextual()) {
      return content.textValue();
    }
    if (content != null && content.isArray()) {
      return parts(content, message.place() + ".content");
    }
    if (anything) {
      return "";
    }
    throw message.wanted("text, or a list of parts of it,", "content");
  }

  private String parts(JsonNode parts, String place) {
    List<String> texts = new ArrayList<>(parts.size());
    for (int i = 0; i < parts.size(); i++) {
      Members part = new Members(parts.get(i), place + "[" + i + "]");
      if ("text".equals(part.text("type"))) {
        String text = part.text("text");
        if (text == null) {
          throw part.wanted("text", "text");
        }
        texts.add(text);
      } else if (!anything) {
        throw part.refused("takes text only", "type");
      }
    }
    return String.join("\n", texts);
  }
}
