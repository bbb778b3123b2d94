package io.github.vertexj.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bodies of errors, as containers and the platform's front ends send them. */
final class ErrorBodyTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      quoteCharacter = '`',
      value = {
        "{\"error\": \"no such thing\"} # no such thing",
        "{\"error\": {\"code\": 400, \"message\": \"{\\\"error\\\": \\\"inner\\\"}\\n\", \"status\": \"X\"}} # inner",
        "{\"error\": {\"code\": 503, \"message\": \"plain\"}} # plain",
        "[{\"error\": {\"message\": \"in an array\"}}] # in an array",
        "{\"detail\": \"as FastAPI does\"} # as FastAPI does",
        "no healthy upstream # no healthy upstream",
        "{\"error\": 5} # {\"error\": 5}",
        "{\"detail\": [{\"loc\": 1}]} # {\"detail\": [{\"loc\": 1}]}",
        "{\"error\": # {\"error\":",
        "`` # ``",
        "5 # 5",
      })
  void sentence_isWhatTheContainerSays(String body, String sentence) {
    assertThat(ErrorBody.sentence(body.getBytes(UTF_8))).isEqualTo(sentence);
  }
}
