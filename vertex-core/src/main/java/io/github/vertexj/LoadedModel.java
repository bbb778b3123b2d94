package io.github.vertexj;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A model that is loaded, with everything about it that is known only then: how its instances are
 * read, how many workers run it and what makes their predictors, how they are warmed up, what may
 * stand in one batch.
 *
 * <pre>{@code
 * LoadedModel.builder(Flower.class, worker -> new IrisPredictor(trees))
 *     .workers(4)
 *     .onClose(trees::close)
 *     .build();
 * }</pre>
 *
 * <p>A model is changed by making another of it: {@link #converted} puts types of your own in front
 * of it, {@link #mapPredictors} predictors that watch or change what its own do, {@link #toBuilder}
 * gives everything else another value. They share what the model holds, so that only the last one
 * is served, and closed.
 *
 * <p>Immutable, and thread-safe as long as the functions it is given are.
 *
 * @param <I> an instance: one element of the request's {@code instances}
 * @param <P> a prediction: one element of the reply's {@code predictions}
 */
public final class LoadedModel<I, P> implements AutoCloseable {
  private final PredictionSteps<I, P, ?, ?> steps;
  private final InstanceReader<I> instanceReader;
  private final PredictionWriter<P> predictionWriter;
  private final Traits traits;

  private LoadedModel(
      PredictionSteps<I, P, ?, ?> steps,
      InstanceReader<I> instanceReader,
      PredictionWriter<P> predictionWriter,
      Traits traits) {
    this.steps = steps;
    this.instanceReader = instanceReader;
    this.predictionWriter = predictionWriter;
    this.traits = traits;
  }

  /** Makes the predictor of a worker. */
  @FunctionalInterface
  public interface Predictors<I, P> {
    /**
     * Makes a predictor; called once for each worker, on the thread that loads the model.
     *
     * @param worker the worker's number, from 0 on
     */
    Predictor<I, P> newPredictor(int worker) throws Exception;
  }

  /** Runs a new predictor until it is as fast as it will be. */
  @FunctionalInterface
  public interface WarmUp<I, P> {
    /**
     * Warms up, at the batch sizes the predictor will see (C1.34, C8.13); called before health says
     * 200, once for each worker, one after the other, on the thread that the worker has, as what a
     * GPU's libraries prepare is a thread's own.
     *
     * @param samples the instances of the model directory's {@code samples.jsonl}, read and
     *     converted as a client's are; empty if there is no such file
     * @param maxBatchSize the largest batch that the predictor will be given
     * @throws StartException if the model cannot be served, as one line tells
     */
    void run(Predictor<I, P> predictor, List<I> samples, int maxBatchSize) throws Exception;
  }

  /**
   * The threads of workers.
   *
   * @param own whether predictors are called on no others
   * @param factory makes them
   */
  private record Threads(boolean own, ThreadFactory factory) {}

  /** What does not depend on the types of instances and predictions. */
  private record Traits(
      int workers,
      BatchPolicy batchPolicy,
      @Nullable Function<Parameters, @Nullable Object> metadata,
      String device,
      Threads threads,
      Supplier<String> description,
      Resources resources) {}

  /**
   * Returns a model of one predictor, for instances of a class; closing the predictor is all that
   * closes it.
   *
   * <p>With more than one worker, all of them share the predictor, which must be thread-safe then,
   * and a request of many instances is spread over those that are free.
   */
  public static <I, P> LoadedModel<I, P> of(Class<I> instanceType, Predictor<I, P> predictor) {
    return of(InstanceReader.of(instanceType), predictor);
  }

  private static <I, P> LoadedModel<I, P> of(
      InstanceReader<I> instanceReader, Predictor<I, P> predictor) {
    return shared(builder(instanceReader, worker -> unclosed(predictor)), predictor);
  }

  static <I, P> LoadedModel<I, P> ofReceiving(
      InstanceReader<I> instanceReader, Predictor<Received<I>, P> predictor) {
    return shared(receiving(instanceReader, worker -> unclosed(predictor)), predictor);
  }

  private static <I, P> LoadedModel<I, P> shared(Builder<I, P> builder, Predictor<?, ?> predictor) {
    return builder.batchPolicy(BatchPolicy.DEFAULT.spread(true)).onClose(predictor).build();
  }

  /** Each worker closes its predictor, but this one is closed with the model. */
  private static <I, P> Predictor<I, P> unclosed(Predictor<I, P> predictor) {
    return (instances, parameters) -> predictor.predict(instances, parameters);
  }

  /**
   * Returns a model of one predictor whose class names its instance type; see {@link #of(Class,
   * Predictor)}.
   *
   * @throws IllegalArgumentException if the type is not to be seen, as with a lambda; then use
   *     {@link #of(Class, Predictor)}
   */
  public static <I, P> LoadedModel<I, P> of(Predictor<I, P> predictor) {
    return of(TypeArguments.instanceReader(predictor), predictor);
  }

  /**
   * Returns a builder of a model for instances of a class.
   *
   * @param instanceType the class an instance is read into: a record, bean, {@code JsonNode},
   *     {@code String}, number, {@code byte[]}, {@link Tensor} or {@link Tensors}
   * @param predictors makes the predictor of each worker
   */
  public static <I, P> Builder<I, P> builder(Class<I> instanceType, Predictors<I, P> predictors) {
    return builder(InstanceReader.of(instanceType), predictors);
  }

  /** Returns a builder of a model; see {@link #builder(Class, Predictors)}. */
  public static <I, P> Builder<I, P> builder(
      InstanceReader<I> instanceReader, Predictors<I, P> predictors) {
    return new Builder<>(PredictionSteps.of(predictors), instanceReader);
  }

  static int requireWorkers(int number) {
    if (number < 1) {
      throw new IllegalArgumentException("workers must be at least 1, not " + number);
    }
    return number;
  }

  /**
   * Returns a builder of a model whose predictors are told of the request that each instance came
   * with: its headers, its trace, how long it may take, and whether anybody still waits. Only such
   * a model pays for that.
   *
   * @param predictors makes the predictor of each worker
   */
  public static <I, P> Builder<I, P> receiving(
      InstanceReader<I> instanceReader, Predictors<Received<I>, P> predictors) {
    return new Builder<>(PredictionSteps.receiving(predictors), instanceReader);
  }

  /**
   * Returns a builder of a model whose predictors are told of requests; see {@link
   * #receiving(InstanceReader, Predictors)}.
   */
  public static <I, P> Builder<I, P> receiving(
      Class<I> instanceType, Predictors<Received<I>, P> predictors) {
    return receiving(InstanceReader.of(instanceType), predictors);
  }

  /**
   * Puts types of your own in front of this model, as when tensors become a record.
   *
   * <p>The conversions may take time, as the decoding of an image does: a server runs them beside
   * the model, once for each instance and each prediction, on the threads that read requests and
   * write replies, or on that of the handler that asks for predictions. (One that waits, as for
   * another server, holds up such a thread, of which there are few.) Both must be thread-safe;
   * neither is called after {@link #close}. What {@code toModel} returns may be a view of the
   * instance, and what {@code fromModel} returns one of the prediction.
   *
   * <p>What they throw concerns no other request. An {@link InvalidInputException} of either is the
   * fault of that one instance, whose place the caller is told; anything else is the server's.
   *
   * @param <J> an instance as the client sends it
   * @param <Q> a prediction as the client gets it
   */
  public <J, Q> LoadedModel<J, Q> converted(
      InstanceReader<J> reader, Function<J, I> toModel, Function<P, Q> fromModel) {
    return new LoadedModel<>(
        steps.converted(toModel, fromModel), reader, PredictionWriter.databind(), traits);
  }

  /**
   * Puts types of your own in front of this model; see {@link #converted(InstanceReader, Function,
   * Function)}.
   */
  public <J, Q> LoadedModel<J, Q> converted(
      Class<J> instanceType, Function<J, I> toModel, Function<P, Q> fromModel) {
    return converted(InstanceReader.of(instanceType), toModel, fromModel);
  }

  /**
   * Puts a predictor of your own in front of that of each worker, such as one that watches it.
   *
   * <p>It takes what the client sends: conversions that were put in front of the model before run
   * inside of it, on the workers' threads. The warm-up is that of the predictors behind.
   *
   * @param mapping is given a worker's predictor, which this library closes after the one that is
   *     returned
   * @throws IllegalStateException if the predictors are {@linkplain #receiving told of requests},
   *     which one in front would not pass on
   */
  public LoadedModel<I, P> mapPredictors(UnaryOperator<Predictor<I, P>> mapping) {
    return new LoadedModel<>(steps.mapped(mapping), instanceReader, predictionWriter, traits);
  }

  /** Returns a builder that begins with all that this model is. */
  public Builder<I, P> toBuilder() {
    return new Builder<>(this);
  }

  /** How instances are read. */
  public InstanceReader<I> instanceReader() {
    return instanceReader;
  }

  /** How predictions are written. */
  public PredictionWriter<P> predictionWriter() {
    return predictionWriter;
  }

  /** The number of workers, at least 1. */
  public int workers() {
    return traits.workers;
  }

  /** How requests are joined into batches. */
  public BatchPolicy batchPolicy() {
    return traits.batchPolicy;
  }

  /** What makes the reply's {@code metadata}; null if no reply has any. */
  public @Nullable Function<Parameters, @Nullable Object> metadata() {
    return traits.metadata;
  }

  /** What the predictors run on, for the log: {@code cpu}, {@code gpu0, gpu1}, … */
  public String device() {
    return traits.device;
  }

  /** Whether predictors are only to be called on the threads that their workers have. */
  public boolean ownThreads() {
    return traits.threads.own;
  }

  /** What makes the threads that workers have, not started. */
  public ThreadFactory workerThreads() {
    return traits.threads.factory;
  }

  /** What is worth saying of the model beside device, workers and batches; may be empty. */
  public String description() {
    return traits.description.get();
  }

  /** The steps of a prediction, for a server: its predictors are not yet made. */
  public PredictionSteps<I, P, ?, ?> steps() {
    return steps;
  }

  /**
   * Makes the predictor of a worker that takes what a client sends, conversions inside: for a
   * program that predicts without a server.
   *
   * @param worker the worker's number, from 0 to {@link #workers()} - 1; each once
   */
  public WorkerPredictor<I, I, P> newPredictor(int worker) throws Exception {
    return steps.inside().newPredictor(worker);
  }

  /** Whether two instances that a client sends may stand in one batch. */
  public boolean stackable(I first, I second) {
    return steps.inside().stackable(first, second);
  }

  /**
   * Releases the model, once, however often it is called; every predictor must be closed before.
   *
   * @throws IllegalStateException if something cannot be closed; everything else is
   */
  @Override
  public void close() {
    traits.resources.close();
  }

  /**
   * A builder of {@link LoadedModel}s; what is not set is as the simplest model has it, or the one
   * that {@link LoadedModel#toBuilder} was asked of.
   *
   * <p>Not thread-safe.
   */
  public static final class Builder<I, P> {
    private static final ThreadFactory PLATFORM_THREADS = Thread::new;

    private final PredictionSteps<I, P, ?, ?> steps;
    private final List<AutoCloseable> resources = new ArrayList<>();
    private InstanceReader<I> instanceReader;
    private PredictionWriter<P> predictionWriter = PredictionWriter.databind();
    private @Nullable WarmUp<I, P> warmUp;
    private @Nullable BiPredicate<I, I> stackable;
    private int workers = 1;
    private BatchPolicy batchPolicy = BatchPolicy.DEFAULT;
    private @Nullable Function<Parameters, @Nullable Object> metadata;
    private String device = "cpu";
    private boolean ownThreads;
    private ThreadFactory threads = PLATFORM_THREADS;
    private Supplier<String> description = () -> "";

    private Builder(PredictionSteps<I, P, ?, ?> steps, InstanceReader<I> instanceReader) {
      this.steps = steps;
      this.instanceReader = instanceReader;
    }

    private Builder(LoadedModel<I, P> model) {
      this(model.steps, model.instanceReader);
      predictionWriter = model.predictionWriter;
      workers = model.traits.workers;
      batchPolicy = model.traits.batchPolicy;
      metadata = model.traits.metadata;
      device = model.traits.device;
      ownThreads = model.traits.threads.own;
      threads = model.traits.threads.factory;
      description = model.traits.description;
      resources.add(model.traits.resources);
    }

    /** Sets how instances are read; by default by the class the builder was given. */
    public Builder<I, P> instanceReader(InstanceReader<I> reader) {
      instanceReader = reader;
      return this;
    }

    /**
     * Sets how predictions are written; by default tensors as nested numbers, all else by Jackson.
     */
    public Builder<I, P> predictionWriter(PredictionWriter<P> writer) {
      predictionWriter = writer;
      return this;
    }

    /**
     * Sets the number of workers; as many predictors are made and run at the same time. At least 1,
     * which is the default.
     */
    public Builder<I, P> workers(int number) {
      workers = requireWorkers(number);
      return this;
    }

    /**
     * Sets what warms up a new predictor; by default it predicts the samples, if there are any,
     * each alone and the first of them in a batch as large as there will be.
     */
    public Builder<I, P> warmUp(WarmUp<I, P> warmUp) {
      this.warmUp = warmUp;
      return this;
    }

    /** Sets how requests are joined into batches; by default {@link BatchPolicy#DEFAULT}. */
    public Builder<I, P> batchPolicy(BatchPolicy policy) {
      batchPolicy = policy;
      return this;
    }

    /**
     * Sets whether two instances may stand in one batch, as tensors of equal shapes do; by default
     * any two may. The rule must be an equivalence, quick and thread-safe, since all requests wait
     * while batches are formed.
     *
     * <p>It sees what the client sends: conversions that were put in front of the model before run
     * inside of the predictors then, on the workers' threads. So set it before {@link
     * LoadedModel#converted}.
     */
    public Builder<I, P> stackable(BiPredicate<I, I> rule) {
      stackable = rule;
      return this;
    }

    /**
     * Sets what makes the reply's {@code metadata} (C3.16) from the request's parameters: any value
     * that Jackson can write, or null, which leaves it out. Thread-safe. By default there is none;
     * then replies of tensors are written without a change of threads.
     */
    public Builder<I, P> metadata(Function<Parameters, @Nullable Object> metadata) {
      this.metadata = metadata;
      return this;
    }

    /** Sets what the predictors run on, for the log; by default {@code cpu}. */
    public Builder<I, P> device(String device) {
      this.device = device;
      return this;
    }

    /**
     * Has predictors called only on the threads that their workers have. By default a request that
     * finds a predictor free is predicted on its own thread, which saves a change of threads.
     * CUDA's libraries keep memory of the device for each thread that calls them, so that a model
     * on a GPU says true.
     */
    public Builder<I, P> ownThreads(boolean own) {
      ownThreads = own;
      return this;
    }

    /**
     * Gives workers virtual threads, on which alone predictors are called: for hundreds of workers
     * that wait. It needs JDK 21.
     *
     * @throws StartException if the JDK is older
     */
    public Builder<I, P> virtualThreads() {
      threads = VirtualThreads.factory();
      return this;
    }

    /**
     * Sets a phrase on the model for the line that says what is served, such as what was found out
     * about its batches; asked once the predictors are warm. By default there is none.
     */
    public Builder<I, P> description(Supplier<String> phrase) {
      description = phrase;
      return this;
    }

    /** Adds what is closed with the model, after every predictor; the last one added first. */
    public Builder<I, P> onClose(AutoCloseable resource) {
      resources.add(resource);
      return this;
    }

    /** Returns the model. */
    public LoadedModel<I, P> build() {
      Traits traits =
          new Traits(
              workers,
              batchPolicy,
              metadata,
              device,
              new Threads(ownThreads || threads != PLATFORM_THREADS, threads),
              description,
              new Resources(resources));
      return new LoadedModel<>(allSteps(), instanceReader, predictionWriter, traits);
    }

    private PredictionSteps<I, P, ?, ?> allSteps() {
      PredictionSteps<I, P, ?, ?> stacked = stackable == null ? steps : steps.stackedBy(stackable);
      return warmUp == null ? stacked : stacked.warmedUp(warmUp);
    }
  }
}
