package io.github.vertexj;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RawRequestTest {

  private static RawRequest request(String body, String contentType) {
    ByteBuffer bytes = ByteBuffer.wrap(("??" + body).getBytes(StandardCharsets.UTF_8));
    Map<String, String> headers = Map.of("Content-Type", contentType);
    return new RawRequest("POST", "/p", null, headers::get, bytes.position(2));
  }

  @Test
  void body_isTheSameWhoeverHasReadItAndCannotBeChanged() {
    RawRequest request = request("bytes", "a/b");
    request.body().get(new byte[3]);
    assertThat(request.text()).isEqualTo("bytes");
    assertThat(request.bytes()).isEqualTo("bytes".getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> request.body().put(0, (byte) 1))
        .isInstanceOf(ReadOnlyBufferException.class);
  }

  @Test
  void mediaType_isLowerCaseWithoutParameters() {
    assertThat(request("", "Image/JPEG ; q=1").mediaType()).isEqualTo("image/jpeg");
    assertThat(new RawRequest("GET", "/", null, name -> null, ByteBuffer.allocate(0)).mediaType())
        .isEmpty();
  }

  @Test
  void json_isReadWhole() {
    assertThat(request("{\"a\": [1, 2.5]}", "").json()).hasToString("{\"a\":[1,2.5]}");
    assertThat(request(" null ", "").json().isNull()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "  ", "{", "{\"a\":1,\"a\":2}", "[1] 2", "{\"SECRET\": SECRET}", "NaN"})
  void json_thatIsNone_isTheCallersFault(String body) {
    assertThatThrownBy(() -> request(body, "").json())
        .isInstanceOf(InvalidInputException.class)
        .hasMessageNotContaining("SECRET");
  }

  @Test
  void json_withTooLongANumber_isTheCallersFault() {
    assertThatThrownBy(() -> request("[" + "9".repeat(20_000) + "]", "").json())
        .isInstanceOf(InvalidInputException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-16BE", "UTF-16LE", "UTF-32BE", "UTF-32LE"})
  void json_isUtf8Only(String charset) {
    byte[] bytes = "{\"a\": \"text\"}".getBytes(Charset.forName(charset));
    bytes[bytes.length - 2] = 0x7c; // beyond the last character of UTF-32
    RawRequest request = new RawRequest("POST", "/", null, name -> null, ByteBuffer.wrap(bytes));
    assertThatThrownBy(request::json).isInstanceOf(InvalidInputException.class);
    assertThatThrownBy(request::lenientJson).isInstanceOf(InvalidInputException.class);
  }

  @Test
  void lenientJson_takesControlCharactersInTexts() {
    String body = "{\"a\": \"one\ntwo\tthree\u0001\"}";
    assertThat(request(body, "").lenientJson().get("a").textValue())
        .isEqualTo("one\ntwo\tthree\u0001");
    assertThatThrownBy(() -> request(body, "").json()).isInstanceOf(InvalidInputException.class);
    assertThatThrownBy(() -> request("{\"a\": 1", "").lenientJson())
        .isInstanceOf(InvalidInputException.class);
  }

  @Test
  void toString_showsNothingOfTheClients() {
    assertThat(request("SECRET", "SECRET").toString()).isEqualTo("RawRequest[POST, 6 bytes]");
  }
}
