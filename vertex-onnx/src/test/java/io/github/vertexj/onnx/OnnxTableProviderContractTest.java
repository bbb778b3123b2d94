package io.github.vertexj.onnx;

import io.github.vertexj.DeployedModel;
import io.github.vertexj.PredictorProvider;
import io.github.vertexj.testkit.PredictorContract;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

final class OnnxTableProviderContractTest
    extends PredictorContract<Map<String, @Nullable Object>, Map<String, Object>> {
  @Override
  protected PredictorProvider<Map<String, @Nullable Object>, Map<String, Object>> provider() {
    return new OnnxTableProvider();
  }

  @Override
  protected DeployedModel model() {
    return Models.deployed("columns", Map.of());
  }

  @Override
  protected List<Map<String, @Nullable Object>> instances() {
    return List.of(row(39, "Sales"), row(40, "Nurse"), row(41.5, "Pilot"));
  }

  private static Map<String, @Nullable Object> row(double age, String job) {
    return Map.of("age", age, "job", job, "children", 1, "retired", false);
  }
}
