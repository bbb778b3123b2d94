package io.github.vertexj;

import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * The source of a server's model: what is known of it before it is loaded, and what loads it.
 *
 * <p>A launcher or servlet container finds it with {@link java.util.ServiceLoader} ({@code
 * META-INF/services/io.github.vertexj.PredictorProvider}); a program passes its own. A class for
 * the {@code ServiceLoader} that only composes others extends {@link InstalledProvider}.
 *
 * <p>Everything but {@link #load} may be asked before it, and need not be. Used by one thread at a
 * time.
 *
 * @param <I> an instance: one element of the request's {@code instances}
 * @param <P> a prediction: one element of the reply's {@code predictions}
 */
@FunctionalInterface
public interface PredictorProvider<I, P> {

  /**
   * Returns a provider of one predictor for instances of a class; with more than one {@linkplain
   * #workers worker}, they share it.
   *
   * @param instanceType the class an instance is read into: a record, bean, {@code JsonNode},
   *     {@code String}, number, {@code byte[]}, {@link Tensor} or {@link Tensors}
   */
  static <I, P> PredictorProvider<I, P> of(Class<I> instanceType, Predictor<I, P> predictor) {
    return (model, progress) -> LoadedModel.of(instanceType, predictor);
  }

  /**
   * Returns a provider of one predictor whose class names its instance type; with more than one
   * {@linkplain #workers worker}, they share it.
   *
   * @throws IllegalArgumentException if the type is not to be seen, as with a lambda; then use
   *     {@link #of(Class, Predictor)}
   */
  static <I, P> PredictorProvider<I, P> of(Predictor<I, P> predictor) {
    LoadedModel<I, P> loaded = LoadedModel.of(predictor);
    return (model, progress) -> loaded;
  }

  /**
   * Returns a provider of one predictor that is told of the request each instance came with; see
   * {@link LoadedModel#receiving(InstanceReader, LoadedModel.Predictors)}. With more than one
   * {@linkplain #workers worker}, they share it.
   */
  static <I, P> PredictorProvider<I, P> receiving(
      Class<I> instanceType, Predictor<Received<I>, P> predictor) {
    return (model, progress) -> LoadedModel.ofReceiving(InstanceReader.of(instanceType), predictor);
  }

  /**
   * Loads the model; called once.
   *
   * @param model what to load, from where, with which settings
   * @param progress told how far loading is; its text is what health says meanwhile
   * @throws StartException if that is not possible, for a reason that one line tells
   */
  LoadedModel<I, P> load(DeployedModel model, LoadProgress progress) throws Exception;

  /**
   * The names of the settings in {@code serving.properties} that this provider reads, beside those
   * every server knows; any other stops the start. A name that ends in {@code .*} stands for all
   * that begin like it.
   */
  default Set<String> settingNames() {
    return Set.of();
  }

  /** Checks what this provider needs in order to load, without loading. */
  default List<Check> checks(DeployedModel model) {
    return List.of();
  }

  /**
   * Whether this provider serves any model rather than a particular one; such a provider gives way
   * to one that does not.
   */
  default boolean servesAnyModel() {
    return false;
  }

  /**
   * Whether a model is of the kind that this provider serves, as its {@code engine} setting or its
   * files tell; asked where several providers that serve any model are installed. One model must be
   * of one kind only.
   */
  default boolean recognizes(DeployedModel model) {
    return true;
  }

  /**
   * Registers what this model answers beside envelopes; called once. Requests reach a handler only
   * when the model is loaded.
   */
  default void register(Handlers<I, P> handlers) {}

  /**
   * Returns this provider with further handlers.
   *
   * @param more registers them
   */
  default PredictorProvider<I, P> with(Consumer<Handlers<I, P>> more) {
    return new ComposedProvider<>(
        this,
        this::load,
        handlers -> {
          register(handlers);
          more.accept(handlers);
        },
        servesAnyModel());
  }

  /**
   * Returns this provider with another number of workers, so that as many calls of its predictors
   * run at the same time: many for a predictor that waits for others, such as a service it asks.
   *
   * @throws IllegalArgumentException if it is not at least 1
   */
  default PredictorProvider<I, P> workers(int number) {
    LoadedModel.requireWorkers(number);
    return mapped(model -> model.toBuilder().workers(number).build());
  }

  /**
   * Returns a provider whose models are changed once they are loaded, as by {@link
   * LoadedModel#mapPredictors} or {@link LoadedModel#toBuilder}.
   */
  default PredictorProvider<I, P> mapped(UnaryOperator<LoadedModel<I, P>> change) {
    return new ComposedProvider<>(
        this,
        (model, progress) -> ComposedProvider.changed(load(model, progress), change),
        this::register,
        servesAnyModel());
  }

  /**
   * Returns a provider that puts types of your own in front of this one's model; see {@link
   * LoadedModel#converted(InstanceReader, Function, Function)}. It serves a particular model, and
   * has none of the handlers registered here, as they speak the model's types.
   */
  default <J, Q> PredictorProvider<J, Q> converted(
      InstanceReader<J> reader, Function<J, I> toModel, Function<P, Q> fromModel) {
    return new ComposedProvider<>(
        this,
        (model, progress) ->
            ComposedProvider.changed(
                load(model, progress), loaded -> loaded.converted(reader, toModel, fromModel)),
        handlers -> {},
        false);
  }

  /**
   * Returns a provider that puts types of your own in front of this one's model; see {@link
   * #converted(InstanceReader, Function, Function)}.
   */
  default <J, Q> PredictorProvider<J, Q> converted(
      Class<J> instanceType, Function<J, I> toModel, Function<P, Q> fromModel) {
    return converted(InstanceReader.of(instanceType), toModel, fromModel);
  }
}
