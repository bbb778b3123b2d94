package io.github.vertexj.djl;

import io.github.vertexj.Check;
import io.github.vertexj.DeployedModel;
import io.github.vertexj.LoadProgress;
import io.github.vertexj.LoadedModel;
import io.github.vertexj.PredictorProvider;
import io.github.vertexj.StartException;
import io.github.vertexj.TensorSpec;
import io.github.vertexj.Tensors;
import java.util.List;
import java.util.Set;

/**
 * A provider of predictors that run a TorchScript file, tensors in and tensors out.
 *
 * <p>A prediction is what the model answers to its instance alone, each output without its first
 * dimension if that is the batch of one. Instances are stacked on a new first dimension and run
 * together as far as that was seen to give the same ({@code option.batching} says {@code proven},
 * {@code always} or {@code never}). What {@code forward} takes is read from the file's code: a
 * single tensor is its first argument; tensors by name go to the arguments of these names, or
 * together into the dictionary that it takes; several in order go by position; what is left out is
 * None or its default. An output that is a tensor or a number gives single tensors, a tuple or list
 * gives tensors in order, a dictionary or named tuple tensors by name, a list with an element for
 * each image what the element is; None gives nothing. Outputs of float16 and bfloat16 come as
 * float32, of int8 and int16 as int32.
 *
 * <p>A model in half precision is saved as one, such as by {@code
 * torch.jit.script(model.half()).save(file)} or {@code model.bfloat16()}, and its {@code
 * serving.properties} say {@code option.dtype=fp16} or {@code bf16}: floating-point inputs are cast
 * to that on the device, clients still send and get float32. DJL cannot cast the weights of a
 * TorchScript file, so that those of another type stop the start.
 *
 * <p>The file is looked for in the model directory as {@code <directory's name>.pt}, {@code
 * model.pt} or the only {@code .pt}. Its {@code serving.properties} may say {@code
 * option.modelName}, {@code option.inputs} (such as {@code ids:int64[*]<30522,mask:int64[*]}, where
 * ids must be from 0 to below 30522; without it the model is tried, and any shape is taken), {@code
 * option.dtype}, {@code load_on_devices}, {@code maxWorkers} (for each device, also {@code
 * cpu.maxWorkers} and {@code gpu.maxWorkers}), {@code option.intraOpNumThreads} and {@code
 * option.mapLocation}. Without them there are two workers per GPU, or else one per processor, each
 * with one thread.
 *
 * <p>Nothing is downloaded: DJL is put into its offline mode. Immutable and thread-safe.
 */
public final class TorchScriptProvider implements PredictorProvider<Tensors, Tensors> {
  private final List<TensorSpec> declared;

  /** Creates a provider that learns the model's inputs from {@code option.inputs}. */
  public TorchScriptProvider() {
    this(List.of());
  }

  private TorchScriptProvider(List<TensorSpec> declared) {
    this.declared = List.copyOf(declared);
  }

  /**
   * Returns a provider for instances of these tensors, unless {@code option.inputs} says others.
   */
  public static TorchScriptProvider of(TensorSpec... inputs) {
    return of(List.of(inputs));
  }

  /**
   * Returns a provider for instances of these tensors, unless {@code option.inputs} says others.
   */
  public static TorchScriptProvider of(List<TensorSpec> inputs) {
    return new TorchScriptProvider(inputs);
  }

  /**
   * Loads the model on its devices.
   *
   * @throws StartException if a setting is wrong, the file or a native library is missing or
   *     unusable, or a GPU is asked for and there is none; one line that says what to change
   */
  @Override
  public LoadedModel<Tensors, Tensors> load(DeployedModel model, LoadProgress progress) {
    TorchSettings settings = TorchSettings.from(model.settings());
    List<TensorSpec> specs = settings.inputs().isEmpty() ? declared : settings.inputs();
    Replicas replicas = Replicas.load(model, settings, progress);
    try {
      TensorModel tensors = TensorModel.of(replicas, specs, settings);
      return replicas
          .serving(tensors.reader(), tensors::predictor)
          .stackable(Tensors::stackableWith)
          .warmUp(tensors::warmUp)
          .description(tensors::description)
          .build();
    } catch (Throwable failure) {
      replicas.close();
      throw failure;
    }
  }

  @Override
  public List<Check> checks(DeployedModel model) {
    return NativePreflight.checks(model);
  }

  @Override
  public boolean servesAnyModel() {
    return true;
  }

  @Override
  public Set<String> settingNames() {
    return TorchSettings.TENSOR_NAMES;
  }
}
