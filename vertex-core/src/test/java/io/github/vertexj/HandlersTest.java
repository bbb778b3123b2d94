package io.github.vertexj;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HandlersTest {
  private static final RawHandler<String, String> HANDLER = (request, predictor) -> null;

  private final Handlers<String, String> handlers = new Handlers<>();

  @ParameterizedTest
  @ValueSource(strings = {"", "jpeg", "image/", "/jpeg", "image/jpeg; q=1", "image jpeg", "a/b/c"})
  void mediaType_thatIsNone_stopsTheStart(String mediaType) {
    assertThatThrownBy(() -> handlers.onMediaType(mediaType, HANDLER))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("image/jpeg");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "me", "/me?x", "/m e", "/me#x"})
  void path_thatIsNone_stopsTheStart(String path) {
    assertThatThrownBy(() -> handlers.onRoute("GET", path, HANDLER))
        .isInstanceOf(StartException.class);
  }

  @Test
  void secondHandlerOfTheSame_stopsTheStart() {
    handlers
        .onMediaType("image/jpeg", HANDLER)
        .onFormat("f", HANDLER)
        .onRoute("GET", "/me", HANDLER)
        .onRoute("POST", "/me", HANDLER)
        .otherwise(HANDLER);
    assertThatThrownBy(() -> handlers.onMediaType("Image/JPEG", HANDLER))
        .hasMessageContaining("image/jpeg");
    assertThatThrownBy(() -> handlers.onFormat("f", HANDLER)).hasMessageContaining("format f");
    assertThatThrownBy(() -> handlers.onRoute("GET", "/me", HANDLER))
        .hasMessageContaining("GET /me");
    assertThatThrownBy(() -> handlers.otherwise(HANDLER)).isInstanceOf(StartException.class);
  }

  @Test
  void providerWithHandlers_registersThoseOfTheProviderFirst() {
    PredictorProvider<String, String> provider =
        PredictorProvider.of(
                String.class, (List<String> instances, Parameters parameters) -> instances)
            .with(more -> more.onFormat("inner", HANDLER))
            .with(more -> more.onFormat("outer", HANDLER));
    provider.register(handlers);
    assertThat(handlers.formats().keySet()).containsExactly("inner", "outer");
  }
}
