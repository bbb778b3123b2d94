package io.github.vertexj.onnx;

import io.github.vertexj.Check;
import io.github.vertexj.DeployedModel;
import io.github.vertexj.LoadProgress;
import io.github.vertexj.LoadedModel;
import io.github.vertexj.PredictorProvider;
import io.github.vertexj.StartException;
import io.github.vertexj.Tensors;
import java.util.List;
import java.util.Set;

/**
 * A provider of predictors that run an ONNX file, tensors in and tensors out; put types of your own
 * in front of it with {@link #converted}.
 *
 * <p>Names, types and shapes are the file's. The first dimension of every input is the batch: an
 * instance is a tensor without it, or several by the inputs' names. A model of one output gives
 * single tensors, of several tensors by name; a list of tensors comes as tensors in order. float16
 * and bfloat16 come and go as float32, int8 and int16 as int32; uint16 comes as int32, uint32 and
 * uint64 as int64.
 *
 * <p>A batch that is fixed to 1 means one instance a call; one that is fixed to more is filled up
 * with the last instance. Instances of different requests share a call only if that is proven to
 * change nothing.
 *
 * <p>Models with text or maps are {@link OnnxTableProvider}'s. Immutable and thread-safe.
 */
public final class OnnxProvider implements PredictorProvider<Tensors, Tensors> {

  /** Creates a provider. */
  public OnnxProvider() {}

  /**
   * Loads the model on its devices.
   *
   * @throws StartException if a setting is wrong, the file or ONNX Runtime is missing or unusable,
   *     a GPU is asked for and there is none, or the model has text or maps; one line that says
   *     what to change
   */
  @Override
  public LoadedModel<Tensors, Tensors> load(DeployedModel model, LoadProgress progress) {
    return OnnxLoading.load(model, progress, OnnxLoading::tensors);
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
