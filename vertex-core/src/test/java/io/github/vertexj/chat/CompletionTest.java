package io.github.vertexj.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.vertexj.ClientGoneException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CompletionTest {
  private final List<String> sent = new ArrayList<>();

  private Completion completion(String members) throws Exception {
    String json = "{\"messages\": [{\"role\": \"user\", \"content\": \"x\"}]" + members + "}";
    return new Completion(ChatRequest.of(new JsonMapper().readTree(json)), sent::add, () -> false);
  }

  @Test
  void generatorThatEndsByItself_isStop() throws Exception {
    Completion completion = completion("");
    assertThat(completion.emit("a")).isTrue();
    assertThat(completion.emit("")).isTrue();
    assertThat(completion.end()).isEqualTo("stop");
    assertThat(sent).containsExactly("a");
    assertThat(completion.usage().get("completion_tokens").intValue()).isEqualTo(2);
  }

  @Test
  void lastToken_isLength() throws Exception {
    Completion completion = completion(", \"max_tokens\": 3");
    completion.promptTokens(4);
    assertThat(completion.emit("a")).isTrue();
    assertThat(completion.emit("bc", 2)).isFalse();
    assertThat(completion.end()).isEqualTo("length");
    assertThat(sent).containsExactly("a", "bc");
    assertThat(completion.usage())
        .hasToString("{\"prompt_tokens\":4,\"completion_tokens\":3,\"total_tokens\":7}");
  }

  @Test
  void stopSequence_asTheLastToken_isStop() throws Exception {
    Completion completion = completion(", \"max_tokens\": 2, \"stop\": \"b!\"");
    assertThat(completion.emit("ab")).isTrue();
    assertThat(completion.emit("!")).isFalse();
    assertThat(completion.end()).isEqualTo("stop");
    assertThat(sent).containsExactly("a");
  }

  @Test
  void textHeldBack_isSentAtTheEnd() throws Exception {
    Completion completion = completion(", \"max_tokens\": 1, \"stop\": \"b!\"");
    assertThat(completion.emit("ab")).isFalse();
    assertThat(completion.end()).isEqualTo("length");
    assertThat(sent).containsExactly("a", "b");
  }

  @Test
  void reasonThatTheGeneratorSays_counts() throws Exception {
    Completion completion = completion("");
    completion.finishReason("content_filter");
    assertThat(completion.end()).isEqualTo("content_filter");
  }

  @Test
  void generatorThatDoesNotStop_isToldSo() throws Exception {
    Completion completion = completion(", \"max_tokens\": 1");
    completion.emit("a");
    assertThatThrownBy(() -> completion.emit("b"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("emit has returned false");
    assertThatThrownBy(() -> completion.emit("b", -1)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void clientThatHasGone_endsTheGenerator() throws Exception {
    ChatRequest chat =
        ChatRequest.of(
            new JsonMapper()
                .readTree("{\"messages\": [{\"role\": \"user\", \"content\": \"x\"}]}"));
    Completion completion = new Completion(chat, sent::add, () -> true);
    assertThatThrownBy(() -> completion.emit("a")).isInstanceOf(ClientGoneException.class);
    assertThat(sent).isEmpty();
  }
}
