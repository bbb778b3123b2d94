package io.github.vertexj.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.vertexj.BatchedPredictor;
import io.github.vertexj.InvalidInputException;
import io.github.vertexj.Parameters;
import io.github.vertexj.RawReply;
import io.github.vertexj.RawRequest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The handler's settings; what it answers is tested over HTTP, beside the adapters. */
class ChatCompletionsTest {
  private static final ChatCompletions<String, String> ECHO =
      ChatCompletions.of(
          (chat, model, out) -> {
            for (String word : model.predict(chat.messages().get(0).text()).split("(?<= )")) {
              if (!out.emit(word)) {
                return;
              }
            }
          });

  /** Predicts what it is given. */
  private static final class Same implements BatchedPredictor<String, String> {
    @Override
    public List<String> predict(List<String> instances, Parameters parameters) {
      return instances;
    }

    @Override
    public boolean abandoned() {
      return false;
    }
  }

  private static String answer(ChatCompletions<String, String> chat, String members)
      throws Exception {
    String json = "{\"messages\": [{\"role\": \"user\", \"content\": \"one two three\"}]%s}";
    byte[] body = json.formatted(members).getBytes(StandardCharsets.UTF_8);
    RawReply reply =
        chat.handle(
            new RawRequest("POST", "/", null, name -> null, ByteBuffer.wrap(body)), new Same());
    return new String(reply.body(), StandardCharsets.UTF_8);
  }

  @Test
  void modelName_isSaidWhereTheChatSaysNone() throws Exception {
    assertThat(answer(ECHO, "")).contains("\"model\":\"model\"", "\"content\":\"one two three\"");
    assertThat(answer(ECHO.withModelName("echo"), "")).contains("\"model\":\"echo\"");
    assertThat(answer(ECHO.withModelName("echo"), ", \"model\": \"x\""))
        .contains("\"model\":\"x\"");
  }

  @Test
  void tokenLimit_holdsWhateverTheChatSays() throws Exception {
    ChatCompletions<String, String> two = ECHO.withTokenLimit(2);
    assertThat(answer(two, "")).contains("\"content\":\"one two \"", "\"length\"");
    assertThat(answer(two, ", \"max_tokens\": 99")).contains("\"content\":\"one two \"");
    assertThat(answer(two, ", \"max_tokens\": 1")).contains("\"content\":\"one \"");
    assertThatIllegalArgumentException().isThrownBy(() -> ECHO.withTokenLimit(0));
  }

  @Test
  void tools_areRefusedUnlessAccepted() throws Exception {
    String tools = ", \"tools\": [{\"type\": \"function\"}]";
    assertThatThrownBy(() -> answer(ECHO, tools)).isInstanceOf(InvalidInputException.class);
    assertThat(answer(ECHO, tools + ", \"tool_choice\": \"none\"")).contains("three");
    assertThat(answer(ECHO.acceptingEverything(), tools)).contains("three");
  }
}
