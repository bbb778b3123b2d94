package io.github.vertexj;

import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The source of a model server's predictors: it loads the model once and makes a predictor for each
 * worker.
 *
 * <p>A launcher or servlet container finds it with {@link java.util.ServiceLoader} ({@code
 * META-INF/services/io.github.vertexj.PredictorProvider}); a program passes its own.
 *
 * <p><b>Life.</b> {@link #load}, then {@link #newPredictor} once per worker, all on one thread, and
 * {@link #warmUp} once per worker on that worker's own, one after the other, while health answers
 * 503; then predictions; then every predictor is closed, and last {@link #close}. Every other
 * method is called after {@code load} and must give the same answer each time; what {@link
 * #instanceReader}, {@link #predictionWriter} and {@link #metadata} return must be thread-safe.
 *
 * @param <I> an instance: one element of the request's {@code instances}
 * @param <P> a prediction: one element of the reply's {@code predictions}
 */
public interface PredictorProvider<I, P> extends AutoCloseable {

  /**
   * Returns a provider of one predictor for instances of a class.
   *
   * @param instanceType the class an instance is read into: a record, bean, {@code JsonNode},
   *     {@code String}, number, {@code byte[]}, {@link Tensor} or {@link Tensors}
   */
  static <I, P> PredictorProvider<I, P> of(Class<I> instanceType, Predictor<I, P> predictor) {
    return new SinglePredictorProvider<>(InstanceReader.of(instanceType), predictor);
  }

  /**
   * Returns a provider of one predictor whose class names its instance type.
   *
   * @throws IllegalArgumentException if the type is not to be seen, as with a lambda; then use
   *     {@link #of(Class, Predictor)}
   */
  static <I, P> PredictorProvider<I, P> of(Predictor<I, P> predictor) {
    return new SinglePredictorProvider<>(
        TypeArguments.instanceReader(predictor, Predictor.class), predictor);
  }

  /**
   * Loads the model; called once, before any other method but {@link #checks}, {@link #register},
   * {@link #settingNames} and {@link #servesAnyModel}.
   *
   * @param model what to load, from where, with which settings
   * @param progress told how far loading is; its text is what health says meanwhile
   */
  default void load(DeployedModel model, LoadProgress progress) throws Exception {}

  /** The number of workers, at least 1: as many predictors are made and run at the same time. */
  default int workers() {
    return 1;
  }

  /**
   * Makes the predictor of one worker.
   *
   * @param worker the worker's number, from 0 to {@link #workers()} - 1
   */
  Predictor<I, P> newPredictor(int worker) throws Exception;

  /**
   * Runs a new predictor until it is as fast as it will be, at the batch sizes it will see (C1.34,
   * C8.13); called before health says 200, on the thread that its worker has, as what a GPU's
   * libraries prepare is a thread's own.
   *
   * @param maxBatchSize the largest batch that the predictor will be given
   */
  default void warmUp(Predictor<I, P> predictor, int maxBatchSize) throws Exception {}

  /**
   * How instances are read; by default from the type argument {@code I} of the provider's class.
   */
  default InstanceReader<I> instanceReader() {
    return TypeArguments.instanceReader(this, PredictorProvider.class);
  }

  /** How predictions are written; by default tensors as nested numbers, all else by Jackson. */
  default PredictionWriter<P> predictionWriter() {
    return PredictionWriter.databind();
  }

  /**
   * Registers what this model answers beside envelopes; called first, once, before {@link #load}.
   * Requests reach a handler only when the model is loaded.
   */
  default void register(Handlers<I, P> handlers) {}

  /**
   * Returns this provider with further handlers, for a program that adds them to a model.
   *
   * @param more registers them
   */
  default PredictorProvider<I, P> with(Consumer<Handlers<I, P>> more) {
    return new ProviderWithHandlers<>(this, more);
  }

  /**
   * Whether predictors are only to be called on the threads that their workers have. By default a
   * request that finds a predictor free is predicted on its own thread, which saves a change of
   * threads. CUDA's libraries keep memory of the device for each thread that calls them, so that a
   * model on a GPU says true.
   */
  default boolean ownThreads() {
    return false;
  }

  /** How requests are joined into batches. */
  default BatchPolicy batchPolicy() {
    return BatchPolicy.DEFAULT;
  }

  /**
   * Whether two instances may stand in one batch, as tensors of equal shapes do; quick and
   * thread-safe, since all requests wait while batches are formed.
   */
  default boolean stackable(I first, I second) {
    return true;
  }

  /**
   * What makes the reply's {@code metadata} (C3.16) from the request's parameters: any value that
   * Jackson can write, or null, which leaves it out. Null if no reply has any; then replies of
   * tensors are written without a change of threads.
   */
  default @Nullable Function<Parameters, @Nullable Object> metadata() {
    return null;
  }

  /** What the predictors run on, for the log: {@code cpu}, {@code gpu0, gpu1}, … */
  default String device() {
    return "cpu";
  }

  /**
   * Whether this provider serves any model rather than a particular one; such a provider gives way
   * to one that does not.
   */
  default boolean servesAnyModel() {
    return false;
  }

  /**
   * The names of the settings in {@code serving.properties} that this provider reads, beside those
   * every server knows; any other stops the start. A name that ends in {@code .*} stands for all
   * that begin like it. May be called first.
   */
  default Set<String> settingNames() {
    return Set.of();
  }

  /** Checks what this provider needs in order to load, without loading; may be called first. */
  default List<Check> checks(DeployedModel model) {
    return List.of();
  }

  /** Releases the model; called once, after every predictor has been closed. */
  @Override
  default void close() {}
}
