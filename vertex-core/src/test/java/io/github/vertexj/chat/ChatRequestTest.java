package io.github.vertexj.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.vertexj.InvalidInputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChatRequestTest {
  private static final String HELLO =
      "\"messages\": [{\"role\": \"user\", \"content\": \"hello\"}]";

  private static JsonNode json(String text) throws Exception {
    return new JsonMapper().readTree(text.replace('\'', '"'));
  }

  private static ChatRequest chat(String members) throws Exception {
    return new ChatRequest(json("{" + HELLO + members + "}"), 100, false);
  }

  @Test
  void members_areRead() throws Exception {
    ChatRequest chat =
        chat(
            ", 'model': 'm', 'max_tokens': 5.0, 'temperature': 0.5, 'top_p': 1, 'seed': 7.0,"
                + " 'stop': ['a', 'b'], 'stream': true, 'stream_options': {'include_usage': true},"
                + " 'user': 'somebody', 'n': 1, 'tools': [], 'logit_bias': {'1': 2}");
    assertThat(chat.messages()).hasSize(1);
    assertThat(chat.messages().get(0).role()).isEqualTo("user");
    assertThat(chat.messages().get(0).text()).isEqualTo("hello");
    assertThat(chat.model("other")).isEqualTo("m");
    assertThat(chat.maxTokens()).isEqualTo(5);
    assertThat(chat.temperature(1)).isEqualTo(0.5);
    assertThat(chat.topP(0)).isEqualTo(1);
    assertThat(chat.seed(0)).isEqualTo(7);
    assertThat(chat.stop()).containsExactly("a", "b");
    assertThat(chat.stream()).isTrue();
    assertThat(chat.includeUsage()).isTrue();
    assertThat(chat.json().at("/logit_bias/1").intValue()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ", 'model': null, 'max_tokens': null, 'temperature': null, 'top_p': null, 'seed': null,"
            + " 'stop': null, 'stream': null, 'stream_options': null, 'n': null, 'tools': null,"
            + " 'response_format': null, 'logprobs': null"
      })
  void membersAbsentOrNull_giveTheFallback(String members) throws Exception {
    ChatRequest chat = chat(members);
    assertThat(chat.model("other")).isEqualTo("other");
    assertThat(chat.maxTokens()).isEqualTo(100);
    assertThat(chat.temperature(0.7)).isEqualTo(0.7);
    assertThat(chat.topP(0.9)).isEqualTo(0.9);
    assertThat(chat.seed(42)).isEqualTo(42);
    assertThat(chat.stop()).isEmpty();
    assertThat(chat.stream()).isFalse();
    assertThat(chat.includeUsage()).isFalse();
  }

  @Test
  void maxTokens_areTheNewerNamesAndWithinTheLimit() throws Exception {
    assertThat(chat(", 'max_completion_tokens': 3, 'max_tokens': 9").maxTokens()).isEqualTo(3);
    assertThat(chat(", 'max_tokens': 9e99").maxTokens()).isEqualTo(100);
  }

  @Test
  void content_inParts_isJoined() throws Exception {
    ChatRequest chat =
        new ChatRequest(
            json(
                "{'messages': [{'role': 'system', 'content': [{'type': 'text', 'text': 'one'},"
                    + " {'type': 'text', 'text': 'two'}]}, {'role': 'user', 'content': ''}]}"),
            9,
            false);
    assertThat(chat.messages().get(0).text()).isEqualTo("one\ntwo");
    assertThat(chat.messages().get(1).text()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "'max_tokens': 0; $.max_tokens",
        "'max_tokens': 1.5; $.max_tokens",
        "'max_tokens': '5'; $.max_tokens",
        "'max_completion_tokens': -1; $.max_completion_tokens",
        "'temperature': 2.1; $.temperature",
        "'temperature': 'hot'; $.temperature",
        "'top_p': -0.1; $.top_p",
        "'seed': 'x'; $.seed",
        "'seed': 0.5; $.seed",
        "'seed': 99999999999999999999; $.seed",
        "'stop': ''; $.stop",
        "'stop': ['a', '']; $.stop",
        "'stop': 7; $.stop",
        "'stream': 'yes'; $.stream",
        "'stream_options': 1; $.stream_options",
        "'stream_options': {'include_usage': 1}; $.stream_options.include_usage",
        "'model': 7; $.model",
        "'n': 2; $.n",
        "'n': 'x'; $.n",
        "'tools': [{}]; $.tools",
        "'functions': [{}]; $.functions",
        "'logprobs': true; $.logprobs",
        "'response_format': {'type': 'json_object'}; $.response_format",
      })
  void member_ofAnotherKind_isRefusedWithItsPlace(String member, String place) {
    assertThatThrownBy(() -> chat(", " + member))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageEndingWith(", at " + place);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "{}; $.messages",
        "{'messages': []}; $.messages",
        "{'messages': {}}; $.messages",
        "{'messages': ['hello']}; $.messages[0]",
        "{'messages': [{'content': 'x'}]}; $.messages[0].role",
        "{'messages': [{'role': 'tool', 'content': 'x'}]}; $.messages[0].role",
        "{'messages': [{'role': 'user'}]}; $.messages[0].content",
        "{'messages': [{'role': 'user', 'content': 7}]}; $.messages[0].content",
        "{'messages': [{'role': 'user', 'content': [7]}]}; $.messages[0].content[0]",
        "{'messages': [{'role': 'user', 'content': [{'type': 'text'}]}]}; $.messages[0].content[0].text",
        "{'messages': [{'role': 'user', 'content': [{'type': 'image_url'}]}]}; $.messages[0].content[0].type",
        "{'messages': [{'role': 'assistant', 'tool_calls': [{}]}]}; $.messages[0].tool_calls",
        "[]; $",
      })
  void messages_ofAnotherKind_areRefusedWithTheirPlace(String json, String place) {
    assertThatThrownBy(() -> new ChatRequest(json(json), 9, false))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageEndingWith(", at " + place);
  }

  @Test
  void anything_ifAccepted_isLeftToTheGenerator() throws Exception {
    ChatRequest chat =
        ChatRequest.of(
            json(
                "{'messages': [{'role': 'tool', 'content': [{'type': 'image_url'}, {'type': 'text',"
                    + " 'text': 'seen'}]}, {'role': 'assistant', 'content': null, 'tool_calls':"
                    + " [{}]}], 'tools': [{}], 'logprobs': true, 'response_format': {'type':"
                    + " 'json_object'}}"));
    assertThat(chat.messages().get(0).role()).isEqualTo("tool");
    assertThat(chat.messages().get(0).text()).isEqualTo("seen");
    assertThat(chat.messages().get(1).json().has("tool_calls")).isTrue();
    assertThatThrownBy(() -> ChatRequest.of(json("{" + HELLO + ", 'n': 2}")))
        .isInstanceOf(InvalidInputException.class);
  }

  @Test
  void text_isNotPrinted() throws Exception {
    assertThat(chat("").toString() + chat("").messages()).doesNotContain("hello");
  }
}
