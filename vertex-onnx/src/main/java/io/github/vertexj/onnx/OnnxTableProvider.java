package io.github.vertexj.onnx;

import io.github.vertexj.Check;
import io.github.vertexj.DeployedModel;
import io.github.vertexj.LoadProgress;
import io.github.vertexj.LoadedModel;
import io.github.vertexj.PredictorProvider;
import io.github.vertexj.StartException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A provider of predictors that run an ONNX file over rows of numbers and text, such as a pipeline
 * of scikit-learn's; put types of your own in front of it with {@link #converted}.
 *
 * <p>A row is a map by the model's inputs, or by the columns that {@code option.columns} in {@code
 * serving.properties} names, where the model has one input of numbers. A value is a {@code String},
 * {@code Number} or {@code Boolean}, or lists of them; null is a missing value: NaN among
 * floating-point numbers, and the empty string among text. A column that is missing or unknown is
 * refused with its name.
 *
 * <p>A prediction is a map by the model's outputs. A value of it is a {@code Number}, {@code
 * Boolean} or {@code String}, a {@link io.github.vertexj.Tensor} where it is several numbers, lists
 * where it is several texts, and a map where the output is one of maps, as ZipMap's is. Immutable
 * and thread-safe.
 */
public final class OnnxTableProvider
    implements PredictorProvider<Map<String, @Nullable Object>, Map<String, Object>> {

  /** Creates a provider. */
  public OnnxTableProvider() {}

  /**
   * Loads the model on its devices.
   *
   * @throws StartException if a setting is wrong, the file or ONNX Runtime is missing or unusable,
   *     or a GPU is asked for and there is none; one line that says what to change
   */
  @Override
  public LoadedModel<Map<String, @Nullable Object>, Map<String, Object>> load(
      DeployedModel model, LoadProgress progress) {
    return OnnxLoading.load(model, progress, OnnxLoading::rows);
  }

  @Override
  public List<Check> checks(DeployedModel model) {
    return OnnxPreflight.checks(model);
  }

  @Override
  public Set<String> settingNames() {
    return OnnxSettings.NAMES;
  }
}
