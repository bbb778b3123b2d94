package io.github.vertexj.emulator;

import io.github.vertexj.DeployedModel;
import io.github.vertexj.LoadProgress;
import io.github.vertexj.LoadedModel;
import io.github.vertexj.PredictorProvider;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Runs the tests of a class against an {@link Endpoint} of an emulated platform, which they take as
 * a parameter.
 *
 * <pre>{@code
 * @EmulatedEndpoint(provider = DigitProvider.class, storageUri = "digits")
 * class DigitsOnThePlatformTest {
 *   @Test
 *   void image_isRecognised(Endpoint endpoint) throws Exception {
 *     assertThat(endpoint.predict(IMAGE).body()).contains("\"digit\":1");
 *   }
 * }
 * }</pre>
 *
 * <p>One platform serves the whole class; everything stops after its last test. Probes run fifty
 * times as fast as on the platform.
 */
@Documented
@Inherited
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(EmulatedEndpointExtension.class)
public @interface EmulatedEndpoint {

  /**
   * The provider that is deployed before the first test, made by its constructor without
   * parameters; without one, tests deploy what they like.
   */
  Class<? extends PredictorProvider<?, ?>> provider() default None.class;

  /** Where the model's files are, as in {@code AIP_STORAGE_URI}. */
  String storageUri() default "";

  /** The endpoint's profile, {@code shared} or {@code dedicated}. */
  String profile() default "shared";

  /** How many replicas are deployed. */
  int replicas() default 1;

  /** Stands for no provider. */
  final class None implements PredictorProvider<Object, Object> {
    private None() {}

    @Override
    public LoadedModel<Object, Object> load(DeployedModel model, LoadProgress progress) {
      throw new UnsupportedOperationException("this provider stands for none");
    }
  }
}
