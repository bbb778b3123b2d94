package io.github.vertexj.testkit;

import io.github.vertexj.serving.PredictionHandler;
import java.io.IOException;
import java.util.Map;

final class JdkHttpAdapterTest extends AdapterContract {

  @Override
  protected RunningServer serve(PredictionHandler handler) throws IOException {
    return JdkHttpAdapter.serve(handler);
  }

  @Override
  protected Map<String, String> notKept() {
    return Map.of(
        "required_C3_22_work_of_a_client_that_has_gone_never_reaches_the_predictor",
        "the JDK's server does not look at a connection while its request is handled");
  }
}
